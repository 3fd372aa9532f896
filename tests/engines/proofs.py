"""What is proven on every engine: each function compares one thing with dwell, and fails at the first difference."""

import csv
import io
import json
import tempfile
import time
from functools import partial
from pathlib import Path

import cases
from cases import Case
from cases import Dwell
from cases import same
from engines import Engine

PARTS = "gap,gap_us,part,pauses,sessions,lone_pauses,users_on_both_sides,users_of_as_many_pauses"


def rebuilt(dwell: Dwell, engine: Engine, case: Case, file: Path) -> None:
    """One load, and a rebuild at each gap."""
    engine.reset()
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.load(case.views, 1)
    for gap in case.gaps:
        engine.run(dwell.sql(engine.dialect, "rebuild", "--gap", gap))
        what = f"{engine.dialect}, {case.name}, rebuild at {gap}"
        same(what, engine.sessions(), dwell.sessions(file, gap))
        same(what + ", pageviews", engine.pageviews(), dwell.pageviews(file, gap))


def refreshed(dwell: Dwell, engine: Engine, case: Case, file: Path, gap: str) -> None:
    """Four loads, each followed by a refresh; the windows of late ones reach back over what is there."""
    engine.reset()
    engine.run(dwell.sql(engine.dialect, "schema"))
    arrived = 1
    for number, load in enumerate(cases.loads(case)):
        engine.load(load, arrived)
        arrived += len(load)
        start, end = cases.window(load)
        if number == 0:
            engine.run(dwell.sql(engine.dialect, "rebuild", "--gap", gap))
        elif number == 1:
            engine.refresh_by_parameters(dwell.sql(engine.dialect, "refresh", "--gap", gap), start, end)
        else:
            middle = cases.rfc3339((cases.microseconds(start) + cases.microseconds(end)) // 2)
            for window in [(middle, end), (start, middle)][: 1 + (number == 2)]:
                window = window if number == 2 else (start, end)
                options = ["--gap", gap, "--from", window[0], "--to", window[1]]
                engine.run(dwell.sql(engine.dialect, "refresh", *options))
    what = f"{engine.dialect}, {case.name}, refreshes at {gap}"
    same(what, engine.sessions(), dwell.sessions(file, gap))


def narrow(dwell: Dwell, engine: Engine) -> None:
    """A late pageview that joins two sessions on two days into one, and one that comes before a start: each
    in a window of its own. The second day is left without a session."""
    gap, noon, minute = "30m", 1_580_644_800_000_000, 60_000_000
    midnight = noon + 12 * 60 * minute
    views = [cases.View("1", midnight - 20 * minute, "/a"), cases.View("1", midnight + 20 * minute, "/b")]
    views += [cases.View("2", noon, "/c")]
    late = [cases.View("1", midnight, "/late"), cases.View("2", noon - minute, "/first")]
    engine.reset()
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.load(views, 1)
    engine.run(dwell.sql(engine.dialect, "rebuild", "--gap", gap))
    with tempfile.TemporaryDirectory() as folder:
        for n, view in enumerate(late):
            engine.load([view], len(views) + 1)
            views.append(view)
            start, end = cases.window([view])
            refresh = dwell.sql(engine.dialect, "refresh", "--gap", gap, "--from", start, "--to", end)
            engine.run(refresh)
            if n == 1:
                engine.run(refresh)
            file = cases.write_csv(Path(folder) / f"{n}.csv", views)
            same(f"{engine.dialect}, a late pageview", engine.sessions(), dwell.sessions(file, gap))


def carried(dwell: Dwell, engine: Engine) -> None:
    """Columns that pageviews carry: a session has those of its landing pageview, after a rebuild, after late
    pageviews that become the landing one, and without an order of arrival."""
    noon, minute, gap = 1_580_644_800_000_000, 60_000_000, "30m"
    values = [None, "", "google.com", "it's, \"b\"", "ä", "Google.com"]
    rows = [
        (str(n % 7), noon + (n * n % 97) * 7 * minute, f"/{n % 4}", values[n % 6], values[n * 5 % 4])
        for n in range(200)
    ]
    ties = [("tie", noon, "/a", "z", None), ("tie", noon, "/a", "b", "c"), ("tie", noon, "/a", None, None)]
    escapes = engine.dialect in ("spark", "clickhouse", "bigquery")

    def text(value: str | None) -> str:
        if value is None:
            return "NULL"
        return "'" + value.replace("'", "\\'" if escapes else "''") + "'"

    def fill(rows: list, first: int) -> None:
        times = {"spark": "TIMESTAMP '{}'", "bigquery": "TIMESTAMP '{}'", "clickhouse": "parseDateTime64BestEffort('{}', 6)"}
        time = {**times, "mysql": "REPLACE('{}', 'Z', '')"}.get(engine.dialect, "'{}'")
        arrival = engine.is_numbered_by_load
        columns = "user_id, page_view_at, page, referrer, device" + (", arrival" if arrival else "")
        written = [
            f"({text(user)}, {time.format(cases.rfc3339(at))}, {text(page)}, {text(referrer)}, {text(device)}"
            + (f", {first + n})" if arrival else ")")
            for n, (user, at, page, referrer, device) in enumerate(rows)
        ]
        engine.run(f"INSERT INTO pageviews ({columns}) VALUES {', '.join(written)};")

    def expected(rows: list, folder: str) -> list[tuple]:
        file = Path(folder) / "carried.csv"
        with file.open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["user_id", "page_view_at", "page", "referrer", "device"])
            writer.writerows((user, cases.rfc3339(at), *rest) for user, at, *rest in rows)
        exported = dwell("export", str(file), "--carry", "referrer,device", "--gap", gap)
        found = csv.DictReader(io.StringIO(exported))
        return sorted((row["session_id"], row["referrer"], row["device"]) for row in found)

    def found(table: str = "sessions") -> list[tuple]:
        rows = engine.query(f"SELECT session_id, referrer, device FROM {table} WHERE session_id IS NOT NULL")
        assert not any(value == "" for row in rows for value in row), "nothing is null"
        return sorted(tuple(value or "" for value in row) for row in rows)

    sql = partial(dwell.sql, engine.dialect)
    options = ["--carry", "referrer,device"]
    what = f"{engine.dialect}, what is carried"
    with tempfile.TemporaryDirectory() as folder:
        engine.reset()
        engine.run(sql("schema", *options))
        engine.run(sql("schema", *options))
        fill(rows[:150], 1)
        engine.run(sql("rebuild", "--gap", gap, *options))
        same(what, found(), expected(rows[:150], folder))
        fill(rows[150:], 151)
        late = [cases.View(*row[:3]) for row in rows[150:]]
        start, end = cases.window(late)
        engine.run(sql("refresh", "--gap", gap, "--from", start, "--to", end, *options))
        same(what + ", after late pageviews", found(), expected(rows, folder))
        of_pageviews = engine.query("SELECT referrer, device FROM session_pageviews")
        same(what + " by pageviews", sorted(map(str, of_pageviews)), sorted(
            str((referrer or None, device or None)) for *_, referrer, device in rows))
        if not engine.is_numbered_by_load:
            fill(ties, 201)
            engine.run(sql("rebuild", "--gap", gap, "--ties-by-page", *options))
            same(what + ", ties", [row for row in found() if row[0].startswith("tie")], [(f"tie@{noon}", "", "")])


