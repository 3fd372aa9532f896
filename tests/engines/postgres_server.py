"""A PostgreSQL server of our own: in a folder, on a free loopback port."""

import os
import shutil
import socket
import subprocess
from pathlib import Path


def _binaries() -> Path:
    debian = Path("/usr/lib/postgresql")
    versions = sorted(debian.iterdir(), key=lambda path: int(path.name)) if debian.exists() else []
    for folder in [path / "bin" for path in reversed(versions)]:
        if (folder / "initdb").exists():
            return folder
    initdb = shutil.which("initdb")
    if initdb is None:
        raise SystemExit("no PostgreSQL server is installed (looked for initdb in /usr/lib/postgresql and PATH)")
    return Path(initdb).parent


class PostgresServer:
    def __init__(self, folder: Path):
        folder.mkdir()
        self.folder = folder
        self.bin = _binaries()
        self.account = []
        if os.getuid() == 0:
            # The server refuses to run as root.
            import pwd

            account = pwd.getpwnam("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
            ids = [str(account.pw_uid), str(account.pw_gid)]
            self.account = ["setpriv", "--reuid", ids[0], "--regid", ids[1], "--clear-groups", "--"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        data = str(folder / "data")
        self._do("initdb", "-D", data, "-U", "dwell", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        self._do("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")

    def _do(self, program: str, *arguments: str) -> None:
        # A server keeps its parent's pipes open: what is said goes to a file.
        with (self.folder / "said").open("wb") as said:
            command = [*self.account, str(self.bin / program), *arguments]
            done = subprocess.run(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        if done.returncode != 0:
            raise SystemExit(f"{program}: {(self.folder / 'said').read_text()}")

    def address(self) -> dict:
        return {"host": "127.0.0.1", "port": self.port, "user": "dwell", "dbname": "postgres"}

    def stop(self) -> None:
        self._do("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")
