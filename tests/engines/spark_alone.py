"""What only Spark has: which days a refresh writes and which files it reads, the settings of a session, and windows of
sessions of its own."""

from pathlib import Path

import cases
from cases import Dwell
from cases import View
from cases import same
from engines import Spark

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


ALL = [written_days, windows_of_sessions]
