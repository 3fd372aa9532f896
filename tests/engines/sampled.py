"""A sample of users is of the same users on every engine, and dwell knows that it is one."""

import csv
import hashlib
import subprocess
from pathlib import Path

import cases
from cases import Dwell
from cases import same
from engines import Engine

ONE_IN = 3


def is_chosen(user_id: str) -> bool:
    return int(hashlib.md5(user_id.encode()).hexdigest()[:8], 16) % ONE_IN == 0


def sampled(dwell: Dwell, engine: Engine, folder: Path) -> None:
    """The users that md5 chooses, with all their pageviews to the microsecond and in the order of arrival."""
    if engine.dialect == "sqlite":
        return  # It has no md5.
    views = cases.hostile().views
    views += [cases.View(f"{n} é", 1_580_000_000_000_000 + n, "/") for n in range(200)]
    engine.reset()
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.load(views, 1)
    expected = [view for view in views if is_chosen(view.user_id)]
    assert 0 < len(expected) < len(views)
    window = ["--from", "1960-01-01T00:00:00Z", "--to", "2020-02-02T12:55:17Z"]
    end_us = cases.microseconds(window[3])
    for options, of_window in [([], expected), (window, [view for view in expected if view.at_us < end_us])]:
        rows = engine.query(dwell.sql(engine.dialect, "sample", "--one-in", str(ONE_IN), *options))
        file = folder / f"{engine.dialect}.sample.csv"
        with file.open("w", newline="", encoding="utf-8") as lines:
            csv.writer(lines).writerows([("user_id", "page_view_at", "page", "one_in"), *rows])
        what = f"{engine.dialect}, a sample {options}"
        plain = cases.write_csv(folder / "chosen.csv", of_window)
        same(what, dwell.sessions(file, "30m"), dwell.sessions(plain, "30m"))
        same(what + ", pageviews", dwell.pageviews(file, "30m"), dwell.pageviews(plain, "30m"))
    said = subprocess.run([dwell.binary, "summary", file], capture_output=True, encoding="utf-8").stderr
    assert f"1 in {ONE_IN} users: every figure is of this sample" in said, said