def refused(dwell: Dwell, engine: Engine) -> None:
    """A refresh at another gap, and of an empty window, changes nothing."""
    before = engine.sessions()
    backwards = ("2021-01-01T00:00:00Z", "2020-01-01T00:00:00Z")
    there = ("2020-02-02T00:00:00Z", "2020-02-03T00:00:00Z")
    for gap, window in [("10m", there), ("30m", backwards)]:
        script = dwell.sql(engine.dialect, "refresh", "--gap", gap)
        try:
            engine.refresh_by_parameters(script, *window)
        except Exception as error:  # Each engine has its own.
            if not any(word in str(error) for word in ["the gap is", "the_gap_is", "window is", "window_is"]):
                raise
        else:
            raise SystemExit(f"{engine.dialect}: a refresh at {gap} of {window} was not refused")
        engine.roll_back()
        same(f"{engine.dialect}, after a refusal", engine.sessions(), before)


def long_sessions(dwell: Dwell, engine: Engine) -> None:
    """Users with sessions longer than a day are listed, the longest first; a session of exactly a day is none."""
    noon, minute = 1_580_644_800_000_000, 60_000_000
    day = 24 * 60 * minute

    def seen(user: str, start: int, lasting: int) -> list[cases.View]:
        return [cases.View(user, at, "/") for at in [*range(start, start + lasting, 20 * minute), start + lasting]]

    views = seen("day", noon, day) + seen("bot", noon, 3 * day) + seen("bot", noon + 9 * day, day + minute)
    views += seen("monitor", noon, day + 1) + seen("person", noon, 5 * minute)
    engine.reset()
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.load(views, 1)
    engine.run(dwell.sql(engine.dialect, "rebuild"))
    found = [(row[0], int(row[1]), int(row[2]), float(row[3])) for row in engine.query(dwell.sql(engine.dialect, "long"))]
    expected = [("bot", 2, 217 + 74, 3 * 86_400.0), ("monitor", 1, 74, 86_400.000001)]
    same(f"{engine.dialect}, long sessions", found, expected)


