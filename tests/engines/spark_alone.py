"""What only Spark has: which days a refresh writes and which files it reads, the settings of a session, and windows of
sessions of its own."""

from pathlib import Path

import cases
from cases import Dwell
from cases import View
from cases import same
from engines import Spark
from engines import statements

NOON_US = 1_580_644_800_000_000
MINUTE_US = 60_000_000
DAY_US = 24 * 60 * MINUTE_US
SETTINGS = ["spark.sql.sources.partitionOverwriteMode", "spark.sql.parquet.outputTimestampType"]


def written_days(dwell: Dwell, engine: Spark, folder: Path) -> None:
    """A bot that never pauses has one session: a refresh writes the day on which it starts, and the day of the window,
    none between; and the settings are as they were."""
    bot = [View("bot", NOON_US + n * 20 * MINUTE_US, "/") for n in range(72 * 20)]
    people = [View(f"p{n}", NOON_US + n * DAY_US, "/a") for n in range(22)]
    engine.reset()
    settings = [engine.db.conf.get(name) for name in SETTINGS]
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.load(bot + people, 1)
    engine.run(dwell.sql(engine.dialect, "rebuild"))

    def written() -> dict[str, int]:
        table = Path(engine.db.conf.get("spark.sql.warehouse.dir").removeprefix("file:")) / "shop.db/sessions_stored"
        return {day.name: max(file.stat().st_mtime_ns for file in day.iterdir()) for day in table.glob("started_on=*")}

    before = written()
    late = [View("bot", bot[-1].at_us + 5 * MINUTE_US, "/late"), View("p0", bot[-1].at_us + 5 * MINUTE_US, "/late")]
    engine.load(late, len(bot) + len(people) + 1)
    start, end = cases.window(late)
    engine.run(dwell.sql(engine.dialect, "refresh", "--from", start, "--to", end))
    after = written()
    changed = sorted(day for day in after if after[day] != before.get(day))
    same("spark, days written", changed, ["started_on=2020-02-02", "started_on=2020-02-22"])
    file = cases.write_csv(folder / "bot.csv", bot + people + late)
    same("spark, after it", engine.sessions(), dwell.sessions(file, "30m"))
    same("spark, settings", [engine.db.conf.get(name) for name in SETTINGS], settings)
    temporary = [name for _, name, is_temporary in engine.query("SHOW TABLES") if is_temporary]
    same("spark, what a refresh leaves", temporary, ["loaded"])


def windows_of_sessions(dwell: Dwell, engine: Spark, folder: Path) -> None:
    """session_window keeps a pause of exactly its gap within a session: with a microsecond less it gives these."""
    case = cases.hostile()
    file = cases.write_csv(folder / "windows.csv", case.views)
    engine.reset()
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.load(case.views, 1)
    window = "session_window(page_view_at, '29 minutes 59.999999 seconds')"
    found = engine.query(
        f"SELECT user_id, unix_micros({window}.start), unix_micros(MAX(page_view_at)), COUNT(*) "
        f"FROM pageviews GROUP BY user_id, {window}"
    )
    expected = [(user, start, end, n) for _, user, start, end, n, _, _ in dwell.sessions(file, "30m")]
    same("spark, session_window", sorted(found), sorted(expected))


def views_of_others(dwell: Dwell, engine: Spark, folder: Path) -> None:
    """Views that happen to have the names of what a refresh keeps for itself stay, and what a refresh that failed has
    kept is not used by the next one."""
    views = [View("1", NOON_US, "/a")]
    engine.reset()
    engine.run(dwell.sql(engine.dialect, "schema"))
    for name in ["to_recompute", "recomputed"]:
        engine.run(f"CREATE VIEW {name} AS SELECT 7 AS seven;\n")
    engine.load(views, 1)
    engine.run(dwell.sql(engine.dialect, "rebuild"))
    views.append(View("1", NOON_US + MINUTE_US, "/b"))
    engine.load(views[1:], 2)
    start, end = cases.rfc3339(NOON_US), cases.rfc3339(NOON_US + 5 * MINUTE_US)
    refresh = dwell.sql(engine.dialect, "refresh", "--from", start, "--to", end)
    engine.run(refresh.split("SET spark.sql")[0])
    views.append(View("1", NOON_US + 2 * MINUTE_US, "/c"))
    engine.load(views[2:], 3)
    engine.run(refresh)
    file = cases.write_csv(folder / "others.csv", views)
    same("spark, after a refresh that failed", engine.sessions(), dwell.sessions(file, "30m"))
    for name in ["to_recompute", "recomputed"]:
        same(f"spark, the view {name}", engine.query(f"SELECT * FROM {name};"), [(7,)])


def formats_are_read(dwell: Dwell, engine: Spark, folder: Path) -> None:
    """Spark reads every statement for tables of Delta and Iceberg, of which no jar is here: `lake.py` runs them elsewhere."""
    parser = engine.db._jsparkSession.sessionState().sqlParser()
    for table_format in ["delta", "iceberg"]:
        for statement in ["schema", "rebuild", "refresh"]:
            script = dwell.sql(engine.dialect, statement, "--table-format", table_format, "--carry", "referrer")
            for one in statements(script):
                parser.parsePlan(one)


ALL = [written_days, windows_of_sessions, views_of_others, formats_are_read]
