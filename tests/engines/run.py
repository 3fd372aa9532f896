"""Proves that every engine gives the sessions that dwell gives: run.py --dwell BINARY [ENGINE...].

For each engine, on generated and on kept data, at three gaps: a rebuild, refreshes of late loads in
windows that overlap and repeat, and the pauses, all compared with dwell row by row. Ends with the
engines and versions that ran; fails at the first difference.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

import cases
import clickhouse_cluster
import edges
import histories
import mariadb_alone
import on_bqemulator
import on_fakesnow
import proofs
import sampled
import spark_alone
from cases import Case
from cases import Dwell
from cases import same
from engines import ENGINES
from engines import Engine
from mariadb import Mariadb
from measure import rows_read
from on_bqemulator import Bigquery
from on_fakesnow import Snowflake


def two_writers(dwell: Dwell, engine: Engine) -> None:
    """DuckDB: of two refreshes at once, the second fails rather than miss what the first one does."""
    case = cases.hostile()
    engine.reset()
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.load(case.views, 1)
    engine.run(dwell.sql(engine.dialect, "rebuild"))
    start, end = cases.window(case.views)
    refresh = dwell.sql(engine.dialect, "refresh", "--from", start, "--to", end)
    first, second = engine.db.cursor(), engine.db.cursor()
    first.execute(refresh.replace("COMMIT;", ""))
    try:
        second.execute(refresh)
    except Exception as error:
        assert "onflict" in str(error), error
    else:
        raise SystemExit("duckdb: two refreshes at once")
    second.execute("ROLLBACK")
    first.execute("COMMIT")


def cut_short(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """ClickHouse: a refresh of which one half was written is made whole by running it again."""
    case = cases.hostile()
    file = cases.write_csv(folder / "cut_short.csv", case.views)
    loads = cases.loads(case)
    start, end = cases.window(case.views)
    refresh = dwell.sql(engine.dialect, "refresh", "--from", start, "--to", end)
    new, gone = "FROM cut\n", "\nWHERE stored.user_id IN"
    for half in [refresh.replace(new, new + "WHERE 0\n"), refresh.replace(gone, "\nWHERE 0 AND stored.user_id IN")]:
        assert half != refresh
        engine.reset()
        engine.run(dwell.sql(engine.dialect, "schema"))
        engine.load(loads[0] + loads[1], 1)
        engine.run(dwell.sql(engine.dialect, "rebuild"))
        engine.load(loads[2] + loads[3], 1)
        engine.run(half)
        assert engine.sessions() != dwell.sessions(file, "30m")
        engine.run(refresh)
        same("clickhouse, a refresh cut short and run again", engine.sessions(), dwell.sessions(file, "30m"))


def reads_little(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """A refresh of a minute passes over most pageviews and sessions: ClickHouse reads little for each user in it, DuckDB
    what lies beside it in time."""
    file = folder / "many.csv"
    dwell("generate", "--pageviews", "600000", "--late", "0.02", "--seed", "5", "-o", file)
    minute = ["--from", "2020-01-20T12:00:00Z", "--to", "2020-01-20T12:01:00Z"]
    engine.reset()
    engine.in_utc()
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.load_file(file)
    engine.run(dwell.sql(engine.dialect, "rebuild"))
    before = int(engine.query("SELECT COUNT(*) FROM sessions")[0][0])
    read = rows_read(engine, dwell.sql(engine.dialect, "refresh", *minute))
    of = 600_000 + before
    assert 0 < read < of * 0.4, f"{engine.dialect}: a refresh of a minute read {read} of {of} rows"
    assert int(engine.query("SELECT COUNT(*) FROM sessions")[0][0]) == before


def on_shards(binary: str, folder: Path) -> str:
    """ClickHouse on two shards: the same, and pageviews on a shard that is not their user's are refused."""
    dwell, engine = clickhouse_cluster.OfCluster(binary), clickhouse_cluster.ClickhouseCluster(folder)
    try:
        case = cases.hostile()
        case = Case(case.name, case.views, case.gaps[-1:])
        file = cases.write_csv(folder / "on_shards.csv", case.views)
        proofs.rebuilt(dwell, engine, case, file)
        engine.misplaced("INSERT INTO pageviews_local (user_id, page_view_at, page) VALUES ('1', '2031-01-01 00:00:00', '/')")
        window = ["--from", "2031-01-01T00:00:00Z", "--to", "2031-01-01T00:00:01Z"]
        for script in [dwell.sql("clickhouse", "rebuild"), dwell.sql("clickhouse", "refresh", "--gap", case.gaps[-1], *window),
                       dwell.sql("clickhouse", "pauses")]:
            try:
                engine.run(script)
            except Exception as error:  # chdb's own, of any kind.
                assert "must be on the shard" in str(error), error
            else:
                raise SystemExit("clickhouse: pageviews on another shard were not refused")
        same("clickhouse, two shards, after a refusal", engine.sessions(), dwell.sessions(file, case.gaps[-1]))
        proofs.refreshed(dwell, engine, case, file, case.gaps[-1])
        proofs.paused(dwell, engine, case, file, folder)
        proofs.carried(dwell, engine)
        proofs.narrow(dwell, engine)
        proofs.long_sessions(dwell, engine)
        proofs.refused(dwell, engine)
        sampled.sampled(dwell, engine, folder)
        names = ["--pageviews-table", "web.`Views`;", "--sessions-table", "web.Visits ü", "--user-column", "it's", "--time-column",
                 "group", "--page-column", "select"]
        engine.reset()
        engine.run(dwell.sql("clickhouse", "schema", *names))
        engine.load_file(file, "web.```Views``;` (`it's`, `group`, `select`)")
        engine.run(dwell.sql("clickhouse", "rebuild", *names))
        refresh = dwell.sql("clickhouse", "refresh", "--from", "1960-01-01T00:00:00Z", "--to", "2200-01-01T00:00:00Z", *names)
        engine.run(refresh)
        same("clickhouse, two shards, names", engine.sessions("web.`Visits ü`"), dwell.sessions(file, "30m"))
        return engine.version()
    finally:
        engine.close()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dwell", required=True)
    arguments.add_argument("engines", nargs="*", metavar="ENGINE")
    arguments = arguments.parse_args()
    dwell = Dwell(os.path.abspath(arguments.dwell))
    ran = []
    for kind in [*ENGINES, Mariadb, Snowflake, Bigquery]:
        if arguments.engines and kind.dialect not in arguments.engines:
            continue
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            folder.chmod(0o755)
            began = time.monotonic()
            engine = kind(folder)
            ran.append(engine.version())
            try:
                for number, case in enumerate([cases.generated(dwell), cases.hostile(), cases.conformance()]):
                    if engine.is_emulated and number == 0 and "DWELL_LONG" not in os.environ:
                        continue  # Most rows for the least that is new.
                    file = cases.write_csv(folder / f"case{number}.csv", case.views)
                    proofs.rebuilt(dwell, engine, case, file)
                    # What is slow gets one gap of each case, another in the next.
                    few = case.gaps[number % len(case.gaps) :][:1]
                    for gap in few if engine.is_slow and "DWELL_LONG" not in os.environ else case.gaps:
                        proofs.refreshed(dwell, engine, case, file, gap)
                    proofs.paused(dwell, engine, case, file, folder)
                    print(f"{engine.dialect}: {case.name}: as dwell, at {', '.join(case.gaps)}", flush=True)
                proofs.carried(dwell, engine)
                proofs.renamed(dwell, engine, cases.hostile(), folder)
                proofs.narrow(dwell, engine)
                proofs.long_sessions(dwell, engine)
                proofs.refused(dwell, engine)
                for edge in [*edges.ALL, *histories.ALL, sampled.sampled]:
                    edge(dwell, engine, folder)
                if engine.dialect in ("duckdb", "clickhouse"):
                    reads_little(dwell, engine, folder)
                if engine.dialect == "duckdb":
                    two_writers(dwell, engine)
                if engine.dialect == "spark":
                    for one in spark_alone.ALL:
                        one(dwell, engine, folder)
                if engine.dialect == "mysql":
                    for one in mariadb_alone.ALL:
                        one(dwell, engine, folder)
                if engine.dialect == "clickhouse":
                    cut_short(dwell, engine, folder)
                if engine.dialect == "bigquery":
                    for one in on_bqemulator.ALL:
                        one(dwell, engine, folder)
                if engine.dialect == "snowflake":
                    for one in on_fakesnow.ALL:
                        one(dwell, engine, folder)
            finally:
                engine.close()
            if engine.dialect == "clickhouse":
                ran.append(on_shards(dwell.binary, folder))
            print(f"{ran[-1]}: as dwell, in {time.monotonic() - began:.0f} s", flush=True)
    print("engines: " + ", ".join(ran))


if __name__ == "__main__":
    main()
