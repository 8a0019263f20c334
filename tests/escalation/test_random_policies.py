"""Reminders after random policies and outages, against a walk from day to day."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals.acts import operations as acts
from approvals.items.operations import dates
from approvals.models import ApprovalItem
from huadu_portal.errors import NotAllowed
from huadu_portal.escalation import operations as escalation
from huadu_portal.escalation.models import Trigger
from huadu_portal.escalation.operations import publish_policy
from huadu_portal.monitoring.calendar_publication import publish as publish_calendar
from huadu_portal.workdays.published import calendar
from tests import explorations
from tests.approvals.reference_calendar import near_by_trying, works
from tests.conftest import DAY, MONDAY, SHANGHAI, person
from tests.escalation.policies import a_step, in_force, review
from tests.escalation.reminders import reminders_of
from tests.workdays.notices import with_days_off

pytestmark = pytest.mark.django_db


# Of a March that the published calendar leaves as it is.
WEEKDAYS = [day for n in range(4, 32) if (day := date(2025, 3, n)).weekday() < 5]
RUNGS = st.lists(
    st.tuples(
        st.sampled_from(Trigger.values),
        st.integers(1, 15),
        st.sampled_from(["working", "calendar"]),
        st.sampled_from([0, 0, 6, 10]),
    ),
    min_size=1,
    max_size=6,
)
LIMITS = st.tuples(st.integers(1, 25), st.sampled_from(["working", "calendar"]))


class TestEqualsThePureSet:
    """I6: what is written equals what a walk day by day finds, whatever sweeps were missed."""

    @given(
        rungs=RUNGS,
        hours=st.lists(st.integers(1, 24 * 45), min_size=1, max_size=12, unique=True),
        promised=LIMITS,
        by_law=st.none() | LIMITS,
        off=st.lists(st.sampled_from(WEEKDAYS), max_size=4, unique=True),
        moved_after=st.integers(1, 24 * 30),
    )
    @settings(
        max_examples=explorations.of(40, 12),
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    def test_after_random_ladders_and_outages(
        self, accepted, chen, hana, rungs, hours, promised, by_law, off, moved_after
    ):
        # The same as in the last example is refused, and in force already.
        with suppress(NotAllowed):
            publish_calendar(with_days_off(2025, *off), by=None, at=MONDAY)
        rows = [
            a_step(f"r{n}", trigger, value, unit=unit, min_days=least)
            for n, (trigger, value, unit, least) in enumerate(rungs)
        ]
        sweeps = [MONDAY + timedelta(hours=hour) for hour in sorted(hours)]
        moved_at = MONDAY + timedelta(hours=moved_after, minutes=1)

        with transaction.atomic():
            publish_policy(review(), rows, by=chen, at=MONDAY, replaces=in_force())
            first, second = swept_around_an_event(
                accepted, promised, by_law, sweeps, moved_at, hana
            )
            found = set(
                reminders_of(accepted).values_list(
                    "rung", "occasion", "recorded_at", "is_superseded"
                )
            )
            # The next example begins where this one has.
            transaction.set_rollback(True)

        walk = Walk(promised, by_law, frozenset(off), {MONDAY: first, moved_at: second})
        assert found == walk.reminders(rows, sweeps)


def swept_around_an_event(item, promised, by_law, sweeps, moved_at, head):
    """The item's version before and after it was handed to a colleague in between."""
    item = ApprovalItem.objects.get(pk=item.pk)
    item.promised_days, item.promised_unit = promised
    if by_law:
        item.statutory_days, item.statutory_unit = by_law
    dates.recompute(item, calendar())
    item.next_rung_at = MONDAY
    item.save()
    for at in sweeps:
        if at < moved_at:
            escalation.remind(at)
    other = person("otto", "officer", "planning")
    moved = acts.transfer(item, by=head, at=moved_at, version=item.version, to=other)
    for at in sweeps:
        if at > moved_at:
            escalation.remind(at)
    return item.version, moved.version


@dataclass(frozen=True)
class Walk:
    """The reminders of an item that was accepted on MONDAY, found by going from day to day.

    `events` are the item's versions by the moment since which each holds.
    """

    promised: tuple[int, str]
    by_law: tuple[int, str] | None
    off: frozenset[date]
    events: dict[datetime, int]

    def reminders(self, rungs, sweeps):
        written, there = set(), set()
        for at in sweeps:
            if not (9 <= at.astimezone(SHANGHAI).hour < 18 and self.works(self.day(at))):
                continue
            since = max(moment for moment in self.events if moment <= at)
            moments = {
                (row.code, self.events[since] if row.trigger == "quiet" else 0): moment
                for row in rungs
                if self.promised[0] >= row.min_days
                and (moment := self.moment(row, since))
                and MONDAY <= moment <= at
            }
            told = self.told(rungs, moments, there)
            written |= {(*mark, at, mark != told) for mark in set(moments) - there}
            there |= set(moments)
        return written

    @staticmethod
    def told(rungs, moments, there):
        """The highest, the last of those at one moment; a silence only below all others."""
        place = {row.code: n for n, row in enumerate(rungs)}
        quiet = {row.code for row in rungs if row.trigger == "quiet"}
        for are_quiet in (False, True):
            marks = [mark for mark in moments if (mark[0] in quiet) == are_quiet]
            highest = max(marks, key=lambda mark: (moments[mark], place[mark[0]]), default=None)
            if highest and highest not in there:
                return highest
        return None

    def moment(self, row, since):
        due = self.end(*self.promised)
        by_law = self.by_law and self.end(*self.by_law)
        match row.trigger:
            case "since":
                day = self.on(self.day(MONDAY), row.value, row.unit)
            case "share":
                days, unit = self.promised
                used = next(n for n in range(days + 1) if 100 * n >= row.value * days)
                day = self.back(due, days - used, unit)
            case "near":
                day = self.end(near_by_trying(self.promised[0]), self.promised[1])
            case "left":
                day = self.back(due, row.value, row.unit)
            case "past":
                day = self.on(due, row.value, row.unit)
            case "statutory_past":
                day = by_law and self.on(by_law, row.value, row.unit)
            case "quiet":
                day = self.on(self.day(since), row.value, "working")
        return day and datetime.combine(self.next_work(day), time(9), SHANGHAI)

    def end(self, days, unit):
        return self.next_work(self.on(self.day(MONDAY), days, unit))

    def on(self, day, days, unit):
        """Day 0 is a day that counts."""
        while unit == "working" and not self.works(day):
            day += DAY
        while days:
            day += DAY
            days -= unit == "calendar" or self.works(day)
        return day

    def back(self, day, days, unit):
        while days:
            day -= DAY
            days -= unit == "calendar" or self.works(day)
        return day

    def next_work(self, day):
        while not self.works(day):
            day += DAY
        return day

    def works(self, day):
        return works(day) and day not in self.off

    @staticmethod
    def day(at):
        return at.astimezone(SHANGHAI).date()
