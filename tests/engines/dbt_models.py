"""Runs the dbt models for real: loads of late events with a run after each give the sessions of one full
run, which are those of dwell. dbt_models.py --dwell BINARY [ADAPTER...].

A run takes in what arrived since the last by itself; and with a model that knows no column of arrival, it is
given windows of time.
"""

import argparse
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

from dbt.cli.main import dbtRunner

import cases
import engines
from cases import Case
from cases import Dwell
from cases import View
from cases import same
from postgres_server import PostgresServer

os.environ.update(DBT_SEND_ANONYMOUS_USAGE_STATS="false", DO_NOT_TRACK="1")

PROJECT = """
name: shop
profile: shop
model-paths: [models]
flags:
  send_anonymous_usage_stats: false
"""
SOURCES = """
sources:
  - name: {schema}
    tables:
      - name: pageviews
"""


def invoke(arguments: list[str]) -> str | None:
    """Runs dbt in this process; what was said if that failed."""
    done = dbtRunner().invoke(arguments)
    said = [str(result.message) for result in done.result or []]
    return None if done.success else "\n".join([str(done.exception), *said])


class Dbt:
    """A project with a model of sessions and the source pageviews."""

    def __init__(self, folder: Path, engine, model: str | None = None):
        """With a model, or the package that is in the folder already."""
        self.folder = folder
        # Elsewhere a process of its own lets go of the database; it is forked, since to import dbt takes seconds.
        self.in_process = engine.dialect == "spark"
        output, schema = engine.output, engine.schema
        (folder / "models").mkdir(parents=True, exist_ok=True)
        (folder / "profiles.yml").write_text(f"shop:\n  target: it\n  outputs:\n    it: {output}\n")
        if model is None:
            return
        (folder / "dbt_project.yml").write_text(PROJECT)
        (folder / "models/sources.yml").write_text(SOURCES.format(schema=schema))
        (folder / "models/sessions.sql").write_text(model, encoding="utf-8")

    def attempt(self, *options: str, command: str = "run") -> str | None:
        """Runs the models; what was said if that failed."""
        places = ["--project-dir", str(self.folder), "--profiles-dir", str(self.folder), "--profile", "shop"]
        arguments = ["--log-level", "none", "--no-version-check", command, *places, *options]
        if self.in_process:
            return invoke(arguments)
        with ProcessPoolExecutor(1, get_context("fork"), os.chdir, (self.folder,)) as process:
            return process.submit(invoke, arguments).result()

    def run(self, *options: str, command: str = "run") -> None:
        said = self.attempt(*options, command=command)
        if said is not None:
            raise SystemExit(said)


class Duckdb:
    """Sessions over a view, with a running number for the arrival."""

    dialect = "duckdb"
    schema = "main"

    def __init__(self, folder: Path):
        self.file = folder / "shop.duckdb"
        self.output = f"{{type: duckdb, path: '{self.file}', threads: 1}}"

    def prepare(self, dwell: Dwell) -> None:
        self.file.unlink(missing_ok=True)
        self.do("CREATE TABLE pageviews (user_id VARCHAR, page_view_at TIMESTAMPTZ, page VARCHAR, arrival BIGINT)")

    def do(self, sql: str, rows: list | None = None) -> list:
        import duckdb

        with duckdb.connect(str(self.file)) as db:
            db.execute("SET TimeZone = 'Pacific/Apia'")
            if rows is None:
                return db.execute(sql).fetchall()
            db.execute("BEGIN")
            db.executemany(sql, rows)
            db.execute("COMMIT")
            return []

    def load(self, views: list[View], first: int, at_once: bool = False) -> None:
        rows = [(v.user_id, cases.rfc3339(v.at_us), v.page, first + n * (not at_once)) for n, v in enumerate(views)]
        self.do("INSERT INTO pageviews VALUES (?, ?, ?, ?)", rows)

    def sessions(self) -> list[tuple]:
        columns = "session_id, user_id, epoch_us(started_at), epoch_us(ended_at), pageviews, landing_page, exit_page"
        return sorted(self.do(f"SELECT {columns} FROM sessions"))

    def pageviews(self) -> list[tuple]:
        return sorted(self.do("SELECT " + engines.PAGEVIEW_COLUMNS.format(at="epoch_us(page_view_at)") + " FROM session_pageviews"))

    def close(self) -> None:
        pass