def paused(dwell: Dwell, engine: Engine, case: Case, file: Path, folder: Path) -> None:
    """The pauses, read by dwell, give the study that the pageviews give, and the sessions of every gap."""
    engine.reset()
    engine.run(dwell.sql(engine.dialect, "schema"))
    engine.load(case.views, 1)
    pauses = folder / f"{engine.dialect}.pauses.csv"
    pauses.write_text(engine.pauses(dwell.sql(engine.dialect, "pauses")), encoding="utf-8")
    what = f"{engine.dialect}, {case.name}, pauses"
    study = json.loads(dwell("gaps", "--pauses", pauses, "--format", "json"))
    found = [(row["gap"], row["sessions"]) for row in study["sessions"] if row["exact"]]
    options = [option for gap, _ in found for option in ("--gap", gap)]
    summary = json.loads(dwell("summary", file, "--format", "json", *options))
    same(what, found, [(row["gap"], row["sessions"]) for row in summary])
    # Only the gap to keep may lie beside the steps.
    keep_us = study["valley"]["keep_us"]
    assert all(row["exact"] or row["gap_us"] == keep_us for row in study["sessions"]) and len(found) > 50, what
    own = json.loads(dwell("gaps", file, "--format", "json"))
    in_parts = folder / f"{engine.dialect}.parts.csv"
    in_parts.write_text(engine.pauses(dwell.sql(engine.dialect, "pauses", "--parts", "16"), PARTS), encoding="utf-8")
    owned(what + " in parts", in_parts, case)
    parts = json.loads(dwell("gaps", "--pauses", in_parts, "--format", "json"))
    for one in [study, own, parts]:
        # What pageviews alone tell.
        for member in ["sessions", "goal", "sensitivity", "machines", "by"]:
            del one[member]
        # How sure the verdict is takes more than the counts of all users together, and of other groups is another.
        one["valley"] = [one["valley"][part] for part in ["best_us", "good_us", "resolution_us", "spikes"]]
    same(what + " as a study", [study], [own])
    same(what + " in parts as a study", [parts], [own])


def owned(what: str, in_parts: Path, case: Case) -> None:
    """Who has the pauses, as one counts it user by user."""
    times: dict[str, list[int]] = {}
    for view in case.views:
        times.setdefault(view.user_id, []).append(view.at_us)
    pauses = [[b - a for a, b in zip(at, at[1:])] for at in map(sorted, times.values())]
    rows = [dict(zip(PARTS.split(","), line.split(","))) for line in in_parts.read_text("utf-8").splitlines()[1:]]
    total = lambda column: sum(int(row[column]) for row in rows)
    found = [total("pauses"), total("lone_pauses"), total("users_of_as_many_pauses")]
    same(what, [found], [[sum(map(len, pauses)), sum(len(of) == 1 for of in pauses), len(pauses)]])
    steps = {int(row["gap_us"]) for row in rows if row["gap"]}
    on_both = [(us, sum(int(row["users_on_both_sides"]) for row in rows if int(row["gap_us"]) == us)) for us in steps]
    expected = [(us, sum(min(of) < us <= max(of) for of in pauses if of)) for us in steps]
    same(what + ", on both sides", on_both, expected)


def renamed(dwell: Dwell, engine: Engine, case: Case, folder: Path) -> None:
    """A table of other names, in which users and times are missing, without and with a column of arrival."""
    own = NAMED[engine.dialect]
    in_order = sorted(case.views, key=lambda view: view.page.encode())
    gap = case.gaps[1]
    for options, views in [(["--ties-by-page"], in_order), (["--arrival-column", "order"], case.views)]:
        engine.reset()
        names = [*own.names, *options]
        engine.run(own.before)
        engine.run(dwell.sql(engine.dialect, "schema", *names))
        own.fill(engine, case.views, folder)
        file = cases.write_csv(folder / "renamed.csv", views)
        what = f"{engine.dialect}, {case.name}, names and {options[0]}"
        engine.run(dwell.sql(engine.dialect, "rebuild", "--gap", gap, *names))
        same(what, engine.sessions(own.sessions), dwell.sessions(file, gap))
        start, end = cases.window(case.views)
        engine.run(dwell.sql(engine.dialect, "refresh", "--gap", gap, "--from", start, "--to", end, *names))
        same(what + ", refreshed", engine.sessions(own.sessions), dwell.sessions(file, gap))
        engine.query(dwell.sql(engine.dialect, "pauses", "--from", start, "--to", end, *names))


