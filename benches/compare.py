#!/usr/bin/env python3
"""Times dwell beside DuckDB, polars, ClickHouse (chDB), SQLite and GoAccess: the same pageviews, the same run, several
rounds in turn.

usage: benches/compare.py [--rows N] [--rounds N] [--growth N,N,...] [--against REV] [--dwell PATH]

Makes the pageviews with `dwell generate` and a virtual environment with the engines from PyPI, both kept in
target/compare for the next run. sqlite3 and goaccess take part if they are installed. With --against, another
revision of dwell is built into target/compare/REV, and takes the place of the others.
Prints Markdown tables: medians of wall clock, with processor time and peak memory of the whole process.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PLACE = ROOT / "target" / "compare"
MAX_LOG_LINES = 1_000_000

# The rule, in both: a pageview starts a session if it is its user's first, or if it comes a gap or more after
# the one before.
DUCKDB = """
import sys, time
import duckdb
what, base, source, target, gap_us = sys.argv[1:6]
began = time.perf_counter()
db = duckdb.connect(base)
marked = '''
    WITH marked AS (
        SELECT user_id, page_view_at, page, rowid AS arrival,
            CASE WHEN epoch_us(page_view_at) - lag(epoch_us(page_view_at)) OVER w < {gap} THEN 0 ELSE 1 END AS starts
        FROM pageviews WINDOW w AS (PARTITION BY user_id ORDER BY page_view_at, rowid)
    ), numbered AS (
        SELECT *, sum(starts) OVER (PARTITION BY user_id ORDER BY page_view_at, arrival ROWS UNBOUNDED PRECEDING)
            AS session_number FROM marked
    )
'''
def sessions(gap):
    return marked.format(gap=gap) + '''
        SELECT user_id || '@' || epoch_us(min(page_view_at)) AS session_id, user_id, session_number,
            min(page_view_at) AS started_at, max(page_view_at) AS ended_at,
            epoch_us(max(page_view_at)) - epoch_us(min(page_view_at)) AS duration_us, count(*) AS pageviews,
            first(page ORDER BY page_view_at, arrival) AS landing_page,
            last(page ORDER BY page_view_at, arrival) AS exit_page, count(*) = 1 AS is_bounce
        FROM numbered GROUP BY user_id, session_number'''
if what == "read":
    reader = {"csv": "read_csv", "jsonl": "read_json", "parquet": "read_parquet"}[source.rsplit(".")[-1]]
    db.execute(f"CREATE TABLE pageviews AS SELECT * FROM {reader}(?)", [source])
    db.close()
elif what == "convert":
    types = {"user_id": "VARCHAR", "page_view_at": "VARCHAR" if target.endswith("jsonl") else "TIMESTAMP", "page": "VARCHAR"}
    form = "JSON" if target.endswith("jsonl") else "PARQUET"
    db.execute(f"COPY (SELECT * FROM read_csv('{source}', header = true, columns = {types})) TO '{target}' (FORMAT {form})")
elif what == "load":
    db.execute("CREATE TABLE pageviews AS SELECT user_id::VARCHAR AS user_id, page_view_at::TIMESTAMP AS page_view_at, page FROM read_csv(?)", [source])
    db.execute("CREATE TABLE sessions AS " + sessions(gap_us))
    db.close()
elif what == "gap":
    print(db.execute(marked.format(gap=gap_us) + '''
        SELECT count(*), count(*) FILTER (n = 1), avg(d), median(d) FROM (
            SELECT count(*) AS n, epoch_us(max(page_view_at)) - epoch_us(min(page_view_at)) AS d
            FROM numbered GROUP BY user_id, session_number)''').fetchall(), file=sys.stderr)
elif what == "export":
    db.execute("COPY (SELECT * FROM sessions ORDER BY user_id, started_at) TO '" + target + "' (HEADER)")
print(time.perf_counter() - began)
"""

POLARS = """
import sys, time
import polars as pl
what, base, source, target, gap_us = sys.argv[1:6]
began = time.perf_counter()
def read():
    if source.endswith(".parquet"):
        return pl.read_parquet(source)
    if source.endswith(".jsonl"):
        return pl.read_ndjson(source).with_columns(pl.col("page_view_at").str.to_datetime())
    return pl.read_csv(source, schema_overrides={"user_id": pl.String}, try_parse_dates=True)