class Postgres:
    """Sessions over the table that dwell's schema makes, with its identity column for the arrival."""

    dialect = "postgres"
    schema = "public"

    def __init__(self, folder: Path):
        import psycopg2

        self.server = PostgresServer(folder / "postgres")
        self.db = psycopg2.connect(**self.server.address())
        self.db.autocommit = True
        port = self.server.port
        self.output = (
            f"{{type: postgres, host: 127.0.0.1, port: {port}, user: dwell, password: '', dbname: postgres, "
            "schema: public, threads: 1}"
        )

    def prepare(self, dwell: Dwell) -> None:
        self.do("DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public")
        self.do("SET TimeZone = 'America/St_Johns'; " + dwell.sql("postgres", "schema"))
        self.do("DROP VIEW session_pageviews; DROP TABLE sessions, sessions_gap")

    def do(self, sql: str, rows: list | None = None) -> list:
        with self.db.cursor() as cursor:
            if rows is not None:
                from psycopg2.extras import execute_values

                execute_values(cursor, sql, rows)
                return []
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def load(self, views: list[View], first: int, at_once: bool = False) -> None:
        rows = [(view.user_id, cases.rfc3339(view.at_us), view.page) for view in views]
        if at_once:
            rows = [(*row, first) for row in rows]
            self.do("INSERT INTO pageviews (user_id, page_view_at, page, arrival) OVERRIDING SYSTEM VALUE VALUES %s", rows)
            return
        self.do("INSERT INTO pageviews (user_id, page_view_at, page) VALUES %s", rows)

    def sessions(self) -> list[tuple]:
        us = "CAST(EXTRACT(EPOCH FROM {0} - TIMESTAMPTZ '1970-01-01Z') * 1000000 AS BIGINT)".format
        columns = f"session_id, user_id, {us('started_at')}, {us('ended_at')}, pageviews, landing_page, exit_page"
        return sorted(self.do(f"SELECT {columns} FROM sessions"))

    def pageviews(self) -> list[tuple]:
        at = engines.Postgres.microseconds.format("page_view_at")
        return sorted(self.do("SELECT " + engines.PAGEVIEW_COLUMNS.format(at=at) + " FROM session_pageviews"))

    def close(self) -> None:
        self.db.close()
        self.server.stop()


class Spark:
    """Sessions over the table that dwell's schema makes, on Parquet tables of a folder, in the session that
    dbt finds in its own process."""

    dialect = "spark"
    schema = "shop"
    output = "{type: spark, method: session, host: NA, schema: shop, threads: 1}"

    def __init__(self, folder: Path):
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
        self.engine = engines.Spark(folder)

    def prepare(self, dwell: Dwell) -> None:
        self.engine.reset()
        self.engine.run(dwell.sql("spark", "schema"))
        self.engine.run("DROP VIEW session_pageviews;\nDROP VIEW sessions;\nDROP TABLE sessions_stored;\n")

    def load(self, views: list[View], first: int, at_once: bool = False) -> None:
        self.engine.run("USE shop;\n")
        if at_once:
            file = self.engine.folder / "at_once.csv"
            self.engine.load_file(cases.write_csv(file, views, first, at_once))
            return
        self.engine.load(views, first)

    def sessions(self) -> list[tuple]:
        us = "session_id, user_id, unix_micros(started_at), unix_micros(ended_at)"
        rows = f"SELECT {us}, pageviews, landing_page, exit_page FROM shop.sessions WHERE session_id IS NOT NULL"
        return sorted(self.engine.query(rows))

    def do(self, sql: str) -> list[tuple]:
        return [tuple(row) for row in self.engine.db.sql(sql).collect()]

    def pageviews(self) -> list[tuple]:
        columns = engines.PAGEVIEW_COLUMNS.format(at="unix_micros(page_view_at)")
        return sorted(self.do(f"SELECT {columns} FROM shop.session_pageviews"))

    def close(self) -> None:
        self.engine.close()


