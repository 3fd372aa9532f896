"""Measures engines beside dwell on the same pageviews: measure.py --dwell BINARY [--pageviews N] [ENGINE...].

Prints a row an engine: seconds to load a CSV file into the table that dwell's schema makes, to rebuild all
sessions, to refresh a minute and an hour, and to count the pauses; and how many rows of pageviews and sessions each
refresh reads, where the engine counts them. Sessions must be as many as dwell makes.
"""

import argparse
import os
import re
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

import engines
from cases import Dwell
from engines import ENGINES
from mariadb import Mariadb


class SqliteFile(engines.Sqlite):
    """In a file: in memory nobody would keep so many."""

    def reset(self) -> None:
        self.db.close()
        self.db = sqlite3.connect(self.folder / "shop.db", isolation_level=None)


def rows_read(engine: engines.Engine, script: str) -> int | None:
    """Rows of tables that a script reads; none if the engine does not count them."""
    if engine.dialect == "postgres":
        counted = "SELECT SUM(seq_tup_read + idx_tup_fetch) FROM pg_stat_user_tables WHERE relname IN ('pageviews', 'sessions')"
        engine.run("SELECT pg_stat_force_next_flush()")
        before = engine.query(counted)[0][0]
        engine.run(script)
        engine.run("SELECT pg_stat_force_next_flush()")
        return int(engine.query(counted)[0][0] - before)
    if engine.dialect == "clickhouse":
        counted = "SELECT value FROM system.events WHERE event = 'SelectedRows'"
        before = int(engine.query(counted)[0][0])
        engine.run(script)
        return int(engine.query(counted)[0][0]) - before
    if engine.dialect == "mysql":
        return counted_by_mariadb(engine, script)
    if engine.dialect == "duckdb":
        return sum(scanned(engine, statement) for statement in engines.statements(script))
    if engine.dialect == "spark":
        before = read_by_stages(engine)
        engine.run(script)
        return read_by_stages(engine) - before
    engine.run(script)
    return None


def read_by_stages(engine: engines.Spark) -> int:
    """Rows that the stages of Spark have read until now: of files, and of what it keeps between its stages."""
    context = engine.db.sparkContext
    context._jsc.sc().listenerBus().waitUntilEmpty()
    java = context._jvm
    none = context._gateway.new_array(java.double, 0)
    stages = context._jsc.sc().statusStore().stageList(None, False, False, none, java.java.util.ArrayList())
    return sum(stages.apply(n).inputRecords() for n in range(stages.size()))


def read_by_sqlite(engine: engines.Sqlite, script: str) -> str:
    """How SQLite finds the rows of pageviews and sessions that a script reads: its plan tells, it counts none."""
    plan = []
    for statement in engines.statements(script):
        if statement.startswith(("INSERT", "DELETE", "UPDATE")):
            plan += [row[3] for row in engine.query("EXPLAIN QUERY PLAN " + statement)]
        engine.db.execute(statement)
    scans = [step for step in plan if step.startswith(("SCAN pageviews", "SCAN sessions"))]
    found = [step for step in scans if not step.startswith("SCAN sessions_gap")]
    assert any(step.startswith("SEARCH pageviews USING") for step in plan), plan
    return "by scans" if found else "by index only"


def read(engine: engines.Engine, script: str) -> str:
    """What a script reads, in words."""
    if engine.dialect == "sqlite":
        return read_by_sqlite(engine, script)
    n_rows = rows_read(engine, script)
    return "" if n_rows is None else f"{n_rows:,}"


def counted_by_mariadb(engine: Mariadb, script: str) -> int:
    """Rows of pageviews and sessions that it reads, and entries of indexes that it passes over."""
    engine.run("SET GLOBAL userstat = 1")
    read = "SELECT COALESCE(SUM(rows_read), 0) FROM information_schema.table_statistics WHERE table_name IN ('pageviews', 'sessions')"
    passed = "SELECT SUM(IF(variable_name LIKE '%MATCH', -1, 1) * variable_value) FROM information_schema.session_status "
    passed += "WHERE variable_name IN ('HANDLER_ICP_ATTEMPTS', 'HANDLER_ICP_MATCH')"
    before = engine.query(read)[0][0] + int(engine.query(passed)[0][0])
    engine.run(script)
    return int(engine.query(read)[0][0] + int(engine.query(passed)[0][0]) - before)


