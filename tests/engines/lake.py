"""Proves that tables of Iceberg and Delta give the sessions that dwell gives: lake.py --dwell BINARY [iceberg] [delta].

Iceberg runs in Spark 3.5, the last one whose jar of Iceberg a package of PyPI holds. No such package holds Delta's jar, so
Delta's statements run in Sail, an engine of its own that reads Spark's SQL and writes tables of Delta. Neither has
variables of a session, which Spark has since 4.0: `WithoutVariables` puts their values in their places.
"""

import argparse
import os
import re
import tempfile
import threading
import time
from pathlib import Path

import cases
import proofs
from cases import Dwell
from cases import View
from cases import same
from engines import Spark
from engines import statements

NOON_US = 1_580_644_800_000_000
MINUTE_US = 60_000_000
DAY_US = 24 * 60 * MINUTE_US
ALONE = "other sessions were written meanwhile"


class DwellOfFormat(Dwell):
    """dwell's statements for one format of tables."""

    def __init__(self, binary: str, table_format: str):
        super().__init__(binary)
        self.table_format = table_format

    def sql(self, dialect: str, statement: str, *options: str) -> str:
        return super().sql(dialect, statement, "--table-format", self.table_format, *options)


class WithoutVariables(Spark):
    """Puts the values of variables where Spark would, one statement after the other."""

    def run(self, script: str) -> None:
        for statement in statements(script):
            self.one(statement)

    def one(self, statement: str) -> None:
        setting = re.fullmatch(r"SET VARIABLE (\w+) = \((.*)\)", statement, re.DOTALL)
        if setting:
            self.values[setting[1]] = self.query(self.filled(setting[2]) + ";")[0][0]
        elif statement.startswith("DECLARE OR REPLACE VARIABLE "):
            self.values[statement.split()[4]] = None
        elif statement.startswith("DROP TEMPORARY VARIABLE "):
            del self.values[statement.split()[3]]
        else:
            self.db.sql(self.filled(statement)).collect()

    def filled(self, statement: str) -> str:
        for name, value in self.values.items():
            literal = f"'{value}'" if isinstance(value, str) else "CAST(NULL AS BIGINT)" if value is None else f"{value}L"
            statement = re.sub(rf"\b{name}\b", literal, statement)
        return statement

    def refresh_by_parameters(self, script, start, end) -> None:
        self.run(script.replace(":from", f"'{start}'").replace(":to", f"'{end}'"))


class Iceberg(WithoutVariables):
    """A catalog in memory, which has views, and one on disk, which sessions of Spark share."""

    table_format = "iceberg"

    def __init__(self, folder: Path):
        import snowpark_connect_deps_iceberg as packaged

        catalogs = {"lake.catalog-impl": "org.apache.iceberg.inmemory.InMemoryCatalog", "disk.type": "hadoop"}
        settings = {f"spark.sql.catalog.{name}": value for name, value in catalogs.items()}
        for name in ["lake", "disk"]:
            settings[f"spark.sql.catalog.{name}"] = "org.apache.iceberg.spark.SparkCatalog"
            settings[f"spark.sql.catalog.{name}.warehouse"] = str(folder / name)
        settings["spark.jars"] = str(next(packaged.get_jars_dir().glob("iceberg-spark-runtime-3.5_2.12-*.jar")))
        settings["spark.sql.extensions"] = "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"
        settings["spark.sql.defaultCatalog"] = "lake"
        # A writer that waits holds a thread, and little data needs few tasks.
        settings |= {"spark.master": "local[4]", "spark.sql.shuffle.partitions": "1"}
        super().__init__(folder, settings=settings)
        self.values, self.n_resets = {}, 0

    def version(self) -> str:
        jar = self.db.conf.get("spark.jars")
        return f"Iceberg {jar.removesuffix('.jar').split('-')[-1]} on {super().version()}"

    def reset(self) -> None:
        """A catalog drops no database that has tables."""
        self.n_resets += 1
        self.values = {}
        self.run(f"CREATE DATABASE shop{self.n_resets};\nUSE shop{self.n_resets};\n")

    def beside(self) -> "Iceberg":
        """Another session of Spark, in the same database of the catalog on disk."""
        other = object.__new__(Iceberg)
        other.folder, other.db, other.values, other.n_resets = self.folder, self.db.newSession(), {}, self.n_resets
        other.run("USE disk.shop;\n")
        return other

    def n_snapshots(self) -> int:
        return self.query(f"SELECT COUNT(*) FROM shop{self.n_resets}.sessions.snapshots;")[0][0]

    def files(self) -> list[tuple]:
        """(day, path) of the files of sessions."""
        return sorted(self.query(f"SELECT CAST(partition.started_at_day AS STRING), file_path FROM shop{self.n_resets}.sessions.files;"))


