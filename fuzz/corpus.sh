#!/usr/bin/env bash
# Makes the corpus that fuzzing begins with: every format's small file of tests/data, found out by content
# (the first byte 0) and with every request of a log (0x80); the timestamps of CSV files; and the bundled store.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p corpus/read corpus/timestamp corpus/store
cp ../sample.db corpus/store/
for file in ../tests/data/formats/* ../tests/data/conformance/*/*.input.csv; do
    [ -f "$file" ] || continue
    name=$(basename "$file")
    { printf '\000'; cat "$file"; } > "corpus/read/auto-$name"
    { printf '\200'; cat "$file"; } > "corpus/read/all-$name"
done
n=0
for text in '2020-02-02 12:55:16' '2020-02-02T12:55:16.5+01:00' '20200202T125516Z' '1580648116' '1.580648116e12' \
    '02/Feb/2020:12:55:16 +0000' 'Sun, 02 Feb 2020 12:55:16 GMT' '2/2/2020 12:55 PM' '13.02.2020 12:55' \
    '2020-02-02T12:55:16[Europe/Paris]' '-1' '9999-12-31T23:59:59.999999Z'; do
    printf '%s' "$text" > "corpus/timestamp/$((n += 1))"
done
