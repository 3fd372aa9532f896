"""BigQuery, as bqemulator emulates it: its interface and its scripts, with SQL that sqlglot translates for DuckDB.

It has an environment of its own, target/bigquery, as it needs another sqlglot than what emulates Snowflake. This file is
also the program that runs there. What the emulation lacks is put in its place here, and is said in docs/engines.md:

- COLLATE, which is how DuckDB compares of its own accord
- parameters of a script, which are written into it
- a default dataset, which is written before the names of tables
- places on the globe, which need a part of DuckDB that is not in any registry
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import cases
from cases import Dwell
from cases import same
from engines import Engine

PYTHON = cases.REPOSITORY / "target/bigquery/bin/python"
PROJECT = "/bigquery/v2/projects/shop"


def emulated(script: str) -> str:
    """The script without what sqlglot has no words for, and with the dataset before names that have none."""
    script = re.sub(r"\b(FROM|INTO|JOIN|UPDATE|TABLE|EXISTS|VIEW) (pageviews|sessions|sessions_gap|session_pageviews)\b", r"\1 shop.\2", script)
    return script.replace(" COLLATE ''", "").replace("COLLATE(", "IFNULL(").replace(" AS STRING), '')", " AS STRING), NULL)")


def in_duckdb(insert: str) -> str:
    """Rows as DuckDB takes them: in the schema of its dataset, and with its quotes."""
    insert = re.sub(r"^INSERT INTO (web\.)?", lambda found: f"INSERT INTO shop__{'web' if found[1] else 'shop'}.", insert)
    insert = insert.replace("`", '"').replace("TIMESTAMP '", "TIMESTAMPTZ '")
    return re.sub(r"\\(.)", lambda found: "''" if found[1] == "'" else found[1], insert)


class Bigquery(Engine):
    dialect = "bigquery"
    microseconds = "UNIX_MICROS({})"
    is_numbered_by_load = True
    is_slow = True
    is_emulated = True

    def __init__(self, folder: Path):
        self.folder = folder
        self.emulator = subprocess.Popen(
            [PYTHON, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
        )
        self.address = self.emulator.stdout.readline().strip()
        self.reset()

    def version(self) -> str:
        command = "from importlib.metadata import version; print(version('bqemulator'))"
        return "BigQuery (bqemulator " + subprocess.check_output([PYTHON, "-c", command], encoding="utf-8").strip() + ")"

    def call(self, method: str, path: str, body: dict | None = None) -> dict:
        asked = urllib.request.Request(
            self.address + PROJECT + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(asked) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from None
        return json.loads(text or "{}")

    def reset(self) -> None:
        for dataset in ["shop", "web"]:
            try:
                self.call("DELETE", f"/datasets/{dataset}?deleteContents=true")
            except RuntimeError:
                pass  # There is none yet.
        self.call("POST", "/datasets", {"datasetReference": {"projectId": "shop", "datasetId": "shop"}})

    def query(self, sql: str) -> list[tuple]:
        asked = {"query": emulated(sql), "useLegacySql": False, "maxResults": 1_000_000}
        answer = self.call("POST", "/queries", asked)
        if answer.get("errors"):
            raise RuntimeError(str(answer["errors"]))
        types = [field["type"] for field in answer.get("schema", {}).get("fields", [])]
        read = {"INTEGER": int, "INT64": int, "FLOAT": float, "FLOAT64": float, "BOOLEAN": "true".__eq__, "BOOL": "true".__eq__}
        return [
            tuple(None if cell["v"] is None else read.get(of, str)(cell["v"]) for of, cell in zip(types, row["f"]))
            for row in answer.get("rows", [])
        ]

    def run(self, script: str) -> None:
        if script.startswith("INSERT INTO") and " VALUES (" in script:
            self.insert(in_duckdb(script))
        elif script.strip():
            self.query(script)

    def insert(self, sql: str) -> None:
        """Rows that a test inserts are many, and need no translation."""
        self.emulator.stdin.write(sql.strip() + "\n")
        self.emulator.stdin.flush()
        assert self.emulator.stdout.readline() == "loaded\n", sql[:500]

    def load_file(self, file: Path) -> None:
        types = "{'user_id': 'VARCHAR', 'page_view_at': 'TIMESTAMPTZ', 'page': 'VARCHAR', 'arrival': 'BIGINT'}"
        self.insert(
            "INSERT INTO shop__shop.pageviews (user_id, page_view_at, page, arrival) "
            f"SELECT user_id, page_view_at, COALESCE(page, ''), arrival "
            f"FROM read_csv('{file}', header = true, columns = {types}, quote = '\"', escape = '\"')"
        )

    def refresh_by_parameters(self, script: str, start: str, end: str) -> None:
        self.run(script.replace("@refresh_from", f"'{start}'").replace("@refresh_to", f"'{end}'"))

    def close(self) -> None:
        self.emulator.stdin.close()
        self.emulator.wait()


def rolled_back(dwell: Dwell, engine: Bigquery, folder: Path) -> None:
    """A script that fails in its transaction leaves the sessions, and the gap, as they were."""
    views = cases.hostile().views[:300]
    file = cases.write_csv(folder / "rolled_back.csv", views)
    engine.reset()
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.load(views, 1)
    engine.run(dwell.sql(engine.dialect, "rebuild"))
    failing = "SELECT ERROR('cut short');\nCOMMIT TRANSACTION;"
    start, end = cases.window(views)
    for statement, options in [("rebuild", ["--gap", "1s"]), ("refresh", ["--from", start, "--to", end])]:
        script = dwell.sql(engine.dialect, statement, *options)
        try:
            engine.run(script.replace("COMMIT TRANSACTION;", failing))
        except RuntimeError as error:
            assert "cut short" in str(error), error
        else:
            raise SystemExit(f"bigquery: {statement} went on after an error")
        same(f"bigquery, {statement} cut short", engine.sessions(), dwell.sessions(file, "30m"))
        same("bigquery, the gap then", engine.query("SELECT gap_us FROM sessions_gap"), [(1_800_000_000,)])


ALL = [rolled_back]


async def emulate() -> None:
    """Runs the emulator on a port of its own, and says where, and nothing else."""
    told, sys.stdout = sys.stdout, open(os.devnull, "w")
    import bqemulator.storage.engine as storage
    from bqemulator.config import Settings
    from bqemulator.server import EmulatorServer

    for kind in list(vars(storage).values()):
        if hasattr(kind, "_load_spatial"):
            kind._load_spatial = lambda self: None
    emulator = EmulatorServer(Settings(rest_port=0, grpc_port=0, log_level="critical"))
    await emulator.start()
    print(emulator.rest_url, file=told, flush=True)
    # Rows that a test loads come as a line of DuckDB's own SQL. It ends with the one who started it.
    while line := await asyncio.to_thread(sys.stdin.readline):
        emulator._engine.execute(line)
        print("loaded", file=told, flush=True)
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(emulate())
