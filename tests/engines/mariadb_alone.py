"""What only MariaDB can get wrong: modes, collations, keys, and writers at once.

Each function proves one thing, and fails at the first difference.
"""

import threading
from pathlib import Path

import pymysql

import cases
from cases import Dwell
from cases import View
from cases import same
from edges import MINUTE_US
from edges import NOON_US
from mariadb import Mariadb

WINDOW = ["--from", "2020-02-02T00:00:00Z", "--to", "2020-02-03T00:00:00Z"]


def refused(engine: Mariadb, script: str, why: str) -> None:
    try:
        engine.run(script)
    except pymysql.err.MySQLError as error:
        assert why in str(error), error
        engine.roll_back()
    else:
        raise SystemExit(f"mysql: not refused: {why}")


def made(dwell: Dwell, engine: Mariadb, views: list[View], *options: str) -> None:
    engine.reset()
    engine.run(dwell.sql("mysql", "schema", *options))
    engine.load(views, 1)


def blanks_and_long_texts(dwell: Dwell, engine: Mariadb, folder: Path) -> None:
    """Blanks at the end count, users may have 255 characters and no more, and pages are compared to their ends."""
    users = ["a", "a ", "A", "a  ", "é", "e", "ß", "日" * 254 + "x", "𝄞" * 255, "𝄞" * 254 + "𝄢"]
    long = "/" + "x" * 3_000
    views = [View(user, NOON_US + n % 7 * 20 * MINUTE_US, "/") for n in range(3) for user in users]
    views += [View("tie", NOON_US, long + end) for end in "cabba"]
    for options, in_order in [([], views), (["--ties-by-page"], sorted(views, key=lambda view: view.page))]:
        file = cases.write_csv(folder / "blanks.csv", in_order)
        made(dwell, engine, views, *options)
        for statement, window in [("rebuild", []), ("refresh", WINDOW)]:
            engine.run(dwell.sql("mysql", statement, *options, *window))
            same(f"mysql, blanks {options}", engine.sessions(), dwell.sessions(file, "30m"))
        same(f"mysql, blanks in the view {options}", engine.pageviews(), dwell.pageviews(file, "30m"))
    engine.run("ALTER TABLE pageviews MODIFY user_id VARCHAR(300) CHARACTER SET utf8mb4")
    long_one = f"INSERT INTO pageviews (user_id, page_view_at, page) VALUES ('{'x' * 256}', '2020-02-02 12:00', '/')"
    engine.run(long_one)
    before = engine.sessions()
    for statement, window in [("rebuild", []), ("refresh", WINDOW)]:
        refused(engine, dwell.sql("mysql", statement, *options, *window), "too long")
        same("mysql, after a user that is too long", engine.sessions(), before)


def modes(dwell: Dwell, engine: Mariadb, folder: Path) -> None:
    """Whatever a session's mode says of quotes, empty texts and values that do not fit, the sessions are the same. The
    session is as before afterwards."""
    views = cases.hostile().views[:400]
    file = cases.write_csv(folder / "modes.csv", views)
    window = ["--from", cases.window(views)[0], "--to", cases.window(views)[1]]
    kept = "SELECT @@sql_mode, @@max_sort_length, @@sort_buffer_size"
    pauses = None
    for mode in ["", "ANSI", "ORACLE", "EMPTY_STRING_IS_NULL", "TRADITIONAL", "NO_BACKSLASH_ESCAPES", "HIGH_NOT_PRECEDENCE"]:
        made(dwell, engine, views)
        engine.run(f"SET sql_mode = '{mode}'; SET max_sort_length = 64;")
        before = engine.query(kept)
        for statement, options in [("schema", []), ("rebuild", []), ("refresh", window)]:
            engine.run(dwell.sql("mysql", statement, *options))
            same(f"mysql, settings after {statement}", engine.query(kept), before)
        found = engine.query(dwell.sql("mysql", "pauses", "--parts", "3", *window))
        pauses = pauses or found
        same(f"mysql, pauses in the mode {mode}", found, pauses)
        same("mysql, settings after pauses", engine.query(kept), before)
        viewed = engine.pageviews()
        engine.roll_back()
        same(f"mysql, in the mode {mode}", engine.sessions(), dwell.sessions(file, "30m"))
        same(f"mysql, the view in the mode {mode}", viewed, dwell.pageviews(file, "30m"))


