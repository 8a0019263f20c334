"""manage.py verify_history: a chain holds, or the first broken row is named."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from approvals.items.operations import record_heads
from approvals.models import ApprovalItem, HistoryHead, ItemEvent
from tests.conftest import DAY, MONDAY

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


def rechain(item):
    """As somebody who knows how digests are made and writes the whole chain anew."""
    previous = ""
    for event in item.events.order_by("number"):
        previous = event.digest_after(previous)
        ItemEvent.objects.filter(pk=event.pk).update(digest=previous)


@pytest.fixture
def headed(time_machine, request):
    """Recorded on Tuesday, and the day's head written on Wednesday."""
    time_machine.move_to(MONDAY + DAY, tick=False)
    granted = request.getfixturevalue("unguarded")
    assert record_heads(MONDAY + 2 * DAY) == 1
    return granted


# What a column could be changed to, each by as little as it takes.
CHANGES = {
    "id": "id + 1000000",
    "item_id": "(SELECT id FROM approvals_approvalitem WHERE version = 0 LIMIT 1)",
    "number": "number + 10",
    "at": "at + interval '1 microsecond'",
    "recorded_at": "recorded_at + interval '1 microsecond'",
    "by_id": "NULL",
    "from_status": "'planned'",
    "to_status": "'declined'",
    "act": "act || 'x'",
    "note": "note || ' '",
    "digest": "translate(digest, '0123456789abcdef', '123456789abcdef0')",
}


class TestAnyColumn:
    def test_is_among_the_changes(self):
        assert set(CHANGES) == {field.column for field in ItemEvent._meta.fields}

    @pytest.mark.parametrize("column", CHANGES)
    def test_that_was_changed_is_found_and_located(self, headed, column):
        event = headed.events.get(number=2)
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE approvals_itemevent SET {column} = {CHANGES[column]} WHERE id = %s",
                [event.pk],
            )

        with pytest.raises(CommandError, match=rf"{headed.pk}, event|{event.pk}\)|2025-03-04"):
            call_command("verify_history")


class TestDailyHeads:
    def test_fit_an_untouched_history(self, headed, capsys):
        call_command("verify_history")

        assert "1 daily heads fit" in capsys.readouterr().out

    def test_tell_of_a_chain_that_was_written_anew(self, headed):
        headed.events.filter(number=2).update(note="never said")
        rechain(headed)

        with pytest.raises(CommandError, match="2025-03-04: its events are not those"):
            call_command("verify_history")

    def test_tell_of_a_head_that_does_not_follow(self, headed):
        record_heads(MONDAY + 3 * DAY)
        forged = HistoryHead.over(date(2025, 3, 6), "0" * 64, [])
        forged.save()

        with pytest.raises(CommandError, match="2025-03-06: it does not follow"):
            call_command("verify_history")

    def test_tell_of_a_history_written_anew_with_all_its_heads(self, headed, tmp_path, capsys):
        call_command("export_head")
        exported = tmp_path / "heads.txt"
        exported.write_text(capsys.readouterr().out)
        call_command("verify_history", heads=exported)
        headed.events.filter(number=2).update(note="never said")
        rechain(headed)
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE approvals_historyhead")
        record_heads(MONDAY + 2 * DAY)
        call_command("verify_history")

        with pytest.raises(CommandError, match="not the one that was exported"):
            call_command("verify_history", heads=exported)