def in_loads(dwell: Dwell, engine, case: Case, folder: Path, gap: str) -> None:
    """The package: a run after each load, with contracts; its tests, its other model, and runs that are empty. Pageviews
    carry two columns, which are made of the user and the page: a session has them of its landing page."""
    file = cases.write_csv(folder / "views.csv", case.views)
    names = ["--pageviews-table", f"{engine.schema}.carrying", "--carry", "referrer,Device type"]
    device = "`Device type`" if engine.dialect == "spark" else '"Device type"'

    def expect(what: str, file: Path, gap: str = gap) -> None:
        expected = dwell.sessions(file, gap)
        same(f"dbt on {engine.dialect}, {case.name}, {what}", engine.sessions(), expected)
        carried = engine.do(f"SELECT session_id, referrer, {device} FROM {engine.schema}.sessions WHERE session_id IS NOT NULL")
        of_landing = [(id, landing[:2] or None, user + landing) for id, user, _, _, _, landing, _ in expected]
        same(f"dbt on {engine.dialect}, {case.name}, {what}, what is carried", sorted(carried), of_landing)

    dwell("sql", "--dialect", engine.dialect, "--form", "dbt", "--gap", gap, *names, "-o", folder / "loads")
    dbt = Dbt(folder / "loads", engine)
    engine.prepare(dwell)
    engine.do(
        f"CREATE VIEW {engine.schema}.carrying AS SELECT pageviews.*, SUBSTR(page, 1, 2) AS referrer, "
        f"CONCAT(user_id, COALESCE(page, '')) AS {device} FROM {engine.schema}.pageviews"
    )
    dbt.run("--empty")
    same(f"dbt on {engine.dialect}, an empty run", engine.sessions(), [])
    arrived = 1
    for load in cases.loads(case):
        engine.load(load, arrived)
        arrived += len(load)
        dbt.run()
        seen = cases.write_csv(folder / "seen.csv", case.views[: arrived - 1])
        expect(f"at {gap}", seen)
    dbt.run()
    expect("nothing new", file)
    dbt.run(command="test")
    same(f"dbt on {engine.dialect}, {case.name}, pageviews", engine.pageviews(), dwell.pageviews(file, gap))
    own = engine.do(f"SELECT page, referrer, {device} FROM {engine.schema}.session_pageviews")
    assert all((referrer, carried[-len(page) :] if page else "") == (page[:2] or None, page) for page, referrer, carried in own)
    compiled = (dbt.folder / "target/compiled/dwell_sessions/models/sessions.sql").read_text(encoding="utf-8")
    ids = f"SELECT COUNT(session_id), COUNT(DISTINCT session_id) FROM ({compiled}) AS run"
    [(n_rows, n_ids)] = engine.do(ids)
    assert 0 < n_rows == n_ids, f"dbt on {engine.dialect}: a run gives {n_rows} rows of {n_ids} sessions"
    dbt.run("--full-refresh")
    expect("full", file)

    other = ["--vars", "{dwell_gap_us: 540000000}"]
    said = dbt.attempt(*other)
    assert said and "the gap is not that of the sessions: run with --full-refresh" in said, said
    dbt.run("--full-refresh", *other)
    expect("another gap", file, "9m")


def at_one_time(dwell: Dwell, engine, case: Case, folder: Path, gap: str) -> None:
    """Loads of which all rows share one arrival, as a time of loading is, and become visible in two halves; and
    a run of a window, after which the next one still takes in what the window left out."""
    model = dwell("sql", "--dialect", engine.dialect, "--form", "dbt", "--gap", gap,
                  "--pageviews-table", f"{engine.schema}.pageviews")
    dbt = Dbt(folder / "at_one_time", engine, model)
    engine.prepare(dwell)
    seen: list[tuple[int, View]] = []

    def expect(what: str) -> None:
        # Within one arrival, the page decides.
        in_order = [view for _, view in sorted(seen, key=lambda one: (one[0], one[1].page.encode()))]
        file = cases.write_csv(folder / "seen.csv", in_order)
        same(f"dbt on {engine.dialect}, {what}", engine.sessions(), dwell.sessions(file, gap))

    for arrival, load in enumerate(cases.loads(case), 1):
        half = len(load) // 2
        for part in [load[:half], load[half:]]:
            engine.load(part, arrival, at_once=True)
            seen += [(arrival, view) for view in part]
            if arrival == 3:
                start, end = cases.window(part[:1])
                dbt.run("--vars", f"{{dwell_from: '{start}', dwell_to: '{end}'}}")
            else:
                dbt.run()
                expect(f"half of load {arrival}")
        if arrival == 3:
            dbt.run()
            expect("a run after two of windows")
    for given, why in [("{dwell_from: '2020-01-01T00:00:00Z'}", "give both variables"),
                       ("{dwell_from: '2020-01-01T00:00:00Z', dwell_to: '2020-01-01T00:00:00Z'}", "the window is empty")]:
        said = dbt.attempt("--vars", given)
        assert said and why in said, said
    expect("refusals")