def tables_that_are_there(dwell: Dwell, engine: Mariadb, folder: Path) -> None:
    """A table with a counter of its own names it; one without gets one, in the order of its rows; users that are numbers,
    long or in another character set are users; bytes are refused, and nothing is altered then."""
    rows = [("7", "2020-02-02 12:00", "/b"), ("7", "2020-02-02 12:00", "/a"), ("70", "2020-02-02 12:00", "/é")]
    values = ", ".join(map(str, rows))
    file = folder / "there.csv"
    file.write_text("user_id,page_view_at,page\n" + "".join(f"{user},{at}:00Z,{page}\n" for user, at, page in rows), "utf-8")
    for number, user in enumerate(["BIGINT", "VARCHAR(20) CHARACTER SET latin1", "TEXT", "VARCHAR(700)", "CHAR(9)", "UUID"]):
        for counter, options in [("", []), ("id INT AUTO_INCREMENT PRIMARY KEY, ", ["--arrival-column", "id"])]:
            engine.reset()
            page = "VARCHAR(20) CHARACTER SET latin1" if number else "TEXT"
            engine.run(f"CREATE TABLE pageviews ({counter}user_id {user} NOT NULL, page_view_at DATETIME, page {page}) CHARACTER SET utf8mb4")
            if user == "UUID":
                engine.run(dwell.sql("mysql", "schema", *options))
                engine.run("INSERT INTO pageviews (user_id, page_view_at, page) VALUES (UUID(), '2020-02-02 12:00', '/')")
                engine.run(dwell.sql("mysql", "refresh", *WINDOW, *options))
                same("mysql, a UUID", engine.query("SELECT s.user_id = p.user_id FROM sessions s, pageviews p"), [(1,)])
                continue
            engine.run(f"INSERT INTO pageviews (user_id, page_view_at, page) VALUES {values}")
            if counter:
                refused(engine, dwell.sql("mysql", "schema"), "id counts already: name it as the arrival column")
            for _ in range(2):
                engine.run(dwell.sql("mysql", "schema", *options))
            for statement, window in [("refresh", WINDOW), ("rebuild", []), ("refresh", WINDOW)]:
                engine.run(dwell.sql("mysql", statement, *window, *options))
                same(f"mysql, users in {user} {options}", engine.sessions(), dwell.sessions(file, "30m"))
    for columns, why in [
        ("user_id VARBINARY(16), page_view_at DATETIME, page TEXT", "user_id: expected text, not varbinary(16)"),
        ("user_id TEXT, page_view_at DATETIME, page BLOB", "page: expected text, not blob"),
        ("user_id TEXT, page_view_at TIMESTAMP, page TEXT", "page_view_at: expected DATETIME(6) in UTC, not timestamp"),
        ("user_id TEXT, page TEXT", "page_view_at: expected such a column"),
        ("user_id TEXT, page_view_at DATETIME, page TEXT, arrival INT", "arrival is not unique: name it as the arrival column"),
    ]:
        engine.reset()
        engine.run(f"CREATE TABLE pageviews ({columns})")
        before = engine.query("SHOW CREATE TABLE pageviews")
        refused(engine, dwell.sql("mysql", "schema"), why)
        same("mysql, nothing altered", engine.query("SHOW CREATE TABLE pageviews"), before)
        same("mysql, nothing made", engine.query("SHOW TABLES"), [("pageviews",)])


def windows_that_are_none(dwell: Dwell, engine: Mariadb, folder: Path) -> None:
    """A time that is none, or not in UTC, is refused, and so is one that was not set."""
    made(dwell, engine, [View("1", NOON_US, "/")])
    engine.run(dwell.sql("mysql", "rebuild"))
    refresh = dwell.sql("mysql", "refresh")
    refused(engine, refresh, "the window is empty")
    for time in ["", "yesterday", "2020-02-30T00:00:00Z", "2020-02-02T12:00:00+01:00", "2020-02-02", "20200202120000"]:
        for start, end in [(time, "2021-01-01T00:00:00Z"), ("2019-01-01T00:00:00Z", time)]:
            refused(engine, f"SET @refresh_from = '{start}', @refresh_to = '{end}'; {refresh}", "the window is empty")
    engine.run(f"SET @refresh_from = '2020-02-02 12:00:00', @refresh_to = '2020-02-02 12:00:00.000001'; {refresh}")