class Delta(WithoutVariables):
    """Sail, by the client of Spark. It caches no views, which are read anew each time, and has no other copies to refresh."""

    table_format = "delta"

    def __init__(self, folder: Path):
        os.environ.setdefault("RUST_LOG", "error")
        from pysail.spark import SparkConnectServer
        from pyspark.sql.connect.session import SparkSession

        self.server = SparkConnectServer("127.0.0.1", 0)
        self.server.start(background=True)
        _, port = self.server.listening_address
        self.folder, self.values, self.n_resets = folder, {}, 0
        self.builder = SparkSession.builder.remote(f"sc://127.0.0.1:{port}")
        self.db = self.builder.create()
        self.db.conf.set("spark.sql.session.timeZone", "Asia/Kathmandu")

    def version(self) -> str:
        import pysail

        return f"Delta in Sail {pysail.__version__}"

    def reset(self) -> None:
        self.n_resets += 1
        self.values = {}
        self.one(f"CREATE DATABASE shop{self.n_resets}")
        self.one(f"USE DATABASE shop{self.n_resets}")

    def beside(self) -> "Delta":
        """Another session, which has the same tables once it is told of them."""
        other = object.__new__(Delta)
        other.folder, other.db, other.values, other.n_resets = self.folder, self.builder.create(), {}, self.n_resets - 1
        other.reset()
        for table in ["pageviews", "sessions"]:
            place = self.folder / f"shop{self.n_resets}" / table
            other.one(f"CREATE TABLE {table} USING DELTA LOCATION '{place}'")
        return other

    def one(self, statement: str) -> None:
        if statement.startswith(("CACHE TABLE ", "UNCACHE TABLE ", "REFRESH TABLE ")):
            return
        table = re.match(r"CREATE TABLE IF NOT EXISTS (\w+) ", statement)
        if table:
            # Sail has no folder for tables unless it is told one.
            place = self.folder / f"shop{self.n_resets}" / table[1]
            statement = statement.replace("TBLPROPERTIES", f"LOCATION '{place}'\nTBLPROPERTIES")
            statement += "" if "LOCATION" in statement else f" LOCATION '{place}'"
        super().one(statement)

    def files(self) -> list[tuple]:
        """(day, path) of the files of sessions, of those that were replaced, too."""
        files = (self.folder / f"shop{self.n_resets}" / "sessions").glob("started_on=*/*.parquet")
        return sorted((file.parent.name.removeprefix("started_on="), file.name) for file in files)

    def close(self) -> None:
        self.server.stop()


def without_news(dwell: Dwell, engine: WithoutVariables) -> None:
    """A refresh without news writes no file, one with news only the days on which sessions changed, and it looks only at
    files of the stretch."""
    views = [View(f"p{n % 60}", NOON_US + n * 5 * MINUTE_US, "/a") for n in range(1200)]
    engine.reset()
    engine.run(dwell.sql("spark", "schema"))
    engine.load(views, 1)
    engine.run(dwell.sql("spark", "rebuild"))
    files = engine.files()
    late = [View("p0", NOON_US + DAY_US, "/late")]
    start, end = cases.window(late)
    refresh = dwell.sql("spark", "refresh", "--from", cases.rfc3339(NOON_US), "--to", end)
    engine.run(refresh)
    same(f"{engine.table_format}, files after a refresh without news", engine.files(), files)
    engine.load(late, len(views) + 1)
    before, merge = merging(dwell.sql("spark", "refresh", "--from", start, "--to", end))
    engine.run(before)
    plan = engine.db.sql("EXPLAIN " + engine.filled(statements(merge)[0])).collect()[0][0]
    engine.run(merge)
    changed = {day for day, path in set(files) ^ set(engine.files())}
    same(f"{engine.table_format}, days written", sorted(changed), ["2020-02-03"])
    if not isinstance(engine, Iceberg):
        return
    assert engine.n_snapshots() == 3, "one for the rebuild, one for each refresh"
    assert re.search(r"sessions.*filters=.*ended_at >= \d+.*started_at <= \d+", plan), plan


def merging(refresh: str) -> tuple[str, str]:
    """What comes before the statement that writes, and the rest."""
    before, rest = re.split(r"(?=^MERGE INTO )", refresh, flags=re.MULTILINE)
    return before, rest


def refresh_of(dwell: Dwell, view: View) -> str:
    start, end = cases.window([view])
    return dwell.sql("spark", "refresh", "--from", start, "--to", end)


def failed(what: str, work) -> str:
    try:
        work()
    except Exception as error:  # Each format has its own.
        return str(error)
    raise SystemExit(f"{what}: the second of two writers did not fail")