def scanned(engine: engines.Duckdb, statement: str) -> int:
    """Rows that the scans of one statement read, by its profile."""
    engine.run("PRAGMA enable_profiling = 'no_output'")
    engine.run(statement)
    profile = engine.db.get_profiling_information(format="json")
    engine.run("PRAGMA disable_profiling")
    return sum(map(int, re.findall(r'"total_rows_scanned": (\d+)', profile)))


def timed(work) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dwell", required=True)
    arguments.add_argument("--pageviews", type=int, default=10_000_000)
    arguments.add_argument("engines", nargs="*", metavar="ENGINE")
    arguments = arguments.parse_args()
    dwell = Dwell(os.path.abspath(arguments.dwell))
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        folder.chmod(0o755)
        file = folder / "views.csv"
        dwell("generate", "--pageviews", arguments.pageviews, "--late", "0.02", "-o", file)
        store = folder / "shop.dwell"
        load = timed(lambda: dwell("load", "--store", store, file))
        rebuild = timed(lambda: dwell("sessionize", "--store", store, "--gap", "31m"))
        dwell("sessionize", "--store", store, "--gap", "30m")
        hour = ["--from", "2020-01-20T12:00:00Z", "--to", "2020-01-20T13:00:00Z"]
        minute = ["--from", "2020-01-20T12:00:00Z", "--to", "2020-01-20T12:01:00Z"]
        refresh = timed(lambda: dwell("sessionize", "--store", store, *minute))
        refresh_hour = timed(lambda: dwell("sessionize", "--store", store, *hour))
        gaps = timed(lambda: dwell("gaps", store))
        sessions = int(dwell("summary", store, "--format", "csv").splitlines()[1].split(",")[3])
        cores = os.cpu_count()
        print(f"{arguments.pageviews:,} pageviews, {sessions:,} sessions, {cores} cores, load {os.getloadavg()[0]:.1f}")
        print("| | load | rebuild | refresh a minute | an hour | pauses | rows read for a minute | for an hour |")
        print("|---|--:|--:|--:|--:|--:|--:|--:|")
        row = f"| {load:.1f} s | {rebuild:.1f} s | {refresh:.2f} s | {refresh_hour:.2f} s | {gaps:.1f} s | | |"
        print(f"| dwell {row}", flush=True)
        for kind in [*ENGINES, Mariadb]:
            if arguments.engines and kind.dialect not in arguments.engines:
                continue
            kind = SqliteFile if kind is engines.Sqlite else kind
            own = folder / kind.dialect
            own.mkdir()
            own.chmod(0o755)
            engine = kind(own, for_speed=True) if kind is engines.Spark else kind(own)
            try:
                engine.reset()
                engine.in_utc()
                engine.run(dwell.sql(engine.dialect, "schema"))
                load = timed(lambda: engine.load_file(file))
                script = dwell.sql(engine.dialect, "rebuild")
                rebuild = timed(lambda: engine.run(script))
                refreshes = [dwell.sql(engine.dialect, "refresh", *window) for window in (minute, hour)]
                times = [timed(lambda: engine.run(script)) for script in refreshes]
                reads = [read(engine, script) for script in refreshes]
                script = dwell.sql(engine.dialect, "pauses")
                pauses = timed(lambda: engine.query(script))
                found = engine.query("SELECT COUNT(*) FROM sessions")[0][0]
                assert int(found) == sessions, f"{engine.version()}: {found} sessions"
                row = f"| {load:.1f} s | {rebuild:.1f} s | {times[0]:.2f} s | {times[1]:.2f} s | {pauses:.1f} s "
                row += f"| {reads[0]} | {reads[1]} |"
                print(f"| {engine.version()} {row}", flush=True)
            finally:
                engine.close()
            subprocess.run(["rm", "-rf", str(own)], check=False)


if __name__ == "__main__":
    main()
