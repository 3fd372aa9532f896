"""Random histories: loads in any order, of any type of time, each followed by refreshes of some windows; and on servers,
writers at once. In the end the sessions are those of one cut.

DWELL_SEED is where the histories begin, DWELL_LONG tries twenty times as many.
"""

import os
import random
import threading
from pathlib import Path

import cases
from cases import Dwell
from cases import View
from cases import same
from edges import NOON_US
from edges import TIME
from edges import made
from engines import Engine

SEED = int(os.environ.get("DWELL_SEED", "1"))
TIMES = 20 if "DWELL_LONG" in os.environ else 1

# How many histories in CI: a statement takes milliseconds here and seconds there.
HISTORIES = {"sqlite": 30, "duckdb": 12, "clickhouse": 5, "postgres": 20, "mysql": 10, "spark": 1, "snowflake": 2, "bigquery": 1}

# Types of time, and the microseconds of their clocks.
CLOCKS = {
    "sqlite": [("TEXT", 1)],
    "postgres": [("TIMESTAMPTZ", 1), ("TIMESTAMPTZ(3)", 1_000), ("TIMESTAMPTZ(0)", 1_000_000)],
    "duckdb": [("TIMESTAMPTZ", 1), ("TIMESTAMP", 1), ("TIMESTAMP_NS", 1), ("TIMESTAMP_MS", 1_000), ("TIMESTAMP_S", 1_000_000)],
    "clickhouse": [("DateTime64(6)", 1), ("DateTime64(9, 'Asia/Tokyo')", 1), ("DateTime64(3)", 1_000), ("DateTime", 1_000_000)],
    "mysql": [("DATETIME(6)", 1), ("DATETIME(3)", 1_000), ("DATETIME", 1_000_000)],
    "spark": [("TIMESTAMP", 1)],
    "snowflake": [("TIMESTAMP_LTZ", 1), ("TIMESTAMP_TZ", 1), ("TIMESTAMP_NTZ", 1)],
    "bigquery": [("TIMESTAMP", 1)],
}
GAPS = {"7us": 7, "1s": 1_000_000, "30m": 1_800_000_000}


def values(engine: Engine, load: list[View], first_arrival: int, time: str) -> str:
    """An INSERT of these pageviews, in their order, whose column of time is of this type."""
    rows = []
    for n, (user, at_us, page) in enumerate(load, first_arrival):
        at = TIME[engine.dialect].format(cases.rfc3339(at_us))
        at = f"CAST({at} AS {time})" if engine.dialect == "clickhouse" else at
        numbered = f", {n}" if engine.is_numbered_by_load else ""
        rows.append(f"('{user}', {at}, '{page}'{numbered})")
    columns = "" if engine.is_numbered_by_load else " (user_id, page_view_at, page)"
    return f"INSERT INTO pageviews{columns} VALUES {', '.join(rows)};\n"


def some(dice: random.Random, gap_us: int, clock_us: int) -> list[View]:
    """A few pageviews of a few users: ties, pauses of exactly the gap, and of an instant more or less."""
    step_us = max(gap_us // 3, clock_us)
    return [
        View(
            dice.choice("abA"),
            NOON_US + dice.randrange(40) * step_us // clock_us * clock_us + dice.choice([-1, 0, 0, 1]) * clock_us,
            f"/{dice.randrange(4)}",
        )
        for _ in range(dice.randint(1, 9))
    ]


def windows(dice: random.Random, views: list[View]) -> list[tuple[str, str]]:
    """Windows that take in all of these together: one, two that meet or overlap, in any order, some of them twice."""
    first, last = min(view.at_us for view in views), max(view.at_us for view in views) + 1
    first, last = first - dice.choice([0, 0, 1, 1_000_000]), last + dice.choice([0, 0, 1, 1_000_000])
    middle = dice.randint(first, last)
    overlap = dice.choice([0, 1, 1_000_000])
    parts = [(first, min(middle + overlap, last)), (middle, last)]
    chosen = [(first, last)] if dice.random() < 0.5 else [part for part in parts if part[0] < part[1]]
    dice.shuffle(chosen)
    chosen += chosen[:1] if dice.random() < 0.2 else []
    return [(cases.rfc3339(start), cases.rfc3339(end)) for start, end in chosen]


def one_after_the_other(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """Loads and refreshes by one writer. A refresh may come after several loads, and covers them."""
    for number in range(HISTORIES[engine.dialect] * TIMES):
        dice = random.Random(SEED * 100_000 + number)
        clocks = CLOCKS[engine.dialect]
        time, clock_us = clocks[number % len(clocks)]
        gap = dice.choice([gap for gap, us in GAPS.items() if us >= clock_us])
        made(engine, time=time)
        engine.run(dwell.sql(engine.dialect, "schema"))
        views: list[View] = []
        unseen: list[View] = []
        loads = 2 if engine.is_slow else 5
        for n in range(loads):
            load = some(dice, GAPS[gap], clock_us)
            engine.run(values(engine, load, len(views) + 1, time))
            views += load
            unseen += load
            if n + 1 < loads and dice.random() < 0.3:
                continue
            for start, end in windows(dice, unseen):
                engine.run(dwell.sql(engine.dialect, "refresh", "--gap", gap, "--from", start, "--to", end))
            unseen = []
            file = cases.write_csv(folder / "history.csv", views)
            what = f"{engine.dialect}, history {SEED}/{number}, load {n}, {time}, at {gap}"
            same(what, engine.sessions(), dwell.sessions(file, gap))


def writers_at_once(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """PostgreSQL, MariaDB: loaders that commit late and out of order, each of which then refreshes its window."""
    sleep = {"postgres": "SELECT pg_sleep({})", "mysql": "DO SLEEP({})"}.get(engine.dialect)
    if sleep is None:
        return
    for number in range(6 * TIMES):
        dice = random.Random(SEED * 100_000 + number)
        engine.reset()
        engine.run(dwell.sql(engine.dialect, "schema", "--ties-by-page"))
        gap = dice.choice(list(GAPS))
        views: list[View] = []
        failures: list[BaseException] = []

        def work(writer: int) -> None:
            try:
                own = random.Random((SEED * 100_000 + number) * 10 + writer)
                run, close = engine.another()
                for _ in range(4):
                    load = some(own, GAPS[gap], 1)
                    run("START TRANSACTION; " + values(engine, load, 1, ""))
                    run(sleep.format(own.random() / 50) + "; COMMIT")
                    views.extend(load)
                    start, end = cases.window(load)
                    options = ["--gap", gap, "--ties-by-page", "--from", start, "--to", end]
                    run(dwell.sql(engine.dialect, "refresh", *options))
                close()
            except BaseException as error:
                failures.append(error)

        writers = [threading.Thread(target=work, args=(writer,)) for writer in range(3)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        if failures:
            raise failures[0]
        file = cases.write_csv(folder / "history.csv", sorted(views, key=lambda view: view.page))
        what = f"{engine.dialect}, history {SEED}/{number} of writers at once, at {gap}"
        same(what, engine.sessions(), dwell.sessions(file, gap))


ALL = [one_after_the_other, writers_at_once]