def two_writers(dwell: Dwell, engine: WithoutVariables, other: WithoutVariables, folder: Path) -> None:
    """Another writer commits between the moment that a refresh looked at the sessions and its statement that writes: it
    fails, and changes nothing. Run again, it gives what dwell gives. Both late pageviews are in one session. What Iceberg
    has in its cache is dropped first: with it, Iceberg would refuse by itself."""
    there = [View("1", NOON_US, "/"), View("2", NOON_US + 10 * MINUTE_US, "/a")]
    late = [View("1", NOON_US + 15 * MINUTE_US, "/b"), View("1", NOON_US + 40 * MINUTE_US, "/c")]
    engine.load(there, 1)
    engine.run(dwell.sql("spark", "rebuild"))
    other.load(late, 3)
    first, second = (refresh_of(dwell, view) for view in late)
    before, merge = merging(first)
    engine.run(before)
    other.run(second)
    said = failed(f"{engine.table_format}, before it writes", lambda: engine.run("REFRESH TABLE sessions;\n" + merge))
    assert ALONE in said, said
    same(f"{engine.table_format}, after the first writer", [row[4] for row in engine.sessions()], [1, 1, 1])
    engine.run(first)
    file = cases.write_csv(folder / "writers.csv", there + late)
    same(f"{engine.table_format}, after both writers", engine.sessions(), dwell.sessions(file, "30m"))


def while_it_writes(dwell: Dwell, engine: Iceberg, other: Iceberg, folder: Path, mode: str) -> None:
    """Another writer commits while the statement runs. There is no session near yet, and each adds one: only an isolation
    that is serializable tells that these would be one. The format refuses, by the conditions on time of the statement."""
    began, may_end = folder / f"{mode} began", folder / f"{mode} may end"
    engine.run(f"ALTER TABLE sessions SET TBLPROPERTIES ('write.merge.mode' = '{mode}');\n")

    def waits(text: str) -> bool:
        began.touch()
        for _ in range(600):
            if may_end.exists():
                break
            time.sleep(0.05)
        return True

    engine.db.udf.register("waits", waits, "boolean")
    far = [View(mode, NOON_US + 5 * DAY_US, "/"), View(mode, NOON_US + 5 * DAY_US + 20 * MINUTE_US, "/")]
    engine.load(far, 100)
    first, second = (refresh_of(dwell, view) for view in far)
    before, merge = merging(first)
    engine.run(before)
    slow = merge.replace("SELECT * FROM changed\nWHERE", "SELECT * FROM changed\nWHERE waits(session_id) AND")
    assert slow != merge
    said = []
    writer = threading.Thread(target=lambda: said.append(failed("iceberg, while it writes", lambda: engine.run(slow))))
    writer.start()
    while not began.exists():
        time.sleep(0.05)
    other.run(second)
    may_end.touch()
    writer.join()
    assert said and "conflicting files" in said[0], said
    same(f"iceberg, {mode}", [row[4] for row in engine.sessions() if row[1] == mode], [1])


def proved(dwell: Dwell, engine: WithoutVariables, folder: Path) -> None:
    case = cases.hostile()
    file = cases.write_csv(folder / "case.csv", case.views)
    proofs.refreshed(dwell, engine, case, file, "30m")
    engine.run(dwell.sql("spark", "rebuild", "--gap", "1s"))
    what = f"{engine.table_format}, a rebuild at another gap"
    same(what, engine.sessions(), dwell.sessions(file, "1s"))
    same(what + ", pageviews", engine.pageviews(), dwell.pageviews(file, "1s"))
    # A refresh of Iceberg takes seconds.
    is_long = "DWELL_LONG" in os.environ
    if is_long or not isinstance(engine, Iceberg):
        proofs.carried(dwell, engine)
    without_news(dwell, engine)
    proofs.refused(dwell, engine)
    schema = dwell.sql("spark", "schema")
    if isinstance(engine, Iceberg):
        # The catalog on disk has no views.
        schema = schema.split("CREATE OR REPLACE VIEW")[0]
        engine.run("CREATE DATABASE disk.shop;\nUSE disk.shop;\n")
    else:
        proofs.narrow(dwell, engine)
        proofs.long_sessions(dwell, engine)
        engine.reset()
    engine.run(schema)
    other = engine.beside()
    two_writers(dwell, engine, other, folder)
    if isinstance(engine, Iceberg):
        for mode in ["copy-on-write", *["merge-on-read"] * is_long]:
            while_it_writes(dwell, engine, other, folder, mode)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dwell", required=True)
    arguments.add_argument("formats", nargs="*", metavar="FORMAT")
    arguments = arguments.parse_args()
    ran = []
    for kind in [Iceberg, Delta]:
        if arguments.formats and kind.table_format not in arguments.formats:
            continue
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            began = time.monotonic()
            engine = kind(folder)
            dwell = DwellOfFormat(os.path.abspath(arguments.dwell), kind.table_format)
            try:
                proved(dwell, engine, folder)
                ran.append(engine.version())
            finally:
                engine.close()
            print(f"{ran[-1]}: as dwell, in {time.monotonic() - began:.0f} s", flush=True)
    print("tables: " + ", ".join(ran))


if __name__ == "__main__":
    main()