class Named:
    """How an engine is given a table of other names, in a schema, with missing users and times."""

    def __init__(self, before: str, table: str, sessions: str, quote: str, insert_time: str = "'{}'", beside: str = ""):
        """What stands `beside` the name of each column is quoted in `before` already."""
        self.before, self.table, self.sessions = before, table, sessions
        self.quote, self.insert_time, self.beside = quote, insert_time, beside
        prefix = "" if "." not in table else "web."
        self.names = ["--pageviews-table", prefix + "Views", "--sessions-table", prefix + "Visits"]
        self.names += ["--user-column", "user" + beside, "--time-column", "group" + beside]
        self.names += ["--page-column", "select" + beside]

    def fill(self, engine: Engine, views: list, folder: Path) -> None:
        def text(value: str) -> str:
            if engine.dialect in ("spark", "clickhouse", "bigquery"):
                return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
            return "'" + value.replace("'", "''") + "'"

        q = self.quote
        names = [name + self.beside.replace(q, q * 2) for name in ["user", "group", "select"]] + ["order"]
        columns = ", ".join(q + name + q for name in names)
        rows = [
            f"({text(view.user_id)}, {self.insert_time.format(cases.rfc3339(view.at_us))}, {text(view.page)}, {n})"
            for n, view in enumerate(views)
        ]
        at = self.insert_time.format(cases.rfc3339(views[0].at_us))
        rows += [f"(NULL, {at}, '/', 1)", f"('', {at}, '/', 2)", "('1', NULL, '/', 3)"]
        for start in range(0, len(rows), 1000):
            values = ", ".join(rows[start : start + 1000])
            engine.run(f"INSERT INTO {self.table} ({columns}) VALUES {values}")


# Every quote, a space, a dot and what looks like a parameter, in the names of Spark's columns.
HOSTILE = " it's \"so\" `to`;say {x} :from -- 1.5 é$$"
NAMED = {
    "sqlite": Named(
        'CREATE TABLE "Views" ("user" TEXT, "group" TEXT, "select" TEXT, "order" INTEGER);',
        '"Views"', '"Visits"', '"',
    ),
    "postgres": Named(
        'CREATE SCHEMA web; CREATE TABLE web."Views" ("user" TEXT, "group" TIMESTAMPTZ, "select" TEXT, "order" BIGINT);',
        'web."Views"', 'web."Visits"', '"',
    ),
    # A time without a zone, which is taken for UTC whatever the session says.
    "duckdb": Named(
        'CREATE SCHEMA web; CREATE TABLE web."Views" ("user" VARCHAR, "group" TIMESTAMP, "select" VARCHAR, "order" BIGINT);',
        'web."Views"', 'web."Visits"', '"', "CAST(rtrim('{}', 'Z') AS TIMESTAMP)",
    ),
    "clickhouse": Named(
        "CREATE DATABASE web ENGINE = Atomic;\n"
        "CREATE TABLE web.`Views` (`user` Nullable(String), `group` Nullable(DateTime64(6)), `select` String, `order` Int64) "
        "ENGINE = MergeTree ORDER BY tuple();\n",
        "web.`Views`", "web.`Visits`", "`", "parseDateTime64BestEffort('{}', 6)",
    ),
    # A collation that ignores case and blanks at the end, and a user of any length.
    "mysql": Named(
        "CREATE DATABASE web; CREATE TABLE web.`Views` (`user` TEXT, `group` DATETIME(6), `select` TEXT, `order` BIGINT) "
        "CHARACTER SET utf8mb4;",
        "web.`Views`", "web.`Visits`", "`", "REPLACE('{}', 'Z', '')",
    ),
    "spark": Named(
        "CREATE DATABASE IF NOT EXISTS web;\n"
        "CREATE TABLE web.`Views` (`user" + HOSTILE.replace("`", "``") + "` STRING, "
        "`group" + HOSTILE.replace("`", "``") + "` TIMESTAMP, `select" + HOSTILE.replace("`", "``") + "` STRING, "
        "`order` BIGINT) USING PARQUET;\n",
        "web.`Views`", "web.`Visits`", "`", "TIMESTAMP '{}'", HOSTILE,
    ),
    "bigquery": Named(
        "CREATE SCHEMA web;\n"
        "CREATE TABLE web.`Views` (`user` STRING, `group` TIMESTAMP, `select` STRING, `order` INT64);\n",
        "web.`Views`", "web.`Visits`", "`", "TIMESTAMP '{}'",
    ),
    # A time without a zone, which is taken for UTC whatever the session says. Small letters mean capitals.
    "snowflake": Named(
        "CREATE SCHEMA web;\nUSE SCHEMA public;\n"
        'CREATE TABLE web."Views" ("USER" VARCHAR, "GROUP" TIMESTAMP_NTZ, "SELECT" VARCHAR, "ORDER" BIGINT);\n',
        '"WEB"."Views"', '"WEB"."Visits"', '"', "CAST(rtrim('{}', 'Z') AS TIMESTAMP)",
    ),
}