def sessions(rows):
    at = pl.col("page_view_at")
    pauses = at.diff().over("user_id")
    return (
        rows.with_row_index("arrival").sort("user_id", "page_view_at", "arrival")
        .with_columns(starts=(pauses >= pl.duration(microseconds=int(gap_us))).fill_null(True))
        .with_columns(session_number=pl.col("starts").cum_sum().over("user_id"))
        .group_by("user_id", "session_number")
        .agg(started_at=at.min(), ended_at=at.max(), pageviews=pl.len(), landing_page=pl.col("page").first(),
            exit_page=pl.col("page").last())
        .with_columns(duration_us=(pl.col("ended_at") - pl.col("started_at")).dt.total_microseconds(),
            is_bounce=pl.col("pageviews") == 1,
            session_id=pl.col("user_id") + "@" + pl.col("started_at").dt.timestamp("us").cast(pl.String))
    )
if what == "read":
    read()
elif what == "load":
    rows = read()
    rows.write_parquet(base)
    sessions(rows.lazy()).collect().write_parquet(base + ".sessions")
elif what == "gap":
    figures = [pl.len(), pl.col("is_bounce").sum(), pl.col("duration_us").mean(), pl.col("duration_us").median().alias("median")]
    print(sessions(pl.scan_parquet(base)).select(figures).collect(), file=sys.stderr)
elif what == "export":
    sessions(pl.scan_parquet(base)).sort("user_id", "started_at").collect().write_csv(target)
print(time.perf_counter() - began)
"""

CLICKHOUSE = """
import sys, time
from chdb import session
what, base, source, target, gap_us = sys.argv[1:6]
began = time.perf_counter()
db = session.Session(base)
sessions = f'''
    WITH marked AS (
        SELECT user_id, page_view_at, page, arrival, row_number() OVER w = 1
            OR toUnixTimestamp64Micro(page_view_at) - lagInFrame(toUnixTimestamp64Micro(page_view_at)) OVER w >= {gap_us}
            AS starts
        FROM pageviews WINDOW w AS (PARTITION BY user_id ORDER BY page_view_at, arrival
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    ), numbered AS (
        SELECT *, sum(starts) OVER (PARTITION BY user_id ORDER BY page_view_at, arrival
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS session_number FROM marked
    )
    SELECT concat(user_id, '@', toString(toUnixTimestamp64Micro(min(page_view_at)))) AS session_id, user_id,
        session_number, min(page_view_at) AS started_at, max(page_view_at) AS ended_at,
        toUnixTimestamp64Micro(max(page_view_at)) - toUnixTimestamp64Micro(min(page_view_at)) AS duration_us,
        count() AS pageviews, argMin(page, (page_view_at, arrival)) AS landing_page,
        argMax(page, (page_view_at, arrival)) AS exit_page, count() = 1 AS is_bounce
    FROM numbered GROUP BY user_id, session_number'''
if what in ("read", "load"):
    form = {"csv": "CSVWithNames", "jsonl": "JSONEachRow", "parquet": "Parquet"}[source.rsplit(".")[-1]]
    at = "DateTime64(6, 'UTC')" if form == "Parquet" else "String"
    structure = f"user_id String, page_view_at {at}, page String".replace("'", "\\\\'")
    db.query(f'''
        CREATE TABLE pageviews ENGINE = MergeTree ORDER BY (user_id, page_view_at) AS
        SELECT user_id, toDateTime64(page_view_at, 6, 'UTC') AS page_view_at, page, rowNumberInAllBlocks() AS arrival
        FROM file('{source}', {form}, '{structure}')''')
if what == "load":
    db.query("CREATE TABLE sessions ENGINE = MergeTree ORDER BY (user_id, started_at) AS " + sessions)
elif what == "gap":
    figures = "count(), countIf(is_bounce), avg(duration_us), quantileExact(duration_us)"
    print(db.query(f"SELECT {figures} FROM ({sessions})"), file=sys.stderr)
elif what == "export":
    db.query(f"SELECT * FROM ({sessions}) ORDER BY user_id, started_at INTO OUTFILE '{target}' FORMAT CSVWithNames")
