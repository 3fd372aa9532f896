"""Where engines differ from each other: types of time, collations, infinities, clocks, writers at once.

Each function proves one thing on the engines that it is about, and fails at the first difference.
"""

from pathlib import Path

import cases
from cases import Dwell
from cases import View
from cases import same
from engines import Engine

NOON_US = 1_580_644_800_000_000
MINUTE_US = 60_000_000

# A table of pageviews that is there before the schema: its columns' types by engine, `{user}` and so on.
MADE = {
    "sqlite": "CREATE TABLE pageviews (user_id {user}, page_view_at {time}, page {page});",
    "postgres": "CREATE TABLE pageviews (user_id {user}, page_view_at {time}, page {page});",
    "duckdb": "CREATE TABLE pageviews (user_id {user}, page_view_at {time}, page {page});",
    "clickhouse": "CREATE TABLE pageviews (user_id {user}, page_view_at {time}, page {page}, "
    "arrival UInt64 DEFAULT generateSnowflakeID()) ENGINE = MergeTree ORDER BY tuple();",
    "mysql": "CREATE TABLE pageviews (user_id {user}, page_view_at {time}, page {page}) CHARACTER SET utf8mb4;",
    "spark": "CREATE TABLE pageviews (user_id {user}, page_view_at {time}, page {page}, arrival BIGINT) USING PARQUET;",
    "bigquery": "CREATE TABLE pageviews (user_id {user}, page_view_at {time}, page {page}, arrival INT64);",
    "snowflake": "CREATE TABLE pageviews (user_id {user}, page_view_at {time}, page {page}, arrival BIGINT);",
}
CUSTOMARY = {
    "sqlite": {"user": "TEXT", "time": "TEXT", "page": "TEXT"},
    "postgres": {"user": "TEXT", "time": "TIMESTAMPTZ", "page": "TEXT"},
    "duckdb": {"user": "VARCHAR", "time": "TIMESTAMPTZ", "page": "VARCHAR"},
    "clickhouse": {"user": "String", "time": "DateTime64(6)", "page": "Nullable(String)"},
    "mysql": {"user": "VARCHAR(191)", "time": "DATETIME(6)", "page": "TEXT"},
    "spark": {"user": "STRING", "time": "TIMESTAMP", "page": "STRING"},
    "bigquery": {"user": "STRING", "time": "TIMESTAMP", "page": "STRING"},
    "snowflake": {"user": "VARCHAR", "time": "TIMESTAMP_LTZ", "page": "VARCHAR"},
}
# A time of the file as a value of its column.
TIME = {
    "sqlite": "'{}'",
    "postgres": "'{}'",
    "duckdb": "'{}'",
    "clickhouse": "parseDateTime64BestEffort('{}', 9, 'UTC')",
    "mysql": "REPLACE('{}', 'Z', '')",
    "spark": "TIMESTAMP '{}'",
    "bigquery": "TIMESTAMP '{}'",
    "snowflake": "'{}'",
}


def made(engine: Engine, **types: str) -> None:
    """Nothing but a table of pageviews of these types."""
    engine.reset()
    engine.run(MADE[engine.dialect].format(**{**CUSTOMARY[engine.dialect], **types}) + "\n")


def inserted(engine: Engine, rows: list[tuple], first_arrival: int = 1) -> None:
    """Rows of user, time and page; the time as text of RFC 3339, or as it is after an `=`; `None` is NULL."""
    for n, (user, time, page) in enumerate(rows, first_arrival):
        at = time[1:] if time.startswith("=") else TIME[engine.dialect].format(time)
        page = "NULL" if page is None else f"'{page}'"
        numbered = f", {n}" if engine.is_numbered_by_load else ""
        columns = "" if engine.is_numbered_by_load else " (user_id, page_view_at, page)"
        engine.run(f"INSERT INTO pageviews{columns} VALUES ('{user}', {at}, {page}{numbered});\n")


def rebuilt(dwell: Dwell, engine: Engine, *options: str) -> None:
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.run(dwell.sql(engine.dialect, "rebuild", *options))


def written(folder: Path, rows: list[tuple]) -> Path:
    """The same rows as a file that dwell reads."""
    file = folder / "edges.csv"
    lines = [",".join([user, time, page or ""]) for user, time, page in rows]
    file.write_text("\n".join(["user_id,page_view_at,page", *lines, ""]), encoding="utf-8")
    return file


