"""The next release's migration, run while today's portal works."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest

from tests.faults.cast import DELIVER, all_sent, arrived, ask, repeated, write_mails
from tests.faults.load import Load
from tests.faults.visitor import Visitor
from tests.faults.waiting import eventually

LIMIT = 3  # seconds, for any page
NEXT = {"DJANGO_SETTINGS_MODULE": "tests.faults.grown.settings"}
OUTBOX = "LOCK TABLE notifications_delivery IN {} MODE"
INVALID = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
GROW = "ALTER TABLE approvals_approvalitem ADD COLUMN grown integer"


@pytest.fixture
def reader(portal, accepted):
    """Somebody's long report, which nothing that changes the table can pass."""
    with closing(psycopg2.connect(portal.stack.postgres.url)) as reader:
        reader.cursor().execute("SELECT count(*) FROM approvals_approvalitem")
        yield reader


def ask_for(visitor, item) -> tuple[int, float]:
    """The status of the item's page, and the seconds until it has come."""
    began = time.monotonic()
    status = visitor.get(item.get_absolute_url()).status_code
    return status, time.monotonic() - began


def tries(migration) -> int:
    return migration.end_of_log(1000).count("trying again")


def test_behind_a_long_report_it_freezes_no_page_and_loses_nothing(
    portal, reader, accepted, omar, sink
):
    portal.start_web()
    portal.start_worker("deliveries")
    portal.start_beat()
    visitor = Visitor(portal, omar)
    addresses = write_mails(20, portal.clock.now())
    migration = portal.manage("migrate", "--noinput", **NEXT)
    eventually(lambda: tries(migration))

    # While it waits as well as while it pauses.
    before = tries(migration)
    while tries(migration) < before + 2:
        status, seconds = ask_for(visitor, accepted)
        assert status == 200
        assert seconds < LIMIT
        assert migration.alive
    portal.ring(DELIVER, "deliveries")
    eventually(lambda: addresses <= arrived(sink))
    assert migration.alive

    with Load(portal) as load:
        reader.rollback()
        eventually(lambda: not migration.alive)
        assert migration.process.returncode == 0, migration.end_of_log()
        # Old code beside the new table.
        before = len(load.written)
        eventually(lambda: len(load.written) > before + 5)
    portal.ring(DELIVER, "deliveries")
    portal.let_pass(minutes=1)

    eventually(all_sent)
    assert load.written <= arrived(sink)
    assert repeated(sink) == []
    assert ask("SELECT count(*) FROM pg_indexes WHERE indexname = 'grown'") == [(1,)]


def test_one_that_waited_as_long_as_it_takes_would_freeze_them(
    portal, reader, accepted, omar, sink
):
    portal.start_web()
    visitor = Visitor(portal, omar)
    ask_for(visitor, accepted)
    with (
        closing(psycopg2.connect(portal.stack.postgres.url)) as other,
        ThreadPoolExecutor() as at,
    ):
        change = at.submit(other.cursor().execute, GROW)
        try:
            eventually(lambda: ask("SELECT 1 FROM pg_locks WHERE NOT granted"))
            _status, seconds = ask_for(visitor, accepted)
            assert seconds > LIMIT
        finally:
            reader.rollback()
            change.result(30)
            other.rollback()


@pytest.fixture
def writers(portal, db):
    """Two who are about to write into the outbox; they wait for each other as long as it takes."""
    with (
        closing(psycopg2.connect(portal.stack.postgres.superuser_url, dbname="portal")) as one,
        closing(
            psycopg2.connect(portal.stack.postgres.superuser_url, dbname="portal")
        ) as other,
    ):
        for each in (one, other):
            each.cursor().execute("SET deadlock_timeout = '1h'")
            each.commit()
        yield one, other


def test_an_index_that_ends_in_a_deadlock_is_told_of_and_not_tried_again(portal, writers):
    first = portal.manage("migrate", "grown", "0001", "--noinput", **NEXT)
    assert first.process.wait(120) == 0, first.end_of_log()
    for each in writers:
        each.cursor().execute(OUTBOX.format("ROW EXCLUSIVE"))
    migration = portal.manage("migrate", "--noinput", **NEXT)
    ahead = eventually(blocker)
    one, other = sorted(writers, key=lambda each: each.info.backend_pid != ahead)

    with ThreadPoolExecutor() as at:
        # The one it does not wait for yet waits for it; then its turn comes.
        waits = at.submit(other.cursor().execute, OUTBOX.format("SHARE UPDATE EXCLUSIVE"))
        eventually(lambda: len(ask("SELECT 1 FROM pg_locks WHERE NOT granted")) == 2)
        one.rollback()
        waits.result(60)
    status = migration.process.wait(60)

    assert (status, tries(migration)) == (1, 0)
    assert "grown.0002_index has stopped half-way" in migration.end_of_log(100)
    assert ask(INVALID) == [("grown",)]


def blocker() -> int | None:
    """Whom the making of an index waits for."""
    found = ask(
        "SELECT pg_blocking_pids(pid) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%%'"
    )
    return found and found[0][0] and found[0][0][0]
