"""Measures engines beside dwell on the same pageviews: measure.py --dwell BINARY [--pageviews N] [ENGINE...].

Prints a row an engine: seconds to load a CSV file into the table that dwell's schema makes, to rebuild all
sessions, to refresh a minute, and to count the pauses. Sessions must be as many as dwell makes.
"""

import argparse
import os
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

import engines
from cases import Dwell
from engines import ENGINES


class SqliteFile(engines.Sqlite):
    """In a file: in memory nobody would keep so many."""

    def reset(self) -> None:
        self.db.close()
        self.db = sqlite3.connect(self.folder / "shop.db", isolation_level=None)


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
        minute = ["--from", "2020-01-20T12:00:00Z", "--to", "2020-01-20T12:01:00Z"]
        refresh = timed(lambda: dwell("sessionize", "--store", store, *minute))
        gaps = timed(lambda: dwell("gaps", store))
        sessions = int(dwell("summary", store, "--format", "csv").splitlines()[1].split(",")[3])
        cores = os.cpu_count()
        print(f"{arguments.pageviews:,} pageviews, {sessions:,} sessions, {cores} cores, load {os.getloadavg()[0]:.1f}")
        print("| | load | rebuild | refresh a minute | pauses |\n|---|--:|--:|--:|--:|")
        print(f"| dwell | {load:.1f} s | {rebuild:.1f} s | {refresh:.2f} s | {gaps:.1f} s |", flush=True)
        for kind in ENGINES:
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
                script = dwell.sql(engine.dialect, "refresh", *minute)
                refresh = timed(lambda: engine.run(script))
                script = dwell.sql(engine.dialect, "pauses")
                pauses = timed(lambda: engine.query(script))
                found = engine.query("SELECT COUNT(*) FROM sessions")[0][0]
                assert int(found) == sessions, f"{engine.version()}: {found} sessions"
                row = f"| {load:.1f} s | {rebuild:.1f} s | {refresh:.2f} s | {pauses:.1f} s |"
                print(f"| {engine.version()} {row}", flush=True)
            finally:
                engine.close()
            subprocess.run(["rm", "-rf", str(own)], check=False)


if __name__ == "__main__":
    main()
