"""One adapter an engine: load pageviews, run what dwell prints, give the rows back.

Every engine runs in a time zone that is not UTC, to which no result may be bound.
"""

import csv
import json
import sqlite3
from pathlib import Path

from cases import View
from cases import microseconds
from cases import write_csv
from postgres_server import PostgresServer

SESSION_COLUMNS = "session_id, user_id, {started}, {ended}, pageviews, landing_page, exit_page"
PAGEVIEW_COLUMNS = "session_id, session_number, pageview_number, {at}, page"


def statements(script: str) -> list[str]:
    """The statements of a script, for engines that take one at a time; without comment lines."""
    lines = [line for line in script.splitlines() if not line.lstrip().startswith("--")]
    parts = "\n".join(lines).split(";\n")
    return [part.strip().rstrip(";") for part in parts if part.strip().rstrip(";")]


class Engine:
    """What the proof asks of an engine. Rows come as tuples, times in microseconds since the epoch."""

    dialect = ""
    microseconds = "{}"
    is_numbered_by_load = False
    is_slow = False
    is_emulated = False

    def version(self) -> str:
        raise NotImplementedError

    def reset(self) -> None:
        """Leaves nothing of what was there."""
        raise NotImplementedError

    def run(self, script: str) -> None:
        raise NotImplementedError

    def load(self, views: list[View], first_arrival: int) -> None:
        """Inserts in order of arrival, which is numbered from `first_arrival` where the engine does not."""
        numbered = first_arrival if self.is_numbered_by_load else None
        self.load_file(write_csv(self.folder / f"{self.dialect}.csv", views, numbered))

    def load_file(self, file: Path) -> None:
        """Inserts the rows of a file, the way that the documentation shows."""
        raise NotImplementedError

    def query(self, sql: str) -> list[tuple]:
        raise NotImplementedError

    def refresh_by_parameters(self, script: str, start: str, end: str) -> None:
        """Runs a refresh that was made without a window, in this one."""
        raise NotImplementedError

    def sessions(self, table: str = "sessions") -> list[tuple]:
        us = self.microseconds.format
        columns = SESSION_COLUMNS.format(started=us("started_at"), ended=us("ended_at"))
        return sorted(tuple(row) for row in self.query(f"SELECT {columns} FROM {table}"))

    def pageviews(self, view: str = "session_pageviews") -> list[tuple]:
        columns = PAGEVIEW_COLUMNS.format(at=self.microseconds.format("page_view_at"))
        return sorted(tuple(row) for row in self.query(f"SELECT {columns} FROM {view}"))

    def pauses(self, sql: str, columns: str = "gap,gap_us,pauses,sessions") -> str:
        """The result as CSV with its header line."""
        rows = [",".join(map(str, row)) for row in self.query(sql)]
        return "".join(row + "\n" for row in [columns, *rows])

    def in_utc(self) -> None:
        """From now on, times without an offset are in UTC."""

    def roll_back(self) -> None:
        """What a client does after a script that failed in its transaction, if there are transactions."""

    def close(self) -> None:
        pass


