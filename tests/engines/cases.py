"""Pageviews to compare engines on, and what dwell makes of them."""

import csv
import io
import random
import subprocess
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

EPOCH = datetime(1970, 1, 1)
COLUMNS = ["user_id", "page_view_at", "page"]
REPOSITORY = Path(__file__).resolve().parents[2]


class View(NamedTuple):
    """A pageview; the time in microseconds since the epoch. Its arrival is its place in the list."""

    user_id: str
    at_us: int
    page: str


@dataclass
class Case:
    name: str
    views: list[View]
    gaps: list[str]


def rfc3339(at_us: int) -> str:
    at = EPOCH + timedelta(microseconds=at_us)
    return at.isoformat(timespec="microseconds") + "Z"


def microseconds(text: str) -> int:
    """Of a time in UTC as dwell prints it, exactly."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    since = datetime.fromisoformat(whole) - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + int((fraction + "000000")[:6])


def write_csv(path: Path, views: list[View], first_arrival: int | None = None, at_once: bool = False) -> Path:
    """A file as dwell reads it; with a column arrival if one is asked for, which grows unless all are at once."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        numbered = first_arrival is not None
        writer.writerow(COLUMNS + ["arrival"] * numbered)
        for number, view in enumerate(views, first_arrival or 0):
            row = [view.user_id, rfc3339(view.at_us), view.page]
            writer.writerow(row + [first_arrival if at_once else number] * numbered)
    return path


class Dwell:
    """The binary under test."""

    def __init__(self, binary: str):
        self.binary = binary

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run([self.binary, *map(str, arguments)], capture_output=True, encoding="utf-8")
        if done.returncode != 0:
            raise SystemExit(f"dwell {' '.join(map(str, arguments))}: {done.stderr}")
        return done.stdout

    def sql(self, dialect: str, statement: str, *options: str) -> str:
        return self("sql", "--dialect", dialect, "--statement", statement, *options)

    def rows(self, file: Path, gap: str, rows: str) -> list[dict]:
        return list(csv.DictReader(io.StringIO(self("export", file, "--gap", gap, "--rows", rows))))

    def sessions(self, file: Path, gap: str) -> list[tuple]:
        """(session_id, user_id, started_us, ended_us, pageviews, landing_page, exit_page), by session_id."""
        return sorted(
            (
                row["session_id"],
                row["user_id"],
                microseconds(row["started_at"]),
                microseconds(row["ended_at"]),
                int(row["pageviews"]),
                row["landing_page"],
                row["exit_page"],
            )
            for row in self.rows(file, gap, "sessions")
        )

    def pageviews(self, file: Path, gap: str) -> list[tuple]:
        """(session_id, session_number, pageview_number, at_us, page), by session_id and number."""
        return sorted(
            (
                row["session_id"],
                int(row["session_number"]),
                int(row["pageview_number"]),
                microseconds(row["page_view_at"]),
                row["page"],
            )
            for row in self.rows(file, gap, "pageviews")
        )


def generated(dwell: Dwell) -> Case:
    """A shop with events that arrive late, as dwell makes it up."""
    text = dwell("generate", "--pageviews", "8000", "--late", "0.05", "--seed", "7", "--with-seed-example")
    views = [
        View(row["user_id"], microseconds(row["page_view_at"]), row["page"])
        for row in csv.DictReader(io.StringIO(text))
    ]
    return Case("a shop with late events", views, ["10m", "30m", "4h"])


def hostile() -> Case:
    """Ties, pauses of exactly a gap and a microsecond beside it, before the epoch and around it, in any
    order of arrival; users and pages that need quotes; pageviews equal in everything."""
    dice = random.Random(20)
    users = ["1", "O'Hara", 'say "x"', "a@1", "é 日", "back\\slash", "a,b"]
    pages = ["/", "/a", "/B", "/é", "it's", 'q"', "/a\\b", ""]
    gaps = [7, 1_000_000, 1_800_000_000]
    views = []
    for start in [1_580_648_116_000_000, -90_000_000, 4_102_444_800_000_123]:
        for gap in gaps:
            for _ in range(350):
                at = start + dice.randrange(60) * gap // 3 + dice.choice([-1, 0, 0, 0, 1])
                views.append(View(dice.choice(users), at, dice.choice(pages)))
    views += dice.sample(views, 200)
    dice.shuffle(views)
    return Case("ties and exact gaps", views, ["7us", "1s", "30m"])


def conformance() -> Case:
    """The cases that other projects test their sessions with, each with users of its own."""
    views = []
    for file in sorted((REPOSITORY / "tests/data/conformance").glob("*/*.input.csv")):
        with file.open(newline="", encoding="utf-8") as rows:
            for row in csv.DictReader(rows):
                user_id = f"{file.parent.name}/{file.name}/{row['user_id']}"
                views.append(View(user_id, microseconds(row["page_view_at"]), row["page"]))
    assert len(views) > 300, "tests/data/conformance holds the cases"
    return Case("the cases of other projects", views, ["5ms", "10s", "3m"])


def loads(case: Case) -> list[list[View]]:
    """The pageviews of a case as four loads, in order of arrival."""
    n = len(case.views)
    ends = [0, n // 3, n // 2, n - n // 5, n]
    return [case.views[start:end] for start, end in zip(ends, ends[1:])]


def window(views: list[View]) -> tuple[str, str]:
    """From and to of the refresh that covers a load."""
    at = [view.at_us for view in views]
    return rfc3339(min(at)), rfc3339(max(at) + 1)


def same(what: str, found: list, expected: list) -> None:
    if found == expected:
        return
    missing = [row for row in expected if row not in found][:5]
    surplus = [row for row in found if row not in expected][:5]
    raise SystemExit(
        f"{what}: {len(found)} rows, expected {len(expected)}\n  missing: {missing}\n  surplus: {surplus}"
    )