def a_client_of_few_characters(dwell: Dwell, engine: Mariadb, folder: Path) -> None:
    """A sample for a client that does not read all characters is refused: it would hold question marks."""
    made(dwell, engine, [View("1", NOON_US, "/日")])
    sample = dwell.sql("mysql", "sample", "--one-in", "2")
    refused(engine, f"SET character_set_results = latin1; {sample}", "utf8mb4")
    engine.run(f"SET character_set_results = utf8mb4; {sample}")


def few_rows_are_read(dwell: Dwell, engine: Mariadb, folder: Path) -> None:
    """A refresh of a minute reads by index, without statistics, and of a user who never pauses only what it touches."""
    engine.reset()
    engine.run(dwell.sql("mysql", "schema"))
    engine.run(
        "INSERT INTO pageviews (user_id, page_view_at, page) SELECT IF(seq % 2, seq % 9973, 'bot'), "
        "TIMESTAMPADD(SECOND, seq * 2, '2020-02-02'), CONCAT('/', seq % 7) FROM seq_1_to_100000"
    )
    minute = ["--from", "2020-02-02T12:00:00Z", "--to", "2020-02-02T12:01:00Z"]
    # The bot's sessions end in time: it pauses for an hour each day.
    engine.run("DELETE FROM pageviews WHERE user_id = 'bot' AND HOUR(page_view_at) IN (11, 13)")
    engine.run(dwell.sql("mysql", "rebuild"))
    counted = "SELECT SUM(variable_value) FROM information_schema.session_status WHERE variable_name IN ('Handler_read_key', "
    counted += "'Handler_read_next', 'Handler_read_prev', 'Handler_read_first', 'Handler_read_last', 'Handler_icp_attempts')"
    scanned = "SELECT SUM(variable_value) FROM information_schema.session_status WHERE variable_name = 'Handler_read_rnd_next'"
    before, scanned_before = engine.query(counted)[0][0], engine.query(scanned)[0][0]
    engine.run(dwell.sql("mysql", "refresh", *minute))
    n_read, n_scanned = engine.query(counted)[0][0] - before, engine.query(scanned)[0][0] - scanned_before
    # The bot has 900 pageviews in this hour. What is scanned are tables that the refresh makes.
    assert 930 <= n_read < 2_000 and n_scanned < 10_000, f"mysql: a refresh of a minute read {n_read} rows, scanned {n_scanned}"


def two_at_once(dwell: Dwell, engine: Mariadb, folder: Path) -> None:
    """A second refresh, and a rebuild, wait for the first one and then see what it did, at every level of isolation.
    Loads and readers do not wait."""
    views = [View("1", NOON_US, "/a"), View("1", NOON_US + 20 * MINUTE_US, "/b")]
    middle = View("1", NOON_US + 40 * MINUTE_US, "/c")
    for level in ["REPEATABLE READ", "READ COMMITTED", "SERIALIZABLE"]:
        made(dwell, engine, views)
        refresh = dwell.sql("mysql", "refresh", *WINDOW)
        first, second = engine.server.connect(database="shop"), engine.server.connect(database="shop")
        until, after = refresh.split("\nCOMMIT;\n\nDROP")
        run(first, until)
        same("mysql, who reads meanwhile", engine.sessions(), [])
        engine.run("SET innodb_lock_wait_timeout = 1")
        engine.load([middle], 1)
        if level == "REPEATABLE READ":
            refused(engine, dwell.sql("mysql", "rebuild"), "Lock wait timeout")
        run(second, f"SET SESSION TRANSACTION ISOLATION LEVEL {level}")
        waits = threading.Thread(target=run, args=(second, refresh))
        waits.start()
        waits.join(0.2)
        assert waits.is_alive(), "mysql: the second refresh does not wait"
        run(first, "COMMIT;\n\nDROP" + after)
        waits.join(20)
        file = cases.write_csv(folder / "two.csv", [*views, middle])
        same(f"mysql, after two refreshes at once, {level}", engine.sessions(), dwell.sessions(file, "30m"))
        first.close()
        second.close()


def run(db: pymysql.connections.Connection, script: str) -> None:
    with db.cursor() as cursor:
        cursor.execute(script)
        while cursor.nextset():
            pass


ALL = [
    blanks_and_long_texts,
    modes,
    tables_that_are_there,
    windows_that_are_none,
    a_client_of_few_characters,
    few_rows_are_read,
    two_at_once,
]