def finer_than_a_microsecond(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """Times and bounds in nanoseconds: an instant is rounded down, and a window holds what it says."""
    types = {"clickhouse": "DateTime64(9)", "duckdb": "TIMESTAMP_NS"}
    fine = engine.dialect in types
    digits = "5009" if fine else "5"
    rows = [("1", f"{year}-02-02T12:00:00.00000{digits}Z", f"/{year}") for year in (1969, 2020)]
    rows += [("2", "1969-12-31T23:59:59.9999985Z" if fine else "1969-12-31T23:59:59.999998Z", "/a")]
    for time in [types.get(engine.dialect)] + ["TIMESTAMP"] * (engine.dialect == "duckdb"):
        made(engine, **({"time": time} if time else {}))
        rebuilt(dwell, engine)
        inserted(engine, rows)
        file = written(folder, rows)
        refresh = dwell.sql(engine.dialect, "refresh")
        for _, at, _ in rows:
            whole, _, fraction = at.rstrip("Z").partition(".")
            last = int((fraction + "000000000")[:9])
            bounds = [f"{whole}.{ns:09}Z" for ns in (last // 1000 * 1000, last // 1000 * 1000 + last % 1000 + 1)]
            engine.refresh_by_parameters(refresh, *bounds)
        same(f"{engine.dialect}, nanoseconds", engine.sessions(), dwell.sessions(file, "30m"))


def missing_pages(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """A page that is missing is '', in sessions and in the view; and no user is no pageview there, too."""
    made(engine)
    engine.run(dwell.sql(engine.dialect, "schema"))
    rows = [("1", "2020-02-02T12:00:00Z", None), ("1", "2020-02-02T12:01:00Z", "/a"), ("1", "2020-02-02T12:01:00Z", None)]
    inserted(engine, rows + [("", "2020-02-02T12:00:00Z", "/b")])
    rebuilt(dwell, engine)
    file = written(folder, rows)
    same(f"{engine.dialect}, missing pages", engine.sessions(), dwell.sessions(file, "30m"))
    if engine.dialect != "clickhouse":  # Its arrival within one instant of the clock is not the order of the rows.
        same(f"{engine.dialect}, missing pages in the view", engine.pageviews(), dwell.pageviews(file, "30m"))


def collations(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """Users and pages are compared byte by byte, whatever their column says."""
    before, folded = {
        "sqlite": ("", "TEXT COLLATE NOCASE"),
        "postgres": (
            "CREATE COLLATION folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false);",
            "TEXT COLLATE folded",
        ),
        "duckdb": ("", "VARCHAR COLLATE NOCASE"),
        "spark": ("", "STRING COLLATE UTF8_LCASE"),
        # It ignores blanks at the end, too.
        "mysql": ("", "VARCHAR(700) COLLATE utf8mb4_general_ci"),
    }.get(engine.dialect, ("", None))
    if folded is None:
        return  # ClickHouse's columns have none, and what emulates Snowflake and BigQuery knows none.
    rows = [(user, f"2020-02-02T12:0{n}:00Z", f"/{user}{n}") for n, user in enumerate("aAbBaA")]
    rows += [("c", "2020-02-02T13:00:00Z", "/b"), ("c", "2020-02-02T13:00:00Z", "/C")]
    for ties in [[], ["--ties-by-page"]]:
        engine.reset()
        engine.run(before)
        engine.run(MADE[engine.dialect].format(user=folded, time=CUSTOMARY[engine.dialect]["time"], page=folded) + "\n")
        engine.run(dwell.sql(engine.dialect, "schema", *ties))
        inserted(engine, rows)
        file = written(folder, sorted(rows, key=lambda row: row[2].encode()) if ties else rows)
        for statement in ["refresh", "rebuild", "refresh"]:
            window = ["--from", "2020-02-02T00:00:00Z", "--to", "2020-02-03T00:00:00Z"]
            engine.run(dwell.sql(engine.dialect, statement, *ties, *window[: 4 * (statement == "refresh")]))
            what = f"{engine.dialect}, {statement} of a collation that folds case {ties}"
            same(what, engine.sessions(), dwell.sessions(file, "30m"))
        same(what + ", pageviews", engine.pageviews(), dwell.pageviews(file, "30m"))


def beyond_all_time(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """What dwell rejects as a time is no pageview: infinities, and years before 1 and after 9999."""
    beyond = {
        "postgres": ["='infinity'", "='-infinity'", "='10000-01-01 00:00:00Z'", "='0001-12-31 23:59:59Z BC'"],
        "duckdb": ["='infinity'", "='-infinity'", "='10000-01-01 00:00:00+00'", "='0001-12-31 (BC) 23:59:59+00'"],
        "spark": ["=timestamp_micros(253402300800000000)", "=timestamp_micros(-62135596800000001)"],
        "snowflake": ["='10000-01-01 00:00:00+00'", "='0001-12-31 (BC) 23:59:59+00'"],
        "sqlite": ["='0000-12-31T23:59:59Z'"],
        "mysql": ["='0000-00-00'", "='0000-12-31 23:59:59'", "='2020-00-10'", "='2020-02-00'"],
    }.get(engine.dialect)
    if beyond is None:
        return
    # In the emulation of Snowflake, an interval is exact to the microsecond up to 2255 only.
    last = "9999-12-31T23:59:59.999999Z" if engine.dialect != "snowflake" else "2254-12-31T23:59:59.999999Z"
    rows = [("1", "0001-01-01T00:00:00Z", "/a"), ("1", last, "/b")]
    made(engine)
    inserted(engine, [("1", at, "/no") for at in beyond] + rows + [("2", at, "/no") for at in beyond])
    rebuilt(dwell, engine)
    file = written(folder, rows)
    same(f"{engine.dialect}, beyond all time", engine.sessions(), dwell.sessions(file, "30m"))
    window = ["--from", "0001-01-01T00:00:00Z", "--to", "9999-12-31T23:59:59.999999Z"]
    engine.run(dwell.sql(engine.dialect, "refresh", *window))
    same(f"{engine.dialect}, beyond all time, refreshed", engine.sessions(), dwell.sessions(file, "30m"))
    engine.query(dwell.sql(engine.dialect, "pauses"))
    if engine.dialect == "postgres":
        engine.refresh_by_parameters(dwell.sql(engine.dialect, "refresh"), "-infinity", "infinity")
        same(f"{engine.dialect}, in an infinite window", engine.sessions(), dwell.sessions(file, "30m"))


def types_of_time(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """A column that does not hold instants is refused with a sentence, before anything is altered."""
    if engine.dialect == "bigquery":
        return  # It has no UNIX_MICROS of another type, while DuckDB, which emulates it, takes some.
    for time, value in {
        "sqlite": [
            ("INTEGER", "=1580644800"),
            ("TEXT", "2020-02-02T12:00:00+01:00"),
            ("TEXT", "2020-02-02T12:00:00.1234567Z"),
            ("TEXT", "yesterday"),
        ],
        "postgres": [
            ("TIMESTAMP", "2020-02-02T12:00:00Z"),
            ("DATE", "2020-02-02"),
            ("BIGINT", "=1580644800000"),
            ("TEXT", "2020-02-02T12:00:00Z"),
        ],
        "duckdb": [
            ("TIME", "12:00:00"),
            ("BIGINT", "=1580644800000"),
            ("VARCHAR", "2020-02-02T12:00:00Z"),
            ("DATE", "2020-02-02"),
        ],
        "clickhouse": [
            ("Int64", "=1580644800000"),
            ("UInt32", "=1580644800"),
            ("Nullable(Int64)", "=1580644800000"),
            ("Date", "='2020-02-02'"),
            ("String", "='2020-02-02 12:00:00'"),
        ],
        "spark": [
            ("TIMESTAMP_NTZ", "=TIMESTAMP_NTZ '2020-02-02 12:00:00'"),
            ("DATE", "=DATE '2020-02-02'"),
            ("STRING", "='2020-02-02 12:00:00'"),
            ("BIGINT", "=1580644800000"),
        ],
        "mysql": [
            ("TIMESTAMP(6)", "2020-02-02T12:00:00Z"),
            ("DATE", "='2020-02-02'"),
            ("BIGINT", "=1580644800000"),
            ("VARCHAR(32)", "='2020-02-02T12:00:00Z'"),
        ],
        "snowflake": [
            ("DATE", "2020-02-02"),
            ("TIME", "12:00:00"),
            ("VARCHAR", "2020-02-02T12:00:00Z"),
            ("BIGINT", "=1580644800000"),
        ],
    }[engine.dialect]:
        made(engine, time=time)
        inserted(engine, [("1", value, "/a")])
        for statement, options in [
            ("schema", []),
            ("pauses", []),
            ("pauses", ["--from", "2020-01-01T00:00:00Z", "--to", "2021-01-01T00:00:00Z"]),
        ]:
            if engine.dialect == "sqlite" and statement == "pauses":
                continue  # Its times are text, which the schema looks through.
            script = dwell.sql(engine.dialect, statement, *options)
            try:
                engine.query(script) if statement == "pauses" else engine.run(script)
            except Exception as error:  # Each engine has its own.
                if statement == "schema":
                    assert "page_view_at" in str(error) and "expected" in str(error), error
                    engine.roll_back()
            else:
                raise SystemExit(f"{engine.dialect}: {statement} takes a time of type {time}")
        if engine.dialect == "postgres":
            same("postgres, nothing altered", engine.query("SELECT attname::text FROM pg_attribute WHERE "
                 "attrelid = 'pageviews'::regclass AND attnum > 3 AND NOT attisdropped"), [])


def a_clock_that_goes_back(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """ClickHouse: a refresh by a clock that is behind the last one's is not ignored."""
    if engine.dialect != "clickhouse":
        return
    views = [View("1", NOON_US + n * 50 * MINUTE_US, f"/{n}") for n in range(3)]
    engine.reset()
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.load(views, 1)
    engine.run(dwell.sql(engine.dialect, "rebuild"))
    for n, clock in enumerate(["now64(6)", "toDateTime64('2000-01-01 00:00:00', 6, 'UTC')", "toDateTime64('1999-01-01 00:00:00', 6, 'UTC')"]):
        late = View("1", NOON_US + (25 + n // 2 * 50) * MINUTE_US + n, f"/late{n}")
        engine.load([late], 1)
        views.append(late)
        start, end = cases.window([late])
        refresh = dwell.sql(engine.dialect, "refresh", "--from", start, "--to", end)
        assert "now64(6)" in refresh
        engine.run(refresh.replace("now64(6)", clock))
        file = cases.write_csv(folder / "clock.csv", views)
        same(f"clickhouse, by the clock {clock}", engine.sessions(), dwell.sessions(file, "30m"))


def first_writers_at_once(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """DuckDB: of two first writers at once, on a table of sessions that has no gap yet, one is let in."""
    if engine.dialect != "duckdb":
        return
    window = ["--from", "2020-01-01T00:00:00Z", "--to", "2021-01-01T00:00:00Z"]
    rebuild = dwell.sql(engine.dialect, "rebuild")
    refresh = dwell.sql(engine.dialect, "refresh", *window)
    views = [View("1", NOON_US, "/a"), View("1", NOON_US + MINUTE_US, "/b")]
    for one in [rebuild, refresh]:
        for two in [rebuild, refresh]:
            engine.reset()
            engine.run(dwell.sql(engine.dialect, "schema"))
            engine.run(dwell.sql(engine.dialect, "schema"))
            engine.load(views, 1)
            first, second = engine.db.cursor(), engine.db.cursor()
            first.execute(one.replace("COMMIT;", ""))
            try:
                second.execute(two)
            except Exception as error:
                assert "onflict" in str(error), error
                second.execute("ROLLBACK")
            else:
                raise SystemExit("duckdb: two first writers at once")
            first.execute("COMMIT")
            file = cases.write_csv(folder / "first.csv", views)
            same("duckdb, after first writers at once", engine.sessions(), dwell.sessions(file, "30m"))
            same("duckdb, one gap", engine.query("SELECT gap_us FROM sessions_gap"), [(1_800_000_000,)])


def a_refresh_without_news(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """SQLite, PostgreSQL, MariaDB: sessions that are as they were are not written again."""
    forbidden = {
        "sqlite": "CREATE TRIGGER forbid_{0} BEFORE {0} ON sessions BEGIN SELECT RAISE(ABORT, 'written'); END;",
        "postgres": "CREATE OR REPLACE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'written'; END $$; "
        "CREATE TRIGGER forbid_{0} BEFORE {0} ON sessions FOR EACH ROW EXECUTE FUNCTION forbid();",
        "mysql": "CREATE TRIGGER forbid_{0} BEFORE {0} ON sessions FOR EACH ROW SIGNAL SQLSTATE '45000';",
    }.get(engine.dialect)
    if forbidden is None:
        return
    case = cases.hostile()
    engine.reset()
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.load(case.views, 1)
    engine.run(dwell.sql(engine.dialect, "rebuild"))
    for event in ["INSERT", "DELETE"]:
        engine.run(forbidden.format(event))
    start, end = cases.window(case.views)
    engine.run(dwell.sql(engine.dialect, "refresh", "--from", start, "--to", end))
    file = cases.write_csv(folder / "news.csv", case.views)
    same(f"{engine.dialect}, a refresh without news", engine.sessions(), dwell.sessions(file, "30m"))


def a_vacuum_beside_a_refresh(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """PostgreSQL: a refresh does not stop a vacuum of the sessions, and still makes other writers wait."""
    if engine.dialect != "postgres":
        return
    import psycopg2

    engine.reset()
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.load([View("1", NOON_US, "/a")], 1)
    window = ["--from", "2020-01-01T00:00:00Z", "--to", "2021-01-01T00:00:00Z"]
    refresh = dwell.sql(engine.dialect, "refresh", *window)
    with psycopg2.connect(**engine.server.address()).cursor() as first:
        first.execute(refresh.replace("BEGIN;", "").replace("COMMIT;", ""))
        engine.run("SET lock_timeout = '1s'")
        engine.run("VACUUM sessions")
        try:
            engine.run(dwell.sql(engine.dialect, "rebuild"))
        except psycopg2.errors.LockNotAvailable:
            engine.roll_back()
        else:
            raise SystemExit("postgres: a rebuild beside a refresh")
        first.execute("COMMIT")
    engine.run("SET lock_timeout = 0")


def before_the_first_analyze(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """PostgreSQL: a refresh of a minute reads by index, without statistics and in partitions, too; a rebuild makes
    statistics."""
    if engine.dialect != "postgres":
        return
    in_partitions = "PARTITION BY RANGE (page_view_at); " + "".join(
        f"CREATE TABLE pageviews_{day} PARTITION OF pageviews FOR VALUES FROM ('2020-02-0{day}Z') TO ('2020-02-0{day + 1}Z');"
        for day in range(2, 6)
    )
    for partitions in ["", in_partitions]:
        engine.reset()
        engine.run(f"CREATE TABLE pageviews (user_id TEXT, page_view_at TIMESTAMPTZ, page TEXT) {partitions}")
        engine.run(dwell.sql(engine.dialect, "schema"))
        tables = "relname ~ '^(pageviews(_[0-9])?|sessions)$'"
        for (table,) in engine.query(f"SELECT relname::text FROM pg_class WHERE relkind = 'r' AND {tables}"):
            engine.run(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
        engine.run(
            "INSERT INTO pageviews (user_id, page_view_at, page) SELECT CAST(n % 10000 AS TEXT), "
            "TIMESTAMPTZ '2020-02-02Z' + n * INTERVAL '2 seconds', '/' || n % 7 FROM generate_series(1, 100000) AS n"
        )
        analyzed = "SELECT COUNT(*) > 0 FROM pg_stats WHERE tablename LIKE 'pageviews%' AND attname = 'page'"

        def rows_read() -> int:
            # What this connection counted is reported when it is idle for a while, or now.
            engine.run("SELECT pg_stat_force_next_flush()")
            return engine.query(f"SELECT SUM(seq_tup_read + COALESCE(idx_tup_fetch, 0)) FROM pg_stat_user_tables WHERE {tables}")[0][0]

        window = ["--from", "2020-02-02T12:00:00Z", "--to", "2020-02-02T12:01:00Z"]
        refresh = dwell.sql(engine.dialect, "refresh", *window)
        rebuild = dwell.sql(engine.dialect, "rebuild")
        without_statistics = "\n".join(line for line in rebuild.splitlines() if not line.startswith("ANALYZE"))
        for is_analyzed, script in enumerate([without_statistics, rebuild]):
            engine.run(script)
            same("postgres, statistics", engine.query(analyzed), [(bool(is_analyzed),)])
            before = rows_read()
            engine.run(refresh)
            n_read = rows_read() - before
            assert 60 <= n_read < 1_000, f"postgres: a refresh of a minute read {n_read} rows of 100000 {partitions}"


def offsets_of_the_loader(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """PostgreSQL: who has an order of arrival already, such as an offset, may insert it."""
    if engine.dialect != "postgres":
        return
    engine.reset()
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.run(
        "INSERT INTO pageviews (user_id, page_view_at, page, arrival) VALUES "
        "('1', '2020-02-02T12:00:00Z', '/second', 7), ('1', '2020-02-02T12:00:00Z', '/first', 5)"
    )
    engine.run(dwell.sql(engine.dialect, "rebuild"))
    same("postgres, offsets", engine.query("SELECT landing_page, exit_page FROM sessions"), [("/first", "/second")])


def hostile_names(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """Dollars, spaces, dots, dashes, marks of parameters and every quote in a name: it ends nothing, and is meant as it
    is."""
    if engine.dialect == "bigquery":
        return  # It has no such names.
    if engine.dialect == "spark":
        return  # Its catalog has no such tables; `proofs.renamed` gives it such columns.
    views = cases.hostile().views[:500]
    file = cases.write_csv(folder / "names.csv", views)
    window = ["--from", cases.window(views)[0], "--to", cases.window(views)[1]]
    for name in ["a$$b", "it's \"so\" `to`;say {x:String} :from -- 1.5 é"]:
        mark = "`" if engine.dialect in ("clickhouse", "mysql") else '"'
        if engine.dialect == "snowflake":
            name = name.replace("'", "")  # What emulates it puts the name between such quotes as it is.

        def quoted(ending: str) -> str:
            return mark + (name + ending).replace(mark, mark * 2) + mark

        def typed(ending: str) -> str:
            return '"' + (name + ending).replace('"', '""') + '"'

        names = ["--user-column", name + "u", "--time-column", name + "t", "--page-column", name + "p"]
        names += ["--pageviews-table", typed("v"), "--sessions-table", typed("s")]
        engine.reset()
        engine.run(dwell.sql(engine.dialect, "schema"))
        engine.load(views, 1)
        engine.run(dwell.sql(engine.dialect, "schema", *names))
        order = {"sqlite": "rowid", "duckdb": "rowid"}.get(engine.dialect, "arrival")
        numbered = ", arrival" * (engine.dialect in ("clickhouse", "snowflake"))
        own = f"{quoted('u')}, {quoted('t')}, {quoted('p')}{numbered}"
        copied = f"SELECT user_id, page_view_at, page{numbered} FROM pageviews ORDER BY {order}"
        engine.run(f"INSERT INTO {quoted('v')} ({own}) {copied}")
        for statement, options in [("rebuild", []), ("refresh", window)]:
            engine.run(dwell.sql(engine.dialect, statement, *names, *options))
            what = f"{engine.dialect}, {statement} with the name {name}"
            same(what, engine.sessions(quoted("s")), dwell.sessions(file, "30m"))
        for statement, options in [("pauses", window), ("long", []), ("sample", ["--one-in", "2"])]:
            if (engine.dialect, statement) != ("sqlite", "sample"):
                engine.query(dwell.sql(engine.dialect, statement, *names, *options))


def durations_and_bounces(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """`sessions` has duration_s and is_bounce, as the export has."""
    case = cases.hostile()
    engine.reset()
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.load(case.views, 1)
    engine.run(dwell.sql(engine.dialect, "rebuild"))
    file = cases.write_csv(folder / "durations.csv", case.views)
    found = engine.query("SELECT session_id, duration_s, is_bounce FROM sessions")
    expected = [
        (row["session_id"], float(row["duration_s"]), row["is_bounce"] == "true")
        for row in dwell.rows(file, "30m", "sessions")
    ]
    same(f"{engine.dialect}, durations and bounces", sorted((a, b, bool(c)) for a, b, c in found), sorted(expected))


ALL = [
    missing_pages,
    finer_than_a_microsecond,
    collations,
    beyond_all_time,
    types_of_time,
    a_clock_that_goes_back,
    first_writers_at_once,
    a_refresh_without_news,
    a_vacuum_beside_a_refresh,
    before_the_first_analyze,
    offsets_of_the_loader,
    durations_and_bounces,
    hostile_names,
]
