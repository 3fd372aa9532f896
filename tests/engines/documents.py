"""Runs the commands of docs/engines.md as they are printed: documents.py --dwell BINARY.

Each block of bash runs in one folder, in the order of the page, with `duckdb`, `dbt` and `spark-sql` as pip installs
them, and with a MariaDB server of its own, which `mariadb` finds. `clickhouse client` is this file: it gives statements to chdb, as no package of ClickHouse's own is to be had from
a registry. A block that says so at its beginning is not run, and is in the page's list of these.
"""

import argparse
import contextlib
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cases
from cases import Dwell
from cases import same
from mariadb_server import MariadbServer

PAGE = cases.REPOSITORY / "docs/engines.md"
NOT_RUN = "# Not run by a test: "
PROFILES = "shop: {target: it, outputs: {it: {type: duckdb, path: dbt.duckdb, threads: 1}}}\n"
PROJECT = "name: shop\nprofile: shop\nflags: {send_anonymous_usage_stats: false}\n"
PAGEVIEWS = """{{ config(materialized='table') }}
SELECT user_id, page_view_at AT TIME ZONE 'UTC' AS page_view_at, page, CAST(row_number() OVER () AS BIGINT) AS arrival
FROM read_csv('views.csv', types = {'user_id': 'VARCHAR', 'page_view_at': 'TIMESTAMP', 'page': 'VARCHAR'})
"""
# Little data: compiling a plan would take longer than running it.
SPARK = """spark.ui.enabled false
spark.sql.shuffle.partitions 2
spark.sql.adaptive.enabled false
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.driver.memory 1g
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1
spark.driver.bindAddress 127.0.0.1
spark.driver.host 127.0.0.1
spark.log.level ERROR
"""


def blocks(page: Path) -> list[tuple[int, str]]:
    """The blocks of bash of a page, each with the number of its first line."""
    found = []
    inside = False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if line == "```bash":
            inside = True
            found.append((number, ""))
        elif line == "```":
            inside = False
        elif inside:
            found[-1] = (found[-1][0], found[-1][1] + line + "\n")
    return found


def opens_explorer(line: str) -> bool:
    return re.fullmatch(r"dwell \S+\.csv( +#.*)?", line) is not None


def explored(line: str, folder: Path, environment: dict) -> None:
    """Opens the explorer in a terminal of its own and leaves it with `q` as soon as it shows sessions."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execve("/bin/bash", ["bash", "-c", "stty rows 40 cols 120; " + line], environment)
    shown, ends = b"", time.monotonic() + 60
    while time.monotonic() < ends:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            if b"sessions" in shown:
                os.write(terminal, b"q")
            read = os.read(terminal, 65_536)
        except OSError:  # It is closed at the other end.
            break
        if not read:
            break
        shown += read
    else:
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    assert status == 0 and b"sessions" in shown, f"{line}: {shown[-2000:].decode(errors='replace')}"


def prepared(folder: Path, dwell: Dwell, mariadb: MariadbServer) -> dict:
    """What a reader has: pageviews, a project of dbt, and the programs; gives the environment."""
    dwell("generate", "--pageviews", "3000", "--users", "2000", "--seed", "3", "-o", folder / "views.csv")
    (folder / "models").mkdir()
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "profiles.yml").write_text(PROFILES)
    (folder / "models/pageviews.sql").write_text(PAGEVIEWS)
    (folder / "conf").mkdir()
    (folder / "conf/spark-defaults.conf").write_text(SPARK)
    (folder / "bin").mkdir()
    (folder / "bin/dwell").symlink_to(dwell.binary)
    client = folder / "bin/clickhouse"
    client.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).resolve()}" --clickhouse "$@"\n')
    client.chmod(0o755)
    client = folder / "bin/mariadb"
    client.write_text(f'#!/bin/sh\nexec {shutil.which("mariadb")} {" ".join(mariadb.client()[1:])} "$@"\n')
    client.chmod(0o755)
    paths = [str(folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
    return {
        **os.environ,
        "PATH": os.pathsep.join(paths),
        "TERM": "xterm-256color",
        "SPARK_CONF_DIR": str(folder / "conf"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "DBT_PROFILES_DIR": str(folder),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "TZ": "Asia/Kathmandu",
    }


def clickhouse_client(arguments: list[str]) -> None:
    """The statements of `--query`, or of standard input, by chdb in this folder."""
    from chdb.session import Session

    import engines

    script = arguments[arguments.index("--query") + 1] if "--query" in arguments else sys.stdin.read()
    as_csv = arguments[arguments.index("--format") + 1] if "--format" in arguments else "TabSeparated"
    db = Session("clickhouse")
    db.query("CREATE DATABASE IF NOT EXISTS shop ENGINE = Atomic")
    db.query("USE shop")
    for statement in engines.statements(script + "\n"):
        print(db.query(statement, as_csv), end="")
    db.close()


def same_sessions(dwell: Dwell, folder: Path, environment: dict, printed: list[str]) -> None:
    """What the commands led to, on each engine, beside dwell's sessions; those of Spark are what it `printed`, among its
    settings."""
    import duckdb

    def said(*command: str) -> str:
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=True).stdout

    expected = sorted(session[0] for session in dwell.sessions(folder / "views.csv", "30m"))
    ids = "SELECT session_id FROM sessions"
    same(f"{PAGE.name}, DuckDB", sorted(said("duckdb", "-csv", "-noheader", "shop.duckdb", ids).splitlines()), expected)
    # dbt may write a file that an earlier shell does not read.
    with duckdb.connect(str(folder / "dbt.duckdb")) as db:
        same(f"{PAGE.name}, dbt", sorted(id for (id,) in db.execute(ids).fetchall()), expected)
    same(f"{PAGE.name}, ClickHouse", sorted(said("clickhouse", "client", "--query", ids).splitlines()), expected)
    in_mariadb = said("mariadb", "--batch", "--skip-column-names", "shop", "--execute", ids)
    same(f"{PAGE.name}, MariaDB", sorted(in_mariadb.splitlines()), expected)
    same(f"{PAGE.name}, Spark", sorted(line for line in printed if re.fullmatch(r"\d+@\d+", line)), expected)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dwell", required=True)
    dwell = Dwell(os.path.abspath(arguments.parse_args().dwell))
    page = PAGE.read_text(encoding="utf-8")
    began = time.monotonic()
    n_run, not_run, printed = 0, [], []
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(MariadbServer(Path(folder) / "mariadb")) as mariadb:
        folder = Path(folder)
        environment = prepared(folder, dwell, mariadb)
        for number, block in blocks(PAGE):
            if block.startswith(NOT_RUN):
                not_run.append(block.splitlines()[0].removeprefix(NOT_RUN))
                continue
            lines = block.splitlines()
            script = "\n".join(line for line in lines if not opens_explorer(line))
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=environment,
                                  capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL)
            if done.returncode != 0:
                raise SystemExit(f"{PAGE.name}:{number}: {(done.stdout + done.stderr)[-3000:]}")
            for line in filter(opens_explorer, lines):
                explored(line, folder, environment)
            if "spark-sql" in block:
                printed += done.stdout.splitlines()
            n_run += 1
        same_sessions(dwell, folder, environment, printed)
    for why in not_run:
        assert f"- {why}" in page, f"{PAGE.name} does not list what is not run: {why}"
    print(f"{PAGE.name}: {n_run} blocks of commands, in {time.monotonic() - began:.0f} s; not run: {len(not_run)}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--clickhouse"]:
        clickhouse_client(sys.argv[2:])
    else:
        main()
