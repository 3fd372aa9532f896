"""The adapter of MariaDB, which stands for MySQL, too: the SQL keeps to what both have."""

from pathlib import Path

import engines
from mariadb_server import MariadbServer

# What a server may be set to that changes what quotes, backslashes and empty texts mean.
HOSTILE_MODE = "ANSI,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH,STRICT_TRANS_TABLES"


class Mariadb(engines.Engine):
    dialect = "mysql"
    microseconds = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', {})"

    def __init__(self, folder: Path):
        self.folder = folder
        self.server = MariadbServer(folder / "mariadb")
        self.db = self.server.connect()

    def version(self) -> str:
        return "MariaDB " + self.query("SELECT version()")[0][0].split("-")[0]

    def reset(self) -> None:
        self.db.close()
        self.db = self.server.connect()
        self.run("DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS web; CREATE DATABASE shop; USE shop;")
        self.run(f"SET time_zone = '+05:45'; SET sql_mode = '{HOSTILE_MODE}';")

    def run(self, script: str) -> None:
        if script:
            self.query(script)

    def query(self, sql: str) -> list[tuple]:
        """Runs a script of any number of statements; gives the rows of the last one that has some."""
        with self.db.cursor() as cursor:
            rows = []
            cursor.execute(sql)
            while True:
                if cursor.description is not None:
                    rows = list(cursor.fetchall())
                if not cursor.nextset():
                    return rows

    def another(self):
        """Another connection: what runs a script, and what closes it."""
        db = self.server.connect(database="shop")

        def run(script: str) -> None:
            with db.cursor() as cursor:
                cursor.execute(script)
                while cursor.nextset():
                    pass

        return run, db.close

    def load_file(self, file: Path) -> None:
        """As the documentation shows."""
        self.run(
            f"LOAD DATA LOCAL INFILE '{file}' INTO TABLE pageviews CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' "
            "OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '' IGNORE 1 LINES (user_id, @at, page) "
            "SET page_view_at = REPLACE(REPLACE(@at, 'T', ' '), 'Z', '')"
        )

    def refresh_by_parameters(self, script: str, start: str, end: str) -> None:
        self.run(f"SET @refresh_from = '{start}', @refresh_to = '{end}';")
        self.run(script)

    def roll_back(self) -> None:
        self.run(f"ROLLBACK; SET sql_mode = '{HOSTILE_MODE}'")

    def close(self) -> None:
        self.db.close()
        self.server.close()
