#!/usr/bin/env bash
# Measures dwell from outside on generated pageviews: the figures in the README come from here.
# usage: benches/measure.sh [PAGEVIEWS]      (needs GNU time for the memory; a release build is made)
set -euo pipefail
cd "$(dirname "$0")/.."
n=${1:-10000000}
cargo build --release --quiet
dwell=$PWD/target/release/dwell
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# Wall clock and peak memory of the median of three runs; the last argument of each is the command.
measure() {
    local what=$1 before=$2
    shift 2
    for _ in 1 2 3; do
        eval "$before"
        /usr/bin/time -f '%e %M' -o time "$@" >out 2>err || { cat err >&2; exit 1; }
        cat time
    done | sort -n | sed -n 2p | awk -v what="$what" '{ printf "| %s | %.2f s, %.0f MB |\n", what, $1, $2 / 1024 }'
}

printf '| what, %d pageviews | time, peak memory |\n|---|---|\n' "$n"
measure 'make them' 'rm -f views.csv' "$dwell" generate --pageviews "$n" -o views.csv
measure 'load them into a new store, sessions included' 'rm -f shop.db*' "$dwell" load --store shop.db views.csv
measure 'open the store and summarise one gap' : "$dwell" summary shop.db --gap 30m
gaps=$(for i in $(seq 100); do printf -- '--gap %dm ' "$i"; done)
# shellcheck disable=SC2086
measure 'the same with 100 gaps' : "$dwell" summary shop.db $gaps
measure 'export all sessions as CSV' 'rm -f s.csv' "$dwell" export shop.db -o s.csv
measure 'sessionize anew' : "$dwell" sessionize --store shop.db
printf '| size of CSV, of the store | %s, %s bytes |\n' "$(stat -c %s views.csv)" "$(stat -c %s shop.db)"
