#!/bin/sh
# Makes sample.db, the store that the binary carries along, at the top level of the repository.
# tests/it/sample.rs proves that the committed one is what this makes.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
dwell=${DWELL:-target/release/dwell}
"$dwell" generate --pageviews 5000 --users 80 --days 30 --seed 7 --with-seed-example -o "$folder/sample.csv"
(cd "$folder" && "$OLDPWD/$dwell" load --store sample.db sample.csv)
mv "$folder/sample.db" sample.db