print(time.perf_counter() - began)
"""

# By the name in the tables: the package that has it, and how it does the work.
ENGINES = {"DuckDB": ("duckdb", DUCKDB), "polars": ("polars", POLARS), "ClickHouse": ("chdb", CLICKHOUSE)}

SQLITE_SESSIONS = """
    WITH marked AS (
        SELECT user_id, strftime('%s', page_view_at) + 0 AS at, page, rowid AS arrival FROM pageviews
    ), started AS (
        SELECT *, CASE WHEN at - lag(at) OVER (PARTITION BY user_id ORDER BY at, arrival) < 1800 THEN 0 ELSE 1 END
            AS starts FROM marked
    ), numbered AS (
        SELECT *, sum(starts) OVER (PARTITION BY user_id ORDER BY at, arrival ROWS UNBOUNDED PRECEDING)
            AS session_number FROM started
    )
    SELECT user_id, session_number, min(at) AS started_at, max(at) AS ended_at, count(*) AS pageviews
    FROM numbered GROUP BY user_id, session_number
"""


class Run:
    """One process: seconds on the clock, seconds of processor time, megabytes at its peak."""

    def __init__(self, command, stdin=None, reports_time=False):
        began = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE if reports_time else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if stdin:
            process.stdin.write(stdin.encode())
            process.stdin.close()
        told = process.stdout.read() if reports_time else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall = float(told.split()[-1]) if told.split() else time.perf_counter() - began
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024
        self.ok = process.returncode == 0


class Median:
    def __init__(self, runs):
        runs = [run for run in runs if run is not None and run.ok]
        self.ok = bool(runs)
        if runs:
            self.wall = statistics.median(run.wall for run in runs)
            self.cpu = statistics.median(run.cpu for run in runs)
            self.memory = statistics.median(run.memory for run in runs)

    def less(self, other, times):
        """What one more of something costs: this run did `times` more of it than the other."""
        less = Median([])
        less.ok = self.ok and other.ok
        if less.ok:
            less.wall = (self.wall - other.wall) / times
            less.cpu = (self.cpu - other.cpu) / times
            less.memory = self.memory
        return less

    def __str__(self):
        if not self.ok:
            return "-"
        return f"{seconds(self.wall)} ({seconds(self.cpu)}, {self.memory:,.0f} MB)"


def seconds(value):
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value:.2f} s"


def say(words):
    print(words, file=sys.stderr, flush=True)


def remove(*paths):
    for path in paths:
        for each in path.parent.glob(path.name + "*"):
            shutil.rmtree(each) if each.is_dir() else each.unlink()


def python_with_engines():
    python = PLACE / "venv" / "bin" / "python"
    if not python.exists():
        say("making a virtual environment with the engines")
        subprocess.run([sys.executable, "-m", "venv", PLACE / "venv"], check=True)
    packages = [package for package, _ in ENGINES.values()]
    if subprocess.run([python, "-c", "import " + ", ".join(packages)], stderr=subprocess.DEVNULL).returncode:
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
    return python


def built(revision):
    """The release build of a revision."""
    named = subprocess.run(["git", "rev-parse", "--short", revision], check=True, cwd=ROOT, capture_output=True, text=True)
    place = PLACE / named.stdout.strip()
    if not (place / "dwell").exists():
        say(f"building {revision}")
        (place / "source").mkdir(parents=True, exist_ok=True)
        archive = subprocess.run(["git", "archive", revision], check=True, cwd=ROOT, capture_output=True)
        subprocess.run(["tar", "-x"], check=True, cwd=place / "source", input=archive.stdout)
        build = ["cargo", "build", "--release", "--quiet", "--locked", "--target-dir", place / "target"]
        subprocess.run(build, check=True, cwd=place / "source")
        shutil.copy2(place / "target" / "release" / "dwell", place / "dwell")
    return place / "dwell"


def pageviews(dwell, rows):
    path = PLACE / f"views-{rows}.csv"
    if not path.exists():
        say(f"making {rows:,} pageviews")
        subprocess.run([dwell, "generate", "--pageviews", str(rows), "-o", path], check=True, stderr=subprocess.DEVNULL)
    return path


def log_of(views, rows):
    """The first pageviews as a Combined log, ordered as they are; a user is an address and an agent."""
    path = PLACE / f"views-{rows}.log"
    if path.exists():
        return path
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    with open(views, encoding="utf-8") as rows_in, open(path, "w", encoding="utf-8") as out:
        next(rows_in)
        for row, _ in zip(rows_in, range(rows)):
            user, at, page = row.rstrip("\n").split(",")[:3]
            number = sum(ord(c) * 31**i for i, c in enumerate(user)) % 2**24
            address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
            day = f"{at[8:10]}/{months[int(at[5:7]) - 1]}/{at[:4]}:{at[11:19]} +0000"
            out.write(f'{address} - - [{day}] "GET {page} HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux x86_64)"\n')
    return path


def converted(python, views, ending):
    """The same pageviews in another format, as DuckDB writes it."""
    path = views.with_suffix(ending)
    if not path.exists():
        say(f"making {path.name}")
        subprocess.run([python, "-c", DUCKDB, "convert", ":memory:", views, path, "0"], check=True, stdout=subprocess.DEVNULL)
    return path


def gaps(n):
    return [part for minutes in range(1, n + 1) for part in ("--gap", f"{minutes}m")]


def in_rounds(rounds, runs):
    """Runs each of the named runs once a round, in turn; the medians by name."""
    found = {name: [] for name in runs}
    for number in range(rounds):
        for name, run in runs.items():
            say(f"round {number + 1}: {name}")
            found[name].append(run())
    return {name: Median(runs) for name, runs in found.items()}


def reading_runs(dwell, views, log):
    return {
        "dwell summary": lambda: Run([dwell, "summary", views]),
        "dwell log": lambda: Run([dwell, "summary", log]),
        "dwell log named": lambda: Run([dwell, "summary", log, "--log-format", "combined"]),
    }


def dwell_runs(dwell, views, store, out):
    def load():
        remove(store)
        return Run([dwell, "load", "--store", store, views])

    def export():
        remove(out)
        return Run([dwell, "export", store, "-o", out])

    return {
        "dwell load": load,
        "dwell one gap": lambda: Run([dwell, "summary", store, "--gap", "30m"]),
        "dwell 100 gaps": lambda: Run([dwell, "summary", store, *gaps(100)]),
        "dwell export": export,
    }


def compare(dwell, rows, rounds):
    views = pageviews(dwell, rows)
    n_lines = min(rows, MAX_LOG_LINES)
    log = log_of(views, n_lines)
    store, plain, out = (PLACE / name for name in ("dwell.db", "sqlite.db", "out.csv"))
    runs = dwell_runs(dwell, views, store, out) | reading_runs(dwell, views, log)
    python = python_with_engines()

    def engine(name, what, views=views):
        package, script = ENGINES[name]
        base = PLACE / f"{package}.db"
        if what in ("read", "load"):
            remove(base)
        remove(out)
        return Run([python, "-c", script, what, base, views, out, 1_800_000_000], reports_time=True)

    for name in ENGINES:
        for what in ("read", "load", "gap", "export"):
            runs[f"{name} {what}"] = lambda name=name, what=what: engine(name, what)
    for ending in (".jsonl", ".parquet"):
        other = converted(python, views, ending)
        runs["dwell read" + ending] = lambda other=other: Run([dwell, "summary", other])
        for name in ENGINES:
            runs[f"{name} read{ending}"] = lambda name=name, other=other: engine(name, "read", other)
    sqlite = shutil.which("sqlite3")
    if sqlite:
        def load_plain():
            remove(plain)
            script = f".mode csv\n.import '{views}' pageviews\nCREATE TABLE sessions AS {SQLITE_SESSIONS};\n"
            return Run([sqlite, plain], stdin=script)

        runs["SQLite load"] = load_plain
        runs["SQLite gap"] = lambda: Run([sqlite, plain, f"SELECT count(*), avg(ended_at - started_at) FROM ({SQLITE_SESSIONS})"])
        scan = "SELECT count(*), sum(user), sum(at / 1000000), sum(page), sum(arrival) FROM pageview"
        runs["SQLite open"] = lambda: Run([sqlite, store, scan])
    goaccess = shutil.which("goaccess")
    if goaccess:
        report = PLACE / "report.json"
        runs["goaccess log"] = lambda: Run([goaccess, log, "--log-format=COMBINED", "--no-progress", "-o", report])
    found = in_rounds(rounds, runs)

    nothing = Median([])
    table = [
        ("read a CSV: sessions and all figures; the others a table of it", found["dwell summary"], "read"),
        ("read JSON Lines", found["dwell read.jsonl"], "read.jsonl"),
        ("read Parquet", found["dwell read.parquet"], "read.parquet"),
        ("load a CSV into a database file, sessions included", found["dwell load"], "load"),
        ("move the gap: sessions, bounces, mean, median", found["dwell 100 gaps"].less(found["dwell one gap"], 99), "gap"),
        ("export all sessions as CSV", found["dwell export"], "export"),
        ("the same without opening the store", found["dwell export"].less(found["dwell one gap"], 1), "export"),
        ("open the store; SQLite scans the same table", found["dwell one gap"], "open"),
    ]
    others = [*ENGINES, "SQLite"]
    print(f"\n{rows:,} pageviews, medians of {rounds} rounds, {os.cpu_count()} cores: time (processor time, peak memory)\n")
    print("| | dwell |" + "".join(f" {name} | against dwell |" for name in others))
    print("|---|---|" + "---|---|" * len(others))
    for words, own, what in table:
        cells = [found.get(f"{name} {what}", nothing) for name in others]
        print(f"| {words} | {own} |" + "".join(f" {cell} | {ratio(cell, own)} |" for cell in cells))
    print(f"\n{n_lines:,} lines of a Combined log\n")
    print("| | dwell | GoAccess | against dwell |")
    print("|---|---|---|---|")
    other = found.get("goaccess log", nothing)
    for what, own in (("read a log", found["dwell log"]), ("the same, its format named", found["dwell log named"])):
        print(f"| {what} | {own} | {other} | {ratio(other, own)} |")


def compare_builds(dwell, other, rows, rounds):
    """Two builds of dwell, in turn."""
    views = pageviews(dwell, rows)
    log = log_of(views, min(rows, MAX_LOG_LINES))
    runs = {}
    for name, build in (("before", other), ("now", dwell)):
        own = dwell_runs(build, views, PLACE / f"{name}.db", PLACE / "out.csv") | reading_runs(build, views, log)
        runs |= {f"{name} {what}": run for what, run in own.items()}
    # What both do stands together, so that a slow moment of the machine meets both.
    order = sorted(runs, key=lambda name: list(own).index(name.split(" ", 1)[1]))
    found = in_rounds(rounds, {name: runs[name] for name in order})
    print(f"\n{rows:,} pageviews, medians of {rounds} rounds, {os.cpu_count()} cores: time (processor time, peak memory)\n")
    print("| | before | now | before against now |")
    print("|---|---|---|---|")
    for what in own:
        before, now = found[f"before {what}"], found[f"now {what}"]
        print(f"| {what} | {before} | {now} | {before.wall / now.wall:.2f} x |")


def ratio(other, own):
    return f"{other.wall / own.wall:,.1f} x" if other.ok and own.ok and own.wall > 0 else "-"


def growth(dwell, sizes, rounds):
    print(f"\ndwell, medians of {rounds} rounds: time (processor time, peak memory)\n")
    print("| pageviews | load | open | a gap | export |")
    print("|---|---|---|---|---|")
    for rows in sizes:
        runs = dwell_runs(dwell, pageviews(dwell, rows), PLACE / "dwell.db", PLACE / "out.csv")
        found = in_rounds(rounds, runs)
        gap = found["dwell 100 gaps"].less(found["dwell one gap"], 99)
        cells = (found["dwell load"], found["dwell one gap"], gap, found["dwell export"])
        print(f"| {rows:,} | " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--growth", help="sizes for a table of dwell alone, such as 1000000,10000000,50000000")
    parser.add_argument("--against", metavar="REV", help="another revision of dwell to compare with, instead of the others")
    parser.add_argument("--dwell", type=pathlib.Path, help="a binary to measure instead of a fresh release build")
    asked = parser.parse_args()
    PLACE.mkdir(parents=True, exist_ok=True)
    dwell = asked.dwell
    if dwell is None:
        subprocess.run(["cargo", "build", "--release", "--quiet"], check=True, cwd=ROOT)
        dwell = ROOT / "target" / "release" / "dwell"
    if asked.growth:
        growth(dwell, [int(size) for size in asked.growth.split(",")], asked.rounds)
    elif asked.against:
        compare_builds(dwell, built(asked.against), asked.rows, asked.rounds)
    else:
        compare(dwell, asked.rows, asked.rounds)
    bases = [f"{package}.db" for package, _ in ENGINES.values()]
    own = ("dwell.db", "before.db", "now.db", "sqlite.db", "out.csv", "report.json")
    remove(*(PLACE / name for name in (*own, *bases)))


if __name__ == "__main__":
    main()
