"""`migrate` beside people who go on working; on real tables in tests/faults/test_migration.py."""

import pytest
from django.core.management import CommandError, call_command
from django.core.management.commands import migrate as django
from django.db import OperationalError, connection
from psycopg2.errors import DiskFull, LockNotAvailable

from huadu_portal.desk.management.commands import migrate


@pytest.fixture
def failing(monkeypatch):
    """So many times, for such a reason; how often it was tried."""

    def failing(cause, times):
        tries = []

        def handle(self, *args, **options):
            tries.append(1)
            if len(tries) <= times:
                raise OperationalError("no") from cause

        monkeypatch.setattr(django.Command, "handle", handle)
        monkeypatch.setattr(migrate, "PAUSE", 0)
        return tries

    return failing


def test_a_lock_not_had_is_asked_for_again(db, failing):
    tries = failing(LockNotAvailable(), times=3)

    call_command("migrate")

    assert len(tries) == 4


def test_in_the_end_it_gives_up_and_says_so(db, failing):
    failing(LockNotAvailable(), times=migrate.TRIES)

    with pytest.raises(CommandError, match="quiet hour"):
        call_command("migrate")


def test_any_other_failure_ends_it_at_once(db, failing):
    tries = failing(DiskFull(), times=3)

    with pytest.raises(OperationalError):
        call_command("migrate")

    assert len(tries) == 1


def test_afterwards_the_limits_of_all_others_hold_again(db):
    """The tables of these tests were made by it, over this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("5s",)
