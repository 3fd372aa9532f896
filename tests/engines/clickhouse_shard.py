"""One shard of a cluster of ClickHouse: clickhouse_shard.py FOLDER CONFIG PORT.

chdb has no server. This speaks as much of ClickHouse's native protocol (of its revision 54429) as another chdb needs to
use this one as a shard: queries, tables that come with them, and inserts. Each query is run by chdb as it is.
"""

import io
import re
import socketserver
import struct
import sys
import threading
from pathlib import Path

REVISION = 54429
# A packet of our own: a text to run, as a cluster does with what is ON CLUSTER. Answered with an error or nothing.
RUN = 100
# What a query may set here; all else is about the server that it comes from.
SETTINGS = ["distributed_foreground_insert", "max_partitions_per_insert_block", "parallel_distributed_insert_select"]


class Wire:
    """Numbers and texts of the native protocol."""

    def __init__(self, file):
        self.file, self.seen = file, None

    def read(self, n_bytes: int) -> bytes:
        read = self.file.read(n_bytes)
        if len(read) < n_bytes:
            raise EOFError
        if self.seen is not None:
            self.seen.append(read)
        return read

    def number(self) -> int:
        value, shift = 0, 0
        while True:
            (byte,) = self.read(1)
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def bytes(self) -> bytes:
        return self.read(self.number())

    def text(self) -> str:
        return self.bytes().decode()

    def block(self) -> tuple[list[tuple[str, str]], int, bytes]:
        """Columns and their types, the number of rows, and the block as the format Native has it."""
        self.seen = []
        columns, n_rows = [], 0
        n_columns = self.number()
        n_rows = self.number()
        for _ in range(n_columns):
            name, kind = self.text(), self.text()
            columns.append((name, kind))
            self.column(kind, n_rows)
        native, self.seen = b"".join(self.seen), None
        return columns, n_rows, native

    def column(self, kind: str, n_rows: int) -> None:
        if kind.startswith("Nullable("):
            self.read(n_rows)
            kind = kind.removeprefix("Nullable(")
        kind = re.match(r"\w+", kind)[0]
        if kind == "String":
            for _ in range(n_rows):
                self.bytes()
        else:
            width = {"Int64": 8, "UInt64": 8, "DateTime64": 8, "Float64": 8, "UInt32": 4, "Int32": 4}
            width |= {"Int16": 2, "UInt16": 2, "Int8": 1, "UInt8": 1, "Bool": 1, "Nothing": 1}
            self.read(n_rows * width[kind])


def number(value: int) -> bytes:
    written = b""
    while value > 127:
        written += bytes([value & 127 | 128])
        value >>= 7
    return written + bytes([value])


def text(value: str | bytes) -> bytes:
    value = value.encode() if isinstance(value, str) else value
    return number(len(value)) + value


def data(native: bytes) -> bytes:
    """A packet with a block, which no table has sent."""
    return number(1) + text("") + number(1) + b"\0" + number(2) + struct.pack("<i", -1) + number(0) + native


class Shard:
    """chdb in a folder. It runs one query at a time."""

    def __init__(self, folder: Path, config: str):
        from chdb.session import Session

        self.folder, self.lock = folder, threading.Lock()
        self.db = Session(f"{folder}?config-file={config}")

    def rows(self, query: str) -> list[bytes]:
        """The blocks of a result."""
        native = self.db.query(query, "Native").bytes()
        wire, blocks = Wire(io.BytesIO(native)), []
        while native and wire.file.tell() < len(native):
            blocks.append(wire.block()[2])
        return blocks

    def answered(self, query: str, tables: list, settings: dict) -> list[bytes]:
        """The blocks of a query that tables may come with."""
        with self.lock:
            for name in SETTINGS:
                self.db.query(f"SET {name} = {settings[name]}" if name in settings else f"SET {name} = DEFAULT")
            for name, columns, native in tables:
                kinds = ", ".join(f"`{column}` {kind}" for column, kind in columns)
                self.db.query(f"CREATE TEMPORARY TABLE IF NOT EXISTS `{name}` ({kinds})")
                self.fill(f"`{name}`", columns, native)
            try:
                return self.rows(query)
            finally:
                for name, _, _ in tables:
                    self.db.query(f"DROP TEMPORARY TABLE IF EXISTS `{name}`")

    def fill(self, table: str, columns: list[tuple[str, str]], native: bytes) -> None:
        file = self.folder / "block.native"
        file.write_bytes(native)
        names = ", ".join(f"`{name}`" for name, _ in columns)
        self.db.query(f"INSERT INTO {table} ({names}) SELECT {names} FROM file('{file}', Native)")


