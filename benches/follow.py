#!/usr/bin/env python3
"""Measures what following costs: a file of many pageviews grows by 2,000 lines a second, the explorer follows it in a
terminal, and keys are pressed meanwhile. Then a store is kept up to date with the same file.

usage: benches/follow.py [--rows N] [--seconds N] [--lines-a-second N] [--dwell PATH]

Makes the pageviews with `dwell generate`, kept in target/follow for the next run. Needs Linux, for the processor time of
a process. Prints a Markdown table.
"""

import argparse
import datetime
import fcntl
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import statistics
import struct
import subprocess
import termios
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PLACE = ROOT / "target" / "follow"
ROWS, COLUMNS = 36, 120
TICKS = os.sysconf("SC_CLK_TCK")
SEQUENCE = re.compile(rb"\x1b\[([?>=]*)([0-9;]*)([A-Za-z])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>78M]")


class Explorer:
    """The explorer in a terminal, and what its screen shows."""

    def __init__(self, argv):
        self.cells = [[" "] * COLUMNS for _ in range(ROWS)]
        self.at = (0, 0)
        self.pending = b""
        self.heard = []
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", DWELL_THEME="dark", LANG="C.UTF-8")
            os.execv(argv[0], [str(argument) for argument in argv])
        size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, size)

    def listen(self, seconds):
        """Takes in what comes within that time, up to the first bytes."""
        ready, _, _ = select.select([self.terminal], [], [], max(0, seconds))
        if not ready:
            return False
        text = self.pending + os.read(self.terminal, 1 << 16)
        self.heard.append(time.monotonic())
        self.pending = b""
        while text:
            if text[0] == 0x1B:
                found = SEQUENCE.match(text)
                if found is None:
                    self.pending = text
                    break
                self.obey(found)
                text = text[found.end():]
                continue
            end = text.find(b"\x1b")
            part = text if end < 0 else text[:end]
            try:
                letters = part.decode()
            except UnicodeDecodeError:
                # Cut within a letter.
                self.pending = part + text[len(part):]
                break
            self.write(letters)
            text = text[len(part):]
        return True

    def obey(self, found):
        mark, numbers, kind = found[1], found[2], found[3]
        if kind == b"H" and not mark:
            row, column = ([int(n or 1) for n in numbers.split(b";")] + [1, 1])[:2]
            self.at = (row - 1, column - 1)
        elif kind == b"J":
            self.cells = [[" "] * COLUMNS for _ in range(ROWS)]

    def write(self, letters):
        row, column = self.at
        for letter in letters:
            if letter >= " " and row < ROWS and column < COLUMNS:
                self.cells[row][column] = letter
                column += 1
        self.at = (row, column)

    def line(self, row):
        return "".join(self.cells[row])

    def text(self):
        return "\n".join(map("".join, self.cells))

    def wait(self, is_so, seconds=600):
        """Waits until the screen is so; returns how long that took."""
        began = time.monotonic()
        while not is_so():
            if not self.listen(began + seconds - time.monotonic()):
                raise SystemExit(f"it never came; the screen:\n{self.text()}")
        return time.monotonic() - began

    def listen_for(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.listen(until - time.monotonic())

    def press(self, key):
        os.write(self.terminal, key)

    def latency(self, key, row):
        """How long a key takes to change a line of the screen."""
        before = self.line(row)
        self.press(key)
        return self.wait(lambda: self.line(row) != before)

    def pageviews(self):
        found = re.search(r"([0-9,]+) pageviews", self.line(1))
        return int(found[1].replace(",", "")) if found else 0

    def end(self):
        self.press(b"q")
        try:
            while self.listen(60):
                pass
        except OSError:
            # The terminal is gone with the process.
            pass
        os.waitpid(self.pid, 0)


def processor_s(pid):
    """The processor time of a process so far, in seconds."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def settle(pid, listen):
    """Waits until the process has nothing to do: what is computed once after loading is not what following costs."""
    while True:
        before = processor_s(pid)
        listen(5)
        if processor_s(pid) - before < 0.05:
            return


class Writer(threading.Thread):
    """Appends lines ten times a second."""

    def __init__(self, path, lines_a_second, n_users):
        super().__init__(daemon=True)
        self.path, self.lines_a_second, self.n_users = path, lines_a_second, n_users
        self.is_stopped = threading.Event()
        self.n = 0

    def run(self):
        began = time.monotonic()
        with open(self.path, "a") as file:
            while not self.is_stopped.wait(0.1):
                due = int((time.monotonic() - began) * self.lines_a_second)
                file.writelines(self.row(n) for n in range(self.n, due))
                file.flush()
                self.n = due

    def row(self, n):
        # Each line is of another user, one in ten of a new one, and later than all that was generated.
        user = f"new-{n}" if n % 10 == 0 else 1001 + n * 7919 % self.n_users
        at = datetime.datetime(2020, 3, 1) + datetime.timedelta(seconds=n // self.lines_a_second)
        return f"{user},{at},/live/{n % 100}\n"

    def stop(self):
        self.is_stopped.set()
        self.join()


def most_in_a_second(times):
    times = sorted(times)
    first, most = 0, 0
    for last, at in enumerate(times):
        while at - times[first] >= 1:
            first += 1
        most = max(most, last - first + 1)
    return most


def frames(times):
    """Moments at which a frame began: bytes that come at once are of one frame."""
    return [at for before, at in zip([0, *times], times) if at - before > 0.005]


def follow(options, path):
    """Returns the rows of the table for the explorer."""
    explorer = Explorer([options.dwell, "--follow", path])
    opened = explorer.wait(lambda: explorer.pageviews() >= options.rows)
    settle(explorer.pid, explorer.listen_for)
    before = processor_s(explorer.pid)
    explorer.listen_for(20)
    idle = processor_s(explorer.pid) - before
    n_before = explorer.pageviews()

    writer = Writer(path, options.lines_a_second, options.rows // 20)
    before, began = processor_s(explorer.pid), time.monotonic()
    writer.start()
    explorer.heard.clear()
    explorer.listen_for(options.seconds)
    spent = processor_s(explorer.pid) - before
    cost = spent / (time.monotonic() - began)
    redraws = most_in_a_second(frames(explorer.heard))

    latencies = {}
    for name, keys, row in [("selects the next row", b"jk", ROWS - 1), ("moves the gap", b"+-", 6)]:
        found = latencies[name] = []
        until = time.monotonic() + options.seconds / 2
        while time.monotonic() < until:
            for key in keys:
                found.append(explorer.latency(bytes([key]), row))
                explorer.listen_for(0.13)
    writer.stop()
    behind = explorer.wait(lambda: explorer.pageviews() >= n_before + writer.n)
    memory = int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{explorer.pid}/status").read_text())[1]) / 1024
    explorer.end()
    yield "explorer: until the first frame with all rows", f"{opened:.1f} s"
    yield "explorer: processor time of 20 s in which nothing comes", f"{idle * 1000:.0f} ms"
    yield f"explorer: processor time a second, with {options.lines_a_second:,} lines a second", f"{cost * 1000:.0f} ms"
    yield "explorer: most redraws in a second, without keys", f"{redraws}"
    for name, found in latencies.items():
        found.sort()
        percentile = found[len(found) * 95 // 100]
        figures = f"{statistics.median(found) * 1000:.0f} / {percentile * 1000:.0f} / {found[-1] * 1000:.0f} ms"
        yield f"explorer: a key that {name}, meanwhile (median / 95 % / slowest of {len(found)})", figures
    yield "explorer: until the last lines were in view", f"{behind:.1f} s"
    yield "explorer: memory at most", f"{memory:,.0f} MiB"


def load(options, path, store):
    """Returns the rows of the table for a store."""
    loader = subprocess.Popen([options.dwell, "load", "--follow", "--store", store, path], stderr=subprocess.DEVNULL)
    while not store.exists():
        time.sleep(0.5)
    settle(loader.pid, time.sleep)
    before = processor_s(loader.pid)
    time.sleep(20)
    idle = processor_s(loader.pid) - before
    writer = Writer(path, options.lines_a_second, options.rows // 20)
    before, began = processor_s(loader.pid), time.monotonic()
    writer.start()
    time.sleep(options.seconds)
    cost = (processor_s(loader.pid) - before) / (time.monotonic() - began)
    writer.stop()
    loader.send_signal(signal.SIGTERM)
    loader.wait()
    yield "store: processor time of 20 s in which nothing comes", f"{idle * 1000:.0f} ms"
    yield f"store: processor time a second, with {options.lines_a_second:,} lines a second", f"{cost * 1000:.0f} ms"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--lines-a-second", type=int, default=2_000)
    parser.add_argument("--dwell", type=pathlib.Path, default=ROOT / "target" / "release" / "dwell")
    options = parser.parse_args()
    options.dwell = options.dwell.resolve()
    PLACE.mkdir(parents=True, exist_ok=True)
    made = PLACE / f"{options.rows}.csv"
    if not made.exists():
        command = [options.dwell, "generate", "--pageviews", str(options.rows), "-o", made]
        subprocess.run(command, check=True)
    growing, store = PLACE / "growing.csv", PLACE / "growing.db"
    for old in PLACE.glob("growing.*"):
        old.unlink()
    shutil.copyfile(made, growing)
    print(f"{options.rows:,} pageviews, {options.dwell}\n\n| | |\n|---|---:|")
    for what, figure in [*follow(options, growing), *load(options, growing, store)]:
        print(f"| {what} | {figure} |", flush=True)
    for old in PLACE.glob("growing.*"):
        old.unlink()


if __name__ == "__main__":
    main()
