"""The lamp in Python and in SQL, and the day it turns yellow."""

from datetime import date, timedelta
from itertools import product

import pytest

from approvals.items.clock import near_day
from approvals.models import ApprovalItem, Lamp, Status

TODAY = date(2025, 3, 10)
BEFORE, AFTER = TODAY - timedelta(1), TODAY + timedelta(1)
# Yellow from, promised by, due by law; as acceptance sets them, and without a limit.
DATES = [
    (near, due, statutory)
    for near, due, statutory in product(
        [None, BEFORE, TODAY, AFTER], [None, BEFORE, TODAY, AFTER], [None, BEFORE, TODAY, AFTER]
    )
    if (near is None) == (due is None) and (near is None or near <= due)
]


@pytest.mark.parametrize(
    ("limit", "yellow"),
    [(1, 1), (3, 3), (5, 5), (6, 4), (7, 5), (10, 7), (20, 14), (60, 42)],
)
def test_it_turns_yellow_at_seventy_percent_or_two_days_left(limit, yellow):
    assert near_day(limit) == yellow


def lamps_in_sql(item):
    return [
        lamp
        for lamp in Lamp
        if ApprovalItem.objects.filter(pk=item.pk).with_lamp(lamp, TODAY).exists()
    ]


def test_python_and_sql_agree_on_every_combination(accepted):
    for near, due, statutory in DATES:
        dates = {"near_on": near, "due_on": due, "statutory_due_on": statutory}
        ApprovalItem.objects.filter(pk=accepted.pk).update(**dates)
        accepted.refresh_from_db()

        assert lamps_in_sql(accepted) == [accepted.lamp_on(TODAY)], dates


@pytest.mark.parametrize("status", [s for s in Status if s != Status.ACCEPTED])
def test_only_a_running_item_has_a_live_lamp(status):
    item = ApprovalItem(status=status, due_on=BEFORE, statutory_due_on=BEFORE)

    assert item.lamp_on(TODAY) == Lamp.NONE


@pytest.mark.parametrize(
    ("near", "due", "statutory", "lamp"),
    [
        (AFTER, AFTER, AFTER, Lamp.GREEN),
        (TODAY, AFTER, AFTER, Lamp.YELLOW),
        (BEFORE, TODAY, AFTER, Lamp.YELLOW),
        (BEFORE, BEFORE, TODAY, Lamp.RED),
        (BEFORE, BEFORE, BEFORE, Lamp.DEEP_RED),
        (BEFORE, BEFORE, None, Lamp.RED),
        (None, None, BEFORE, Lamp.NONE),
    ],
)
def test_the_colours_of_states_md(near, due, statutory, lamp):
    item = ApprovalItem(
        status=Status.ACCEPTED, near_on=near, due_on=due, statutory_due_on=statutory
    )

    assert item.lamp_on(TODAY) == lamp
