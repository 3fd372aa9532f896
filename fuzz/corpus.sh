#!/usr/bin/env bash
# Makes the corpus that fuzzing begins with: every format's small file of tests/data, found out by content (the first
# byte 0) and with every request of a log (0x80); timestamps in many forms; stores and other databases, in small pages.
set -euo pipefail
cd "$(dirname "$0")"
dwell=${DWELL:-../target/debug/dwell}
mkdir -p corpus/read corpus/timestamp corpus/store corpus/foreign
for file in ../tests/data/formats/* ../tests/data/layouts/* ../tests/data/conformance/*/*.input.csv; do
    [ -f "$file" ] || continue
    name=$(basename "$file")
    { printf '\000'; cat "$file"; } >"corpus/read/auto-$name"
    { printf '\200'; cat "$file"; } >"corpus/read/all-$name"
done
n=0
for text in '2020-02-02 12:55:16' '2020-02-02T12:55:16.5+01:00' '20200202T125516Z' '1580648116' '1.580648116e12' \
    '02/Feb/2020:12:55:16 +0000' 'Sun, 02 Feb 2020 12:55:16 GMT' '2/2/2020 12:55 PM' '13.02.2020 12:55' \
    '2020-02-02T12:55:16[Europe/Paris]' '-1' '9999-12-31T23:59:59.999999Z'; do
    printf '%s' "$text" >"corpus/timestamp/$((n += 1))"
done

cp ../tests/data/stores/version_1.db corpus/store/
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$dwell" generate --pageviews 60 --users 5 -o "$folder/views.csv"
"$dwell" load --store "$folder/store.db" "$folder/views.csv" 2>/dev/null
cp "$folder/store.db" corpus/store/
python3 - "$folder/store.db" <<'PY'
import shutil, sqlite3, sys

def set_up(path, settings):
    database = sqlite3.connect(path, isolation_level=None)
    for setting in ["PRAGMA journal_mode = DELETE", *settings, "VACUUM"]:
        database.execute(setting).fetchall()
    database.close()

for name, settings in {
    "small": ["PRAGMA page_size = 512"],
    "moving": ["PRAGMA page_size = 512", "PRAGMA auto_vacuum = FULL"],
    "older": ["PRAGMA page_size = 512"],
}.items():
    source = "../tests/data/stores/version_1.db" if name == "older" else sys.argv[1]
    shutil.copy(source, f"corpus/store/{name}.db")
    set_up(f"corpus/store/{name}.db", settings)

for name, settings in {
    "small": [],
    "utf-16": ["PRAGMA encoding = 'UTF-16le'"],
    "logged": ["PRAGMA journal_mode = WAL"],
}.items():
    database = sqlite3.connect(f"corpus/foreign/{name}.db", isolation_level=None)
    database.execute("PRAGMA page_size = 512")
    for setting in settings:
        database.execute(setting)
    database.executescript("""
        CREATE TABLE visits (user_id, ts, page);
        CREATE TABLE plain (id INTEGER PRIMARY KEY, visitor TEXT, created_at TEXT, url TEXT, extra BLOB);
        CREATE INDEX by_visitor ON plain (visitor, created_at);
        CREATE TABLE keyed (user_id, ts, page, PRIMARY KEY (user_id, ts)) WITHOUT ROWID;
        CREATE VIEW seen AS SELECT visitor AS user_id, created_at AS ts, url AS page FROM plain;
        INSERT INTO visits VALUES ('a', 1709287200, '/a'), ('b', 1709287200.5, '/b'), (3, '2024-03-01', NULL), (x'00', 9e99, 1);
        INSERT INTO keyed VALUES ('a', 1709287200, '/a'), ('b', 1709287200000, '/b');
        INSERT INTO plain (visitor, created_at, url, extra)
        SELECT 'v' || value % 3, datetime(1709287200 + value, 'unixepoch'), '/' || value || printf('%.*c', value * 20, 'x'), zeroblob(value)
        FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 40) SELECT value FROM n);
    """)
    database.close()
PY
