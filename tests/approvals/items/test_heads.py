"""The daily head: one for each day that is over, never changed."""

from datetime import date, datetime

import pytest
from django.db import IntegrityError, InternalError, transaction

from approvals.items.operations import record_heads
from approvals.models import HistoryHead, ItemEvent
from tests.conftest import DAY, HOUR, MONDAY, SHANGHAI

MIDNIGHT = datetime(2025, 3, 4, tzinfo=SHANGHAI)


@pytest.fixture
def history(time_machine, request):
    """A project's first events, recorded on Monday."""
    time_machine.move_to(MONDAY, tick=False)
    return request.getfixturevalue("project")


def test_is_over_the_events_of_the_day(history):
    record_heads(MIDNIGHT + 2 * HOUR)

    head = HistoryHead.objects.get()
    assert (head.day, head.previous) == (date(2025, 3, 3), "")
    assert head.events == ItemEvent.objects.count() > 0


@pytest.mark.parametrize(("after", "written"), [(HOUR / 2, 0), (HOUR, 1)])
def test_waits_for_acts_that_began_before_midnight(history, after, written):
    assert record_heads(MIDNIGHT + after) == written


def test_rests_on_the_day_before_also_where_nothing_happened(history):
    record_heads(MONDAY + 3 * DAY)

    heads = list(HistoryHead.objects.all())
    assert [head.day.day for head in heads] == [3, 4, 5]
    assert [head.previous for head in heads] == ["", heads[0].digest, heads[1].digest]
    assert heads[2].events == 0


def test_is_written_once(history):
    assert record_heads(MONDAY + DAY) == 1
    assert record_heads(MONDAY + DAY) == 0


def test_does_not_exist_before_the_first_event(db):
    assert record_heads(MONDAY) == 0


@pytest.mark.parametrize(
    "change", [lambda heads: heads.update(events=0), lambda heads: heads.delete()]
)
def test_cannot_be_changed(history, change):
    record_heads(MONDAY + DAY)

    with (
        pytest.raises((InternalError, IntegrityError), match="append-only"),
        transaction.atomic(),
    ):
        change(HistoryHead.objects.all())
