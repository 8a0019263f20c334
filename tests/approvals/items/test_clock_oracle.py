"""The official clock against counting day by day, written from docs/states.md alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.items.clock import Limit, Pause, dates, days_used, last_day, merged, near_day
from approvals.items.limits import dates_of_type, limits_of
from approvals.models import ApprovalItem, ApprovalType
from huadu_portal.workdays import statutory
from huadu_portal.workdays.arithmetic import Calendar
from tests.approvals.reference_calendar import (
    NOTICES,
    ONE_DAY,
    due_by_walking,
    near_by_trying,
    stopped_days,
    used_by_walking,
    works,
)
from tests.conftest import MONDAY

CALENDAR = Calendar(
    {day.date: day.is_workday for notice in NOTICES for day in notice.days},
    {notice.year for notice in NOTICES},
    statutory.holidays(),
)
FIRST = date(2018, 1, 1)


def on(month, day, year=2024):
    return date(year, month, day)


units = st.sampled_from(["working", "calendar"])
starts = st.dates(FIRST, date(2026, 12, 31))


@st.composite
def limits(draw, most=60):
    return Limit(draw(st.integers(0, most)), draw(units), draw(starts))


@st.composite
def pauses_around(draw, start):
    """Some begin before day 0 or after the due date; some last no day, touch or overlap."""
    found, day = [], start + timedelta(draw(st.integers(-40, 90)))
    for _ in range(draw(st.integers(0, 4))):
        end = day + timedelta(draw(st.integers(0, 25)))
        found.append(Pause(day, end))
        day = end + timedelta(draw(st.integers(-5, 30)))
    return draw(st.permutations(found))


@st.composite
def stopped_limits(draw):
    limit = draw(limits())
    return limit, draw(pauses_around(limit.start))


class TestLastDay:
    @given(stopped_limits())
    def test_is_what_walking_finds(self, case):
        limit, pauses = case

        assert last_day(limit, merged(pauses), CALENDAR) == due_by_walking(limit, pauses)

    @given(stopped_limits())
    def test_is_a_day_of_work_on_which_the_clock_runs(self, case):
        limit, pauses = case

        due = last_day(limit, merged(pauses), CALENDAR)

        assert works(due)
        assert due not in stopped_days(pauses)

    @given(stopped_limits(), st.integers(1, 25))
    def test_a_stop_after_it_moves_nothing(self, case, length):
        limit, pauses = case
        due = last_day(limit, merged(pauses), CALENDAR)
        late = Pause(due + ONE_DAY, due + ONE_DAY + timedelta(length))

        assert last_day(limit, merged([*pauses, late]), CALENDAR) == due

    @given(limits(), st.integers(1, 25))
    def test_a_stop_before_day_0_moves_nothing(self, limit, length):
        early = Pause(limit.start - timedelta(length), limit.start)

        due = last_day(limit, merged([early]), CALENDAR)

        assert due == last_day(limit, [], CALENDAR)

    def test_a_stop_on_the_day_an_end_rolled_on_to_moves_it(self):
        # Thirty days from 1 September end on 1 October, in the holiday: on the 8th.
        limit = Limit(30, "calendar", on(9, 1))

        due = last_day(limit, [Pause(on(10, 8), on(10, 9))], CALENDAR)

        assert due == on(10, 9)

    @pytest.mark.parametrize(
        ("accepted", "days", "due"),
        [
            (on(9, 5), 6, on(9, 13)),
            (on(9, 5), 20, on(10, 10)),
            (on(9, 5), 30, on(10, 23)),
            (on(9, 5), 45, on(11, 13)),
            (on(9, 13), 1, on(9, 14)),
            (on(9, 27), 3, on(10, 8)),
            (on(10, 1), 5, on(10, 14)),
            (on(1, 24, 2025), 5, on(2, 7, 2025)),
            (on(2, 13, 2026), 5, on(2, 27, 2026)),
        ],
    )
    def test_agrees_with_the_vectors(self, accepted, days, due):
        assert last_day(Limit(days, "working", accepted), [], CALENDAR) == due

    def test_agrees_with_the_vector_of_a_stop(self):
        stop = Pause(on(9, 9), on(9, 12))

        assert last_day(Limit(6, "working", on(9, 5)), [stop], CALENDAR) == on(9, 19)


class TestDaysUsed:
    @given(stopped_limits(), st.integers(-10, 150))
    def test_is_what_walking_finds(self, case, later):
        limit, pauses = case
        today = limit.start + timedelta(later)

        used = days_used(limit.start, today, limit.unit, CALENDAR, pauses)

        assert used == used_by_walking(limit.start, today, limit.unit, pauses)

    @given(stopped_limits())
    def test_on_the_last_working_day_all_are_used(self, case):
        limit, pauses = case
        limit = Limit(limit.days, "working", limit.start)
        due = last_day(limit, merged(pauses), CALENDAR)

        assert days_used(limit.start, due, "working", CALENDAR, pauses) == limit.days


class TestDates:
    @given(limits(), st.none() | limits(), st.data())
    def test_each_limit_counts_the_stops_in_its_own_unit(self, promised, statutory, data):
        pauses = data.draw(pauses_around(promised.start))

        found = dates(promised, statutory, pauses, CALENDAR)

        near = Limit(near_by_trying(promised.days), promised.unit, promised.start)
        yellow_from = due_by_walking(near, pauses) if promised.days else promised.start
        assert found.near_on == yellow_from
        assert found.due_on == due_by_walking(promised, pauses)
        by_law = statutory and due_by_walking(statutory, pauses)
        assert found.statutory_due_on == by_law

    @given(limits(), st.data())
    def test_it_is_never_yellow_after_the_due_date(self, promised, data):
        found = dates(promised, None, data.draw(pauses_around(promised.start)), CALENDAR)

        assert found.near_on <= found.due_on

    def test_without_limits_there_are_no_dates(self):
        found = dates(None, None, [Pause(on(9, 9), on(9, 12))], CALENDAR)

        assert (found.near_on, found.due_on, found.statutory_due_on) == (None, None, None)


def test_it_turns_yellow_at_seventy_percent_or_two_days_left():
    assert [near_day(n) for n in range(1, 400)] == [near_by_trying(n) for n in range(1, 400)]


class TestLimits:
    """Which day a limit starts on, and how many days it has."""

    def item(self, **fields):
        kind = ApprovalType(statutory_from="receipt")
        return ApprovalItem(
            approval_type=kind,
            submitted_at=MONDAY,
            accepted_at=MONDAY + 3 * ONE_DAY,
            promised_days=10,
            statutory_days=30,
            **fields,
        )

    def test_one_may_run_from_receipt_and_the_other_from_acceptance(self):
        promised, statutory = limits_of(self.item())

        assert promised == Limit(10, "working", on(3, 6, 2025))
        assert statutory == Limit(30, "working", on(3, 3, 2025))

    def test_an_extension_lengthens_both(self):
        promised, statutory = limits_of(self.item(extension_days=10))

        assert (promised.days, statutory.days) == (20, 40)

    def test_a_type_without_limits_has_no_dates(self):
        found = dates_of_type(ApprovalType(), on(9, 5), on(9, 5), CALENDAR)

        assert (found.due_on, found.statutory_due_on) == (None, None)
