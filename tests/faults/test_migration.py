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
GROW = "ALTER TABLE approvals_approvalitem ADD COLUMN grown integer"


@pytest.fixture
def reader(portal, accepted):
    """Somebody's long report, which nothing that changes the table can pass."""
    with closing(psycopg2.connect(portal.stack.postgres.url)) as reader:
        reader.cursor().execute("SELECT count(*) FROM approvals_approvalitem")
        yield reader


def seconds(visitor, item) -> float:
    """Until the item's page, or the word that it cannot be shown, has come."""
    began = time.monotonic()
    assert visitor.get(item.get_absolute_url()).status_code in {200, 503}
    return time.monotonic() - began


def test_behind_a_long_report_it_freezes_no_page_and_loses_nothing(
    portal, reader, accepted, omar, sink
):
    portal.start_web()
    portal.start_worker("deliveries")
    portal.start_beat()
    visitor = Visitor(portal, omar)
    addresses = write_mails(20, portal.clock.now())
    migration = portal.manage("migrate", "--noinput", **NEXT)
    eventually(lambda: "trying again" in migration.last_words(100))

    # For longer than it waits each time, and than it pauses.
    times = [seconds(visitor, accepted) for _ in range(40)]
    assert max(times) < LIMIT, times
    portal.ring(DELIVER, "deliveries")
    eventually(lambda: addresses <= arrived(sink))
    assert migration.alive

    with Load(portal) as load:
        reader.rollback()
        eventually(lambda: not migration.alive)
        assert migration.process.returncode == 0, migration.last_words()
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
    seconds(visitor, accepted)
    with (
        closing(psycopg2.connect(portal.stack.postgres.url)) as other,
        ThreadPoolExecutor() as at,
    ):
        change = at.submit(other.cursor().execute, GROW)
        try:
            eventually(lambda: ask("SELECT 1 FROM pg_locks WHERE NOT granted"))
            assert seconds(visitor, accepted) > LIMIT
        finally:
            reader.rollback()
            change.result(30)
            other.rollback()
