"""Snowflake, as fakesnow emulates it: SQL that sqlglot translates for DuckDB, behind Snowflake's own client.

What the emulation lacks is put in its place here, and is said in docs/engines.md:

- SYSTEM$TYPEOF, as a macro of DuckDB
- the collation 'utf8', which is how DuckDB compares of its own accord
- TO_NUMBER of hexadecimal digits
- a temporary table in a schema, which is a plain one there
- a column that numbers itself, in a table whose name is quoted
- a variable is the value that its query had, not the query
"""

import re
from pathlib import Path

import cases
from cases import Dwell
from cases import same
from engines import Engine
from engines import statements

TYPEOF = """CREATE OR REPLACE MACRO "system$typeof"(x) AS CASE typeof(x)
  WHEN 'TIMESTAMP WITH TIME ZONE' THEN 'TIMESTAMP_TZ(9)[SB16]' WHEN 'TIMESTAMP' THEN 'TIMESTAMP_NTZ(9)[SB16]' ELSE typeof(x) END"""


def emulated(statement: str) -> str:
    """The statement without what sqlglot has no words for."""
    statement = statement.replace(" COLLATE 'utf8'", "")
    statement = re.sub(r"^CREATE OR REPLACE TEMPORARY TABLE (?=\S+\.)", "CREATE OR REPLACE TABLE ", statement)
    if statement.startswith('CREATE TABLE IF NOT EXISTS "'):
        statement = statement.replace(" IDENTITY START 1 INCREMENT 1 ORDER", "")
    return re.sub(r"TO_NUMBER\((UPPER\(LEFT\(.*?, 8\)\)), 'XXXXXXXX'\)", r"CAST('0x' || \1 AS BIGINT)", statement)


class Snowflake(Engine):
    dialect = "snowflake"
    microseconds = "DATE_PART(EPOCH_MICROSECOND, {})"
    is_numbered_by_load = True
    is_slow = True
    is_emulated = True

    def __init__(self, folder: Path):
        self.folder = folder
        self.reset()

    def version(self) -> str:
        from importlib.metadata import version

        return f"Snowflake (fakesnow {version('fakesnow')})"

    def reset(self) -> None:
        import logging
        import warnings

        from fakesnow.instance import FakeSnow

        warnings.filterwarnings("ignore", "Arrow output")
        logging.getLogger("sqlglot").setLevel(logging.ERROR)
        self.account = FakeSnow()
        self.connect()
        self.duckdb.execute(TYPEOF)

    def connect(self) -> None:
        """Goes on in a session of its own."""
        self.db = self.account.connect(database="shop", schema="public").cursor()
        self.duckdb = self.db._duck_conn
        self.duckdb.execute("SET TimeZone = 'Asia/Kathmandu'")

    def one(self, statement: str):
        named = re.fullmatch(r"SET (\w+) = (\(SELECT .*\))", statement, re.DOTALL)
        if named is not None:
            value = self.one(f"SELECT {named[2]}").fetchone()[0]
            statement = f"SET {named[1]} = {value if isinstance(value, int) else repr(value)}"
        return self.db.execute(emulated(statement))

    def run(self, script: str) -> None:
        for statement in statements(script):
            # Rows that a test inserts are many, and need no translation.
            if statement.startswith("INSERT INTO") and " VALUES (" in statement:
                self.duckdb.execute(statement)
            else:
                self.one(statement)

    def load_file(self, file: Path) -> None:
        types = "{'user_id': 'VARCHAR', 'page_view_at': 'TIMESTAMPTZ', 'page': 'VARCHAR', 'arrival': 'BIGINT'}"
        self.duckdb.execute(
            f"INSERT INTO pageviews (user_id, page_view_at, page, arrival) SELECT user_id, page_view_at, COALESCE(page, ''), "
            f"arrival FROM read_csv('{file}', header = true, columns = {types}, quote = '\"', escape = '\"')"
        )

    def query(self, sql: str) -> list[tuple]:
        return self.one(statements(sql + "\n")[0]).fetchall()

    def refresh_by_parameters(self, script: str, start: str, end: str) -> None:
        self.run(f"SET refresh_from = '{start}';\nSET refresh_to = '{end}';\n" + script)

    def in_utc(self) -> None:
        self.duckdb.execute("SET TimeZone = 'UTC'")

    def roll_back(self) -> None:
        self.run("ROLLBACK;\n")


def written_meanwhile(dwell: Dwell, engine: Snowflake, folder: Path) -> None:
    """A refresh that finds that another one has written since it began is refused, and writes nothing, also where the
    client goes on after the error."""
    case = cases.hostile()
    file = cases.write_csv(folder / "meanwhile.csv", case.views)
    loads = cases.loads(case)
    start, end = cases.window(case.views)
    refresh = dwell.sql(engine.dialect, "refresh", "--from", start, "--to", end)
    found, written = refresh.split("BEGIN TRANSACTION;\n")
    engine.reset()
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.load(loads[0] + loads[1], 1)
    engine.run(dwell.sql(engine.dialect, "rebuild"))
    engine.run(found)
    slow = engine.db
    engine.load(loads[2] + loads[3], len(loads[0] + loads[1]) + 1)
    engine.connect()
    engine.run(refresh)
    engine.db = slow
    errors = []
    for statement in statements("BEGIN TRANSACTION;\n" + written):
        try:
            engine.one(statement)
        except Exception as error:  # The client's own.
            errors.append(str(error))
            # What emulates Snowflake stops a transaction at an error, where Snowflake goes on.
            engine.run("ROLLBACK;\nBEGIN TRANSACTION;\n")
    assert len(errors) == 1 and "has written meanwhile" in errors[0], errors
    same("snowflake, written meanwhile", engine.sessions(), dwell.sessions(file, "30m"))
    engine.connect()
    engine.run(refresh)
    same("snowflake, refreshed again", engine.sessions(), dwell.sessions(file, "30m"))


ALL = [written_meanwhile]