def looking_back(dwell: Dwell, engine, folder: Path) -> None:
    """What becomes visible after later arrivals is taken in by a run that looks back far enough."""
    case = cases.hostile()
    model = dwell("sql", "--dialect", engine.dialect, "--form", "dbt", "--pageviews-table", f"{engine.schema}.pageviews")
    dbt = Dbt(folder / "looking_back", engine, model)
    engine.prepare(dwell)
    half = len(case.views) // 2
    # The second half has been given lower numbers, and is seen later.
    engine.load(case.views[:half], len(case.views))
    dbt.run()
    engine.load(case.views[half:], 1)
    dbt.run("--vars", f"{{dwell_lookback: {len(case.views) + half}}}")
    file = cases.write_csv(folder / "looking_back.csv", case.views[half:] + case.views[:half])
    same(f"dbt on {engine.dialect}, looking back", engine.sessions(), dwell.sessions(file, "30m"))


def in_windows(dwell: Dwell, engine, case: Case, folder: Path, gap: str) -> None:
    """A model over another model that knows no arrival: its runs are given windows of time."""
    in_order = sorted(case.views, key=lambda view: view.page.encode())
    file = cases.write_csv(folder / "views.csv", in_order)
    model = dwell("sql", "--dialect", engine.dialect, "--form", "dbt", "--gap", gap, "--ties-by-page",
                  "--pageviews-table", "stg_views")
    dbt = Dbt(folder / "windows", engine, model)
    (dbt.folder / "models/stg_views.sql").write_text(
        "SELECT user_id, page_view_at, page FROM {{ source('" + engine.schema + "', 'pageviews') }}"
    )
    engine.prepare(dwell)
    for number, load in enumerate(cases.loads(case)):
        engine.load(load, 1)
        start, end = cases.window(load)
        if number == 1:
            said = dbt.attempt()
            assert said and "which pageviews? give the variables dwell_from and dwell_to" in said, said
        dbt.run("--vars", f"{{dwell_from: '{start}', dwell_to: '{end}'}}")
    same(f"dbt on {engine.dialect}, windows at {gap}", engine.sessions(), dwell.sessions(file, gap))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dwell", required=True)
    arguments.add_argument("adapters", nargs="*", metavar="ADAPTER")
    arguments = arguments.parse_args()
    dwell = Dwell(os.path.abspath(arguments.dwell))
    ran = [f"dbt-core {version('dbt-core')}"]
    for kind in [Duckdb, Postgres, Spark]:
        if arguments.adapters and kind.dialect not in arguments.adapters:
            continue
        began = time.monotonic()
        # Before a process is forked.
        import_module(f"dbt.adapters.{kind.dialect}")
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            folder.chmod(0o755)
            engine = kind(folder)
            try:
                both = cases.generated(dwell).views[:2_000] + cases.hostile().views
                at_one_time(dwell, engine, cases.hostile(), folder, "30m")
                in_loads(dwell, engine, Case("late events and ties", both, ["30m"]), folder, "30m")
                in_windows(dwell, engine, cases.hostile(), folder, "30m")
                if kind is Duckdb:
                    looking_back(dwell, engine, folder)
            finally:
                engine.close()
        ran.append(f"dbt-{kind.dialect} {version('dbt-' + kind.dialect)}")
        print(f"{ran[-1]}: loads with a run after each as one full run, in {time.monotonic() - began:.0f} s", flush=True)
    print("dbt: " + ", ".join(ran))


if __name__ == "__main__":
    main()
