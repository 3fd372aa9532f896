#!/usr/bin/env python3
"""Measures what carried columns cost: the same file is loaded, summed up and cut with none, one and four of them.

usage: benches/carried.py [--rows N] [--rounds N] [--dwell PATH]

Makes the pageviews with `dwell generate` and adds four columns, kept in target/carried for the next run. Needs Linux,
for the most memory of a process. Prints a Markdown table of medians.
"""

import argparse
import csv
import os
import pathlib
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PLACE = ROOT / "target" / "carried"
COLUMNS = ["referrer", "device", "campaign", "country"]
# How many values each column has.
VALUES = [3_000, 3, 200, 50]


def pageviews(dwell, rows):
    """A file of so many pageviews, in which most rows carry something in each column."""
    file = PLACE / f"{rows}.csv"
    if file.exists():
        return file
    plain = PLACE / f"{rows}.plain.csv"
    subprocess.run([dwell, "generate", "--pageviews", str(rows), "-o", plain, "--force"], check=True)
    with plain.open(newline="") as given, file.open("w", newline="") as out:
        reader, writer = csv.reader(given), csv.writer(out, lineterminator="\n")
        writer.writerow([*next(reader), *COLUMNS])
        for number, row in enumerate(reader):
            scattered = number * 2_654_435_761 >> 7
            values = [scattered // (n + 1) % n for n in VALUES]
            writer.writerow([*row, *(f"{name}-{value}" if value else "" for name, value in zip(COLUMNS, values))])
    plain.unlink()
    return file


def run(argv):
    """Seconds, seconds of processor time and the most MiB that a command took."""
    began = time.monotonic()
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{argv} failed")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, default=2_000_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--dwell", type=pathlib.Path, default=ROOT / "target" / "release" / "dwell")
    arguments = arguments.parse_args()
    dwell = arguments.dwell.resolve()
    PLACE.mkdir(parents=True, exist_ok=True)
    file = pageviews(dwell, arguments.rows)
    gaps = [option for minutes in range(1, 101) for option in ("--gap", f"{minutes}m")]
    taken = {}
    for _ in range(arguments.rounds):
        for n in [0, 1, 4]:
            store = PLACE / f"{n}.db"
            store.unlink(missing_ok=True)
            carry = ["--carry", ",".join(COLUMNS[:n])] if n else []
            load = run([dwell, "load", "--store", store, file, *carry])
            opened = run([dwell, "summary", store])
            cut = run([dwell, "summary", store, *gaps])
            read = run([dwell, "summary", file, *carry])
            sizes = store.stat().st_size / 2**20
            figures = (*load, sizes, read[0], read[2], opened[0], opened[2], (cut[0] - opened[0]) * 10)
            taken.setdefault(n, []).append(figures)
            store.unlink()
    print(f"| {arguments.rows:,} pageviews, medians of {arguments.rounds} | none | one | four |")
    print("|---|--:|--:|--:|")
    names = ["load, s", "load, s of processor time", "load, most MiB", "store, MiB", "file explored, s",
             "file explored, most MiB", "store opened, s", "store opened, most MiB", "a gap, ms"]
    for at, name in enumerate(names):
        medians = [statistics.median(figures[at] for figures in taken[n]) for n in [0, 1, 4]]
        print(f"| {name} | " + " | ".join(f"{figure:,.2f}" if figure < 10 else f"{figure:,.0f}" for figure in medians) + " |")


if __name__ == "__main__":
    main()
