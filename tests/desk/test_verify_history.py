"""manage.py verify_history: a chain holds, or the first broken row is named."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from approvals.models import ApprovalItem, ItemEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def unguarded(granted):
    """As somebody who has got past the trigger that keeps events as they are."""
    table = ItemEvent._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    return granted


def test_an_untouched_history_holds(granted, capsys):
    call_command("verify_history")

    assert "every chain holds" in capsys.readouterr().out


def test_a_changed_note_is_found_and_named(unguarded):
    event = unguarded.events.get(number=2)
    ItemEvent.objects.filter(pk=event.pk).update(note="never said")

    with pytest.raises(CommandError, match=rf"event 2 \(row {event.pk}\)"):
        call_command("verify_history")


def test_a_moved_moment_is_found(unguarded):
    event = unguarded.events.first()
    ItemEvent.objects.filter(pk=event.pk).update(at=event.recorded_at)

    with pytest.raises(CommandError, match="event 1"):
        call_command("verify_history")


def test_a_removed_row_is_found(unguarded):
    unguarded.events.get(number=2).delete()

    with pytest.raises(CommandError, match="an event before it is missing"):
        call_command("verify_history")


def test_a_removed_end_is_found(unguarded):
    unguarded.events.last().delete()

    with pytest.raises(CommandError, match="last events are missing"):
        call_command("verify_history")


def test_nothing_is_a_history_that_holds(db):
    assert not ApprovalItem.objects.exists()
    call_command("verify_history")
