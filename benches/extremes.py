#!/usr/bin/env python3
"""Times dwell on pageviews that are as lopsided as can be, at two sizes: what takes more than four times as long for
four times as many rows grows faster than the input.

usage: benches/extremes.py [--rows N] [--rounds N] [--dwell PATH] [CASE ...]

Makes each file in target/compare, twice: with a quarter of the rows, and with all of them; and removes it. Prints a
Markdown table: medians of wall clock, peak memory of the whole process, and how much longer all rows take than a
quarter of them.
"""

import argparse
import pathlib
import subprocess

from compare import PLACE, ROOT, Run, in_rounds, remove, say

PREFIX = "/" + "long-" * 200
START = 1_580_515_200


def usual(n):
    """Users of twenty pageviews, some pages."""
    return f"u{n // 20},{START + n},/p{n % 1000}"


# By the words of the table: how many rows there are for one of --rows, and the n-th row.
CASES = {
    "usual": ("twenty rows a user", 1, usual),
    "user": ("one user has all rows", 1, lambda n: f"u,{START + n * 7 % 100_000_000},/p{n % 1000}"),
    "instant": ("all rows in one microsecond", 1, lambda n: f"u{n // 20},{START},/p{n % 1000}"),
    "both": ("one user, one microsecond", 1, lambda n: f"u,{START},/p{n % 1000}"),
    "prefix": ("ids and pages with 1 kB in common", 25, lambda n: f"{PREFIX}{n // 20},{START + n},{PREFIX}{n % 1000}"),
    "pages": ("each row has a page of its own", 1, lambda n: f"u{n // 20},{START + n},/p{n}"),
    "users": ("each row has a user of its own", 1, lambda n: f"u{n},{START + n},/p{n % 1000}"),
    "backwards": ("the latest row first", 1, lambda n: f"u{n * 7919 % 500_000},{START + 100_000_000 - n},/p{n % 1000}"),
    # Texts of 24 bytes are their own keys in memory. These differ in few bits, or in the high bits of one word only.
    "keys": ("ids that differ in few bits", 1, lambda n: f"{n // 20 << 28:024x},{START + n},/{n % 1000 << 20:012x}"),
}


def written(case, rows):
    path = PLACE / f"extreme-{case}-{rows}.csv"
    row = CASES[case][2]
    with open(path, "w", encoding="utf-8") as out:
        out.write("user_id,page_view_at,page\n")
        # A few at a time: the memory of this process is counted to that of the next one.
        for first in range(0, rows, 1_000):
            out.write("\n".join(map(row, range(first, min(first + 1_000, rows)))) + "\n")
    return path


def measured(dwell, case, rows, rounds):
    views, store = written(case, rows), PLACE / "extreme.db"

    def load():
        remove(store)
        return Run([dwell, "load", "--store", store, views])

    runs = {
        "read": lambda: Run([dwell, "summary", views]),
        "load": load,
        "open": lambda: Run([dwell, "summary", store, "--gap", "31m"]),
    }
    found = in_rounds(rounds, runs)
    assert all(run.ok for run in found.values()), f"{case}: a command failed"
    remove(views, store)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dwell", type=pathlib.Path, help="a binary to measure instead of a fresh release build")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="some of: " + ", ".join(CASES))
    asked = parser.parse_args()
    PLACE.mkdir(parents=True, exist_ok=True)
    dwell = asked.dwell
    if dwell is None:
        subprocess.run(["cargo", "build", "--release", "--quiet"], check=True, cwd=ROOT)
        dwell = ROOT / "target" / "release" / "dwell"
    print(f"\nmedians of {asked.rounds} rounds: time (peak memory), and times that of a quarter of the rows\n")
    print("| | rows | read a CSV, all figures | load it into a store | open the store at another gap |")
    print("|---|---|---|---|---|")
    for case in asked.cases or CASES:
        say(case)
        rows = asked.rows // CASES[case][1]
        quarter, whole = (measured(dwell, case, n, asked.rounds) for n in (rows // 4, rows))
        cells = [
            f"{run.wall:.2f} s ({run.memory:,.0f} MB), {run.wall / quarter[what].wall:.1f} x"
            for what, run in whole.items()
        ]
        print(f"| {CASES[case][0]} | {rows:,} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