class Sqlite(Engine):
    dialect = "sqlite"

    def __init__(self, folder: Path):
        self.folder = folder
        self.db = sqlite3.connect(":memory:", isolation_level=None)

    def version(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    def reset(self) -> None:
        self.db.close()
        self.db = sqlite3.connect(":memory:", isolation_level=None)

    def run(self, script: str) -> None:
        self.db.executescript(script)

    def load_file(self, file) -> None:
        with file.open(newline="", encoding="utf-8") as lines, self.db:
            rows = csv.reader(lines)
            next(rows)
            self.db.execute("BEGIN")
            self.db.executemany("INSERT INTO pageviews (user_id, page_view_at, page) VALUES (?, ?, ?)", rows)

    def roll_back(self) -> None:
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")

    def query(self, sql: str) -> list[tuple]:
        return self.db.execute(sql.strip().rstrip(";")).fetchall()

    def refresh_by_parameters(self, script, start, end) -> None:
        self.run(script.replace(":from", f"'{start}'").replace(":to", f"'{end}'"))

    def sessions(self, table="sessions") -> list[tuple]:
        return sorted(
            (*row[:2], microseconds(row[2]), microseconds(row[3]), *row[4:]) for row in Engine.sessions(self, table)
        )

    def pageviews(self, view="session_pageviews") -> list[tuple]:
        return sorted((*row[:3], microseconds(row[3]), *row[4:]) for row in Engine.pageviews(self, view))


class Postgres(Engine):
    dialect = "postgres"
    microseconds = "CAST(EXTRACT(EPOCH FROM {0} - TIMESTAMPTZ '1970-01-01Z') * 1000000 AS BIGINT)"

    def __init__(self, folder: Path):
        import psycopg2

        self.folder = folder
        self.server = PostgresServer(folder / "postgres")
        self.db = psycopg2.connect(**self.server.address())
        self.db.autocommit = True
        self.run("SET TimeZone = 'America/St_Johns'; SET client_min_messages = error;")

    def version(self) -> str:
        return "PostgreSQL " + self.query("SHOW server_version")[0][0].split()[0]

    def reset(self) -> None:
        self.run("DROP SCHEMA IF EXISTS public, web CASCADE; CREATE SCHEMA public;")

    def run(self, script: str) -> None:
        with self.db.cursor() as cursor:
            cursor.execute(script)

    def load_file(self, file) -> None:
        with file.open(encoding="utf-8") as rows, self.db.cursor() as cursor:
            copy = "COPY pageviews (user_id, page_view_at, page) FROM STDIN CSV HEADER FORCE NOT NULL page"
            cursor.copy_expert(copy, rows)

    def query(self, sql: str) -> list[tuple]:
        with self.db.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def another(self):
        """Another connection: what runs a script, and what closes it."""
        import psycopg2

        db = psycopg2.connect(**self.server.address())
        db.autocommit = True

        def run(script: str) -> None:
            with db.cursor() as cursor:
                cursor.execute(script)

        return run, db.close

    def refresh_by_parameters(self, script, start, end) -> None:
        self.run(script.replace(":from", f"'{start}'").replace(":to", f"'{end}'"))

    def in_utc(self) -> None:
        self.run("SET TimeZone = 'UTC'")

    def roll_back(self) -> None:
        self.run("ROLLBACK")

    def close(self) -> None:
        self.db.close()
        self.server.stop()


class Duckdb(Engine):
    dialect = "duckdb"
    microseconds = "epoch_us({})"

    def __init__(self, folder: Path):
        self.folder = folder
        self.reset()

    def version(self) -> str:
        import duckdb

        return f"DuckDB {duckdb.__version__}"

    def reset(self) -> None:
        import duckdb

        self.db = duckdb.connect(":memory:")
        self.run("SET TimeZone = 'Pacific/Apia'; SET threads = 4;")

    def run(self, script: str) -> None:
        self.db.execute(script)

    def load_file(self, file) -> None:
        types = "{'user_id': 'VARCHAR', 'page_view_at': 'TIMESTAMPTZ', 'page': 'VARCHAR'}"
        self.run(
            f"INSERT INTO pageviews (user_id, page_view_at, page) SELECT user_id, page_view_at, COALESCE(page, '') "
            f"FROM read_csv('{file}', header = true, columns = {types}, quote = '\"', escape = '\"')"
        )

    def in_utc(self) -> None:
        self.run("SET TimeZone = 'UTC'")

    def roll_back(self) -> None:
        self.run("ROLLBACK")

    def query(self, sql: str) -> list[tuple]:
        return self.db.execute(sql).fetchall()

    def refresh_by_parameters(self, script, start, end) -> None:
        self.run(f"SET VARIABLE refresh_from = '{start}'; SET VARIABLE refresh_to = '{end}';")
        self.run(script)


class Clickhouse(Engine):
    dialect = "clickhouse"
    microseconds = "toUnixTimestamp64Micro({})"

    def __init__(self, folder: Path):
        from chdb.session import Session

        self.folder = folder
        self.db = Session(str(folder / "clickhouse"))
        self.reset()

    def version(self) -> str:
        import chdb

        return f"ClickHouse {self.query('SELECT version()')[0][0]} (chdb {chdb.__version__})"

    def reset(self) -> None:
        self.run("DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS web; CREATE DATABASE shop ENGINE = Atomic;\nUSE shop;\n")
        self.run("SET session_timezone = 'Asia/Kolkata';\n")

    def run(self, script: str) -> None:
        for statement in statements(script.replace("; ", ";\n")):
            self.db.query(statement)

    def load_file(self, file, into: str = "pageviews (user_id, page_view_at, page)") -> None:
        structure = "user_id String, page_view_at String, page String"
        self.db.query(
            f"INSERT INTO {into} "
            f"SELECT user_id, parseDateTime64BestEffort(page_view_at, 6, 'UTC'), page "
            f"FROM file('{file}', CSVWithNames, '{structure}') SETTINGS max_threads = 1"
        )

    def query(self, sql: str) -> list[tuple]:
        text = str(self.db.query(sql.strip().rstrip(";"), "JSONCompactEachRow"))
        return [tuple(json.loads(line)) for line in text.splitlines()]

    def refresh_by_parameters(self, script, start, end) -> None:
        self.run(f"SET param_from = '{start}';\nSET param_to = '{end}';\n" + script)

    def sessions(self, table="sessions") -> list[tuple]:
        # JSON has 64-bit numbers as text.
        return sorted((*row[:2], *map(int, row[2:5]), *row[5:]) for row in Engine.sessions(self, table))

    def pageviews(self, view="session_pageviews") -> list[tuple]:
        return sorted((row[0], *map(int, row[1:4]), row[4]) for row in Engine.pageviews(self, view))

    def close(self) -> None:
        self.db.close()


class Spark(Engine):
    dialect = "spark"
    is_numbered_by_load = True
    is_slow = True
    microseconds = "unix_micros({})"

    def __init__(self, folder: Path, for_speed: bool = False, settings: dict[str, str] | None = None):
        from pyspark.sql import SparkSession

        # Little data: compiling a plan would take longer than running it.
        compiled = ("true", "FALLBACK") if for_speed else ("false", "NO_CODEGEN")
        self.folder = folder
        self.db = (
            SparkSession.builder.master("local[2]")
            .appName("dwell")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "8" if for_speed else "2")
            .config("spark.driver.memory", "6g" if for_speed else "1g")
            .config("spark.sql.codegen.wholeStage", compiled[0])
            .config("spark.sql.codegen.factoryMode", compiled[1])
            .config("spark.sql.adaptive.enabled", compiled[0])
            .config("spark.sql.session.timeZone", "Asia/Kathmandu")
            .config("spark.sql.warehouse.dir", str(folder / "spark"))
            .config("spark.driver.extraJavaOptions", "" if for_speed else "-XX:TieredStopAtLevel=1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config(map=settings or {})
            .getOrCreate()
        )
        self.db.sparkContext.setLogLevel("ERROR")

    def version(self) -> str:
        return f"Spark {self.db.version}"

    def reset(self) -> None:
        self.db.catalog.dropTempView("loaded")
        self.run("DROP DATABASE IF EXISTS shop CASCADE;\nDROP DATABASE IF EXISTS web CASCADE;\n")
        self.run("CREATE DATABASE shop;\nUSE shop;\n")

    def run(self, script: str) -> None:
        for statement in statements(script):
            self.db.sql(statement).collect()

    def load_file(self, file) -> None:
        with file.open(encoding="utf-8") as lines:
            is_numbered = "arrival" in lines.readline()
        schema = "user_id STRING, page_view_at TIMESTAMP, page STRING" + ", arrival BIGINT" * is_numbered
        self.db.read.csv(str(file), header=True, schema=schema, escape='"').createOrReplaceTempView("loaded")
        arrival = "arrival" if is_numbered else "monotonically_increasing_id()"
        self.db.sql(f"INSERT INTO pageviews SELECT user_id, page_view_at, page, {arrival} FROM loaded")

    def query(self, sql: str) -> list[tuple]:
        return [tuple(row) for row in self.db.sql(statements(sql + "\n")[0]).collect()]

    def in_utc(self) -> None:
        self.db.conf.set("spark.sql.session.timeZone", "UTC")

    def refresh_by_parameters(self, script, start, end) -> None:
        for statement in statements(script):
            named = {name: at for name, at in [("from", start), ("to", end)] if f":{name}" in statement}
            self.db.sql(statement, named).collect()

    def close(self) -> None:
        self.db.stop()


ENGINES = [Sqlite, Duckdb, Clickhouse, Postgres, Spark]
