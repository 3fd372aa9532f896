"""A MariaDB server of our own: in a folder, on a socket in it, without a network."""

import getpass
import os
import shutil
import subprocess
import time
from pathlib import Path

import pymysql


class MariadbServer:
    def __init__(self, folder: Path):
        # Debian has the server where only root looks.
        server = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
        if server is None or shutil.which("mariadb-install-db") is None:
            raise SystemExit("no MariaDB server is installed (looked for mariadbd and mariadb-install-db in PATH)")
        folder.mkdir()
        self.folder = folder
        self.socket = folder / "socket"
        # Without the option the server refuses to run as root.
        common = ["--no-defaults", f"--user={getpass.getuser()}", f"--datadir={folder / 'data'}"]
        said = (folder / "said").open("wb")
        made = ["mariadb-install-db", *common, "--auth-root-authentication-method=normal", "--skip-test-db"]
        done = subprocess.run(made, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        if done.returncode != 0:
            raise SystemExit(f"mariadb-install-db: {(folder / 'said').read_text()}")
        options = [f"--socket={self.socket}", "--skip-networking", f"--pid-file={folder / 'pid'}"]
        options += ["--innodb-flush-log-at-trx-commit=0", "--skip-innodb-doublewrite", "--local-infile=1"]
        # Another server that starts would clear away what this one has in the folder that all share.
        options += [f"--tmpdir={folder}"]
        # What has just been loaded has no statistics yet: what is read by index must not depend on them.
        options += ["--innodb-stats-auto-recalc=0"]
        self.process = subprocess.Popen(
            [server, *common, *options], cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        said.close()
        ends = time.monotonic() + 60
        while True:
            try:
                self.connect().close()
                return
            except pymysql.err.OperationalError:
                if self.process.poll() is not None or time.monotonic() > ends:
                    self.process.kill()
                    raise SystemExit(f"mariadbd: {(folder / 'said').read_text()}")
                time.sleep(0.05)

    def connect(self, **options) -> pymysql.connections.Connection:
        """Every statement is a transaction of its own, unless it begins one; a script may have many statements."""
        flags = pymysql.constants.CLIENT.MULTI_STATEMENTS
        return pymysql.connect(
            unix_socket=str(self.socket), user="root", charset="utf8mb4", autocommit=True, local_infile=True,
            client_flag=flags, **options,
        )

    def client(self) -> list[str]:
        """The command that connects here, without what the system configures."""
        return ["mariadb", "--no-defaults", f"--socket={self.socket}", "--user=root", "--default-character-set=utf8mb4"]

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