class Connection(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        try:
            while True:
                self.packet(Wire(self.rfile))
        except (EOFError, ConnectionError):
            pass

    def send(self, *parts: bytes) -> None:
        self.wfile.write(b"".join(parts))
        self.wfile.flush()

    def packet(self, wire: Wire) -> None:
        kind = wire.number()
        if kind == 0:  # Hello.
            wire.text(), wire.number(), wire.number(), wire.number(), wire.text(), wire.text(), wire.text()
            self.send(number(0), text("ClickHouse"), number(26), number(9), number(REVISION), text("UTC"), text("shard"), number(0))
        elif kind == 1:
            self.query(wire)
        elif kind == 4:  # Ping.
            self.send(number(4))
        elif kind == 5:  # How far behind its tables are: they are no replicas.
            tables = [(wire.bytes(), wire.bytes()) for _ in range(wire.number())]
            self.send(number(9), number(len(tables)), *(text(db) + text(table) + b"\0" for db, table in tables))
        elif kind == RUN:
            query = wire.text()
            with self.server.shard.lock:
                try:
                    self.server.shard.db.query(query)
                    self.send(text(""))
                except Exception as error:  # chdb's own, of any kind.
                    self.send(text(str(error)))
        elif kind != 3:
            raise ConnectionError(f"packet {kind}")

    def query(self, wire: Wire) -> None:
        wire.bytes()
        if wire.read(1) != b"\0":
            wire.bytes(), wire.bytes(), wire.bytes()
            is_tcp = wire.read(1) == b"\1"
            if is_tcp:
                wire.bytes(), wire.bytes(), wire.bytes(), wire.number(), wire.number(), wire.number()
            wire.bytes()
            if is_tcp:
                wire.number()
        settings = {}
        while name := wire.text():
            wire.number()
            settings[name] = wire.text()
        wire.number(), wire.number()
        query = wire.text()
        tables = self.blocks(wire)
        if "-v" in sys.argv:
            print(query[:3000], [(name, columns) for name, columns, _ in tables], settings, file=sys.stderr, flush=True)
        shard = self.server.shard
        try:
            into = re.fullmatch(r"INSERT INTO (.*?) \(([^()]*)\)\s+(VALUES|FORMAT \w+)\s*", query, re.DOTALL)
            if into:
                self.insert(wire, into[1], into[2])
            else:
                for native in shard.answered(query, tables, settings):
                    self.send(data(native))
            self.send(number(5))
        except (EOFError, ConnectionError):
            raise
        except Exception as error:  # chdb's own, of any kind.
            code = re.search(r"Code: (\d+)", str(error))
            code = struct.pack("<i", int(code[1]) if code else 1)
            self.send(number(2), code, text("DB::Exception"), text(str(error)), text(""), b"\0")

    def blocks(self, wire: Wire) -> list[tuple[str, list[tuple[str, str]], bytes]]:
        """What comes with a query, up to a block without columns."""
        found = []
        while True:
            kind, name = wire.number(), wire.text()
            wire.number(), wire.read(1), wire.number(), wire.read(4), wire.number()
            columns, _, native = wire.block()
            if kind == 2 and not columns:
                return found
            if kind == 2:
                found.append((name, columns, native))

    def insert(self, wire: Wire, table: str, names: str) -> None:
        shard = self.server.shard
        with shard.lock:
            described = shard.db.query(f"DESCRIBE TABLE (SELECT {names} FROM {table})", "TabSeparated")
        columns = [line.split("\t")[:2] for line in str(described).splitlines()]
        columns = [(name.replace("\\'", "'"), kind.replace("\\'", "'")) for name, kind in columns]
        self.send(data(number(len(columns)) + number(0) + b"".join(text(name) + text(kind) for name, kind in columns)))
        # Not locked: before the last of them the other side may ask something else.
        blocks = self.blocks(wire)
        with shard.lock:
            for _, columns, native in blocks:
                shard.fill(table, columns, native)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def main() -> None:
    folder, config, port = sys.argv[1:4]
    with Server(("127.0.0.1", int(port)), Connection) as server:
        server.shard = Shard(Path(folder), config)
        server.serve_forever()


if __name__ == "__main__":
    main()
