"""ClickHouse on a cluster: two shards in processes of their own, and a chdb that asks them."""

import socket
import subprocess
import sys
import time
from pathlib import Path

from cases import Dwell
from clickhouse_shard import RUN
from clickhouse_shard import Wire
from clickhouse_shard import number
from clickhouse_shard import text
from engines import Clickhouse
from engines import statements

CLUSTER = "two-shards"


class OfCluster(Dwell):
    """Makes statements for the cluster."""

    def sql(self, dialect: str, statement: str, *options: str) -> str:
        return super().sql(dialect, statement, "--cluster", CLUSTER, *options)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class ClickhouseCluster(Clickhouse):
    """What is ON CLUSTER runs on both shards and here, without replicas: chdb has neither. Queries go to the shards."""

    def __init__(self, folder: Path):
        from chdb.session import Session

        self.folder = folder
        self.ports = [free_port(), free_port()]
        self.shards = []
        for port in self.ports:
            program = [sys.executable, Path(__file__).with_name("clickhouse_shard.py"), folder / str(port), self.config(port), port]
            self.shards.append(subprocess.Popen(list(map(str, program))))
        self.db = Session(f"{folder / 'asking'}?config-file={self.config(1)}")
        self.connections = [self.connected(port) for port in self.ports]
        self.reset()

    def config(self, port: int) -> Path:
        """With every shard in it; that with this port knows by it that it is meant."""
        shards = "".join(
            f"<shard><replica><host>127.0.0.1</host><port>{port}</port><compression>false</compression></replica></shard>"
            for port in self.ports
        )
        file = self.folder / f"{port}.xml"
        file.write_text(
            f"<clickhouse><tcp_port>{port}</tcp_port><remote_servers><{CLUSTER}>{shards}</{CLUSTER}></remote_servers></clickhouse>"
        )
        return file

    @staticmethod
    def connected(port: int):
        ends = time.monotonic() + 60
        while True:
            try:
                return socket.create_connection(("127.0.0.1", port)).makefile("rwb")
            except ConnectionRefusedError:
                assert time.monotonic() < ends, "a shard of ClickHouse does not listen"
                time.sleep(0.05)

    def on_shard(self, n: int, statement: str) -> None:
        connection = self.connections[n]
        connection.write(number(RUN) + text(statement))
        connection.flush()
        error = Wire(connection).text()
        assert not error, f"{statement}: {error}"

    def everywhere(self, statement: str) -> None:
        for n in range(len(self.ports)):
            self.on_shard(n, statement)
        self.db.query(statement)

    def version(self) -> str:
        return super().version() + ", two shards"

    def reset(self) -> None:
        self.everywhere("DROP DATABASE IF EXISTS web")
        self.everywhere("CREATE DATABASE web ENGINE = Atomic")
        self.everywhere("DROP DATABASE IF EXISTS default")
        self.everywhere("CREATE DATABASE default ENGINE = Atomic")
        self.db.query("USE default")
        self.db.query("SET session_timezone = 'Asia/Kolkata'")
        self.db.query("SET distributed_foreground_insert = 1")

    def run(self, script: str) -> None:
        for statement in statements(script.replace("; ", ";\n")):
            if statement.startswith("SYSTEM SYNC REPLICA"):
                continue
            self.db.query("EXPLAIN AST " + statement)
            alone = statement.replace(" ON CLUSTER " + text_of(CLUSTER), "").replace("ENGINE = Replicated", "ENGINE = ")
            if alone == statement or statement.startswith("SYSTEM"):
                self.db.query(alone)
            else:
                self.everywhere(alone)

    def misplaced(self, statement: str) -> None:
        """Runs it on each shard: on one it does not belong."""
        for n in range(len(self.ports)):
            self.on_shard(n, statement)

    def close(self) -> None:
        for connection in self.connections:
            connection.close()
        super().close()
        for shard in self.shards:
            shard.terminate()
            shard.wait()


def text_of(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
