"""Policies as data: which steps a clock has, which policy holds, and what a change does."""

import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals.acts import operations as acts
from approvals.items.clock import Limit
from approvals.items.operations import dates
from approvals.models import ApprovalItem, Card, Commitment, SupervisionOrder
from approvals.packaged import load_catalogue
from approvals.supervision import operations as supervision
from approvals.supervision.operations.subjects import ITEMS
from huadu_portal.accounts.models import Department
from huadu_portal.errors import NotAllowed
from huadu_portal.escalation import operations as escalation
from huadu_portal.escalation.forms import PolicyStepForm
from huadu_portal.escalation.models import (
    EscalationPolicy,
    RecheckRequest,
    Reminder,
    Step,
    Trigger,
)
from huadu_portal.escalation.operations import publish_policy, retire_policy
from huadu_portal.escalation.operations.effects import effect_of
from huadu_portal.escalation.operations.policies import check_text
from huadu_portal.escalation.operations.sweep import escalations_of, recorded
from huadu_portal.escalation.schedule import Timing, due_steps, moment_of
from huadu_portal.escalation.subjects import course_named, courses, subject_types
from huadu_portal.monitoring.calendar_publication import publish as publish_calendar
from huadu_portal.notifications.models import Delivery
from huadu_portal.workdays.published import calendar
from tests import explorations
from tests.approvals.moments import reminded, resumed_by, suspended_by, swept
from tests.approvals.reference_calendar import near_by_trying, works
from tests.conftest import DAY, HOUR, MONDAY, SHANGHAI, item_of, person
from tests.escalation.reminders import reminders_of
from tests.workdays.notices import with_days_off

pytestmark = pytest.mark.django_db


def morning(month, day):
    return datetime(2025, month, day, 9, tzinfo=SHANGHAI)


def a_step(code="r", trigger=Trigger.PAST, value=1, **fields):
    said = {"name": code, "name_en": code, "text": f"{code}：%(item)s", "text_en": code}
    return Step(
        code=code,
        trigger=trigger,
        value=value,
        **{"audience": ["officer"]} | said | fields,
    )


def review(**fields):
    return EscalationPolicy(course="review", note="试行", **fields)


def in_force(course="review", **scope):
    return EscalationPolicy.objects.current().get(
        course=course, **{"department": None, "grade": ""} | scope
    )


class TestMoments:
    """A limit of ten working days from Monday 3 March 2025, promised by the 17th."""

    @pytest.mark.parametrize(
        ("trigger", "value", "expected"),
        [
            (Trigger.SINCE, 0, MONDAY),
            (Trigger.SINCE, 2, morning(3, 5)),
            (Trigger.SHARE, 50, morning(3, 10)),
            (Trigger.SHARE, 100, morning(3, 17)),
            (Trigger.NEAR, 0, morning(3, 12)),
            (Trigger.LEFT, 1, morning(3, 14)),
            (Trigger.LEFT, 0, morning(3, 17)),
            (Trigger.PAST, 1, morning(3, 18)),
            (Trigger.PAST, 3, morning(3, 20)),
            (Trigger.QUIET, 3, morning(3, 6)),
            # No limit by law: no such step.
            (Trigger.STATUTORY_PAST, 1, None),
        ],
    )
    def test_of_every_trigger(self, accepted, trigger, value, expected):
        item = ApprovalItem.objects.get(pk=accepted.pk)
        (escalation,) = escalations_of(ITEMS, [item], calendar(), MONDAY.date())

        found = moment_of(
            a_step(trigger=trigger, value=value),
            ITEMS.timing_of(item),
            calendar(),
            timezone.get_default_timezone(),
        )

        assert found == expected
        assert escalation.course.code == "review"

    def test_a_day_off_rolls_on(self):
        # Seven calendar days before Friday the 11th is 清明节; the Monday after it works.
        timing = Timing(MONDAY, due_on=date(2025, 4, 11))
        before = a_step(trigger=Trigger.LEFT, value=7, unit="calendar")

        assert moment(before, timing) == morning(4, 7)

    def test_what_lies_before_the_clock_began_is_no_step(self):
        timing = Timing(MONDAY, due_on=(MONDAY + DAY).date())
        steps = [a_step("early", Trigger.LEFT, 2), a_step("due", Trigger.LEFT, 0)]

        found = due_steps(steps, timing, calendar(), SHANGHAI)

        assert [due.step.code for due in found] == ["due"]

    def test_a_limit_too_short_skips_it(self):
        day = MONDAY.date()
        timing = Timing(MONDAY, Limit(5, "working", day), due_on=day + 7 * DAY)
        steps = [
            a_step("long", Trigger.LEFT, 1, min_days=6),
            a_step("enough", Trigger.LEFT, 1, min_days=5),
            a_step("any", Trigger.LEFT, 1),
        ]

        found = due_steps(steps, timing, calendar(), SHANGHAI)

        assert [due.step.code for due in found] == ["enough", "any"]


def moment(step, timing):
    return moment_of(step, timing, calendar(), SHANGHAI)


@pytest.mark.parametrize("subject_type", subject_types(), ids=lambda each: each.kind)
def test_of_nothing_nothing_is_recorded(subject_type, db):
    """Their keys are of two kinds; a batch in which nobody waits any more has neither."""
    assert recorded(subject_type, []) == set()


class TestDefaults:
    def test_every_course_has_one_for_all(self, catalogue):
        policies = EscalationPolicy.objects.current().filter(department=None, grade="")

        assert {row.course for row in policies} == {course.code for course in courses()}

    def test_every_text_can_be_written(self, catalogue):
        for row in Step.objects.select_related("policy"):
            check_text(course_named(row.policy.course), row.text)
            check_text(course_named(row.policy.course), row.text_en)

    def test_loading_again_leaves_what_the_desk_has_changed(self, catalogue, chen):
        new = publish_policy(review(), [a_step()], by=chen, at=MONDAY, replaces=in_force())

        assert load_catalogue(at=MONDAY).added == []
        assert in_force() == new

    def test_loading_wakes_what_waits(self, accepted):
        escalation.remind(MONDAY + HOUR)
        Reminder.objects.all().delete()
        EscalationPolicy.objects.filter(course="review").delete()
        ApprovalItem.objects.update(next_rung_at=None)

        call_command("load_catalogue")

        assert swept(MONDAY + 2 * HOUR, "review") == 1


class TestAmongStaff:
    """How staff push each other is no firm's business."""

    @pytest.mark.parametrize("course", ["order", "help"])
    def test_no_step_tells_a_firm_of_it(self, catalogue, chen, course):
        new = EscalationPolicy(course=course, note="试行")
        to_firm = a_step(audience=["officer", "firm"])

        with pytest.raises(ValidationError):
            publish_policy(new, [to_firm], by=chen, at=MONDAY, replaces=in_force(course))

    def test_nor_does_the_form_offer_it(self):
        offered = {
            course: dict(PolicyStepForm(course=course).fields["audience"].choices)
            for course in ("order", "help", "review")
        }

        assert ["firm" in roles for roles in offered.values()] == [False, False, True]


class TestScope:
    """The most precise policy holds: department and grade, then of either, then for all."""

    def special(self, by, code, **scope):
        publish_policy(
            review(**scope), [a_step(code, Trigger.SINCE, 0)], by=by, at=MONDAY, replaces=None
        )

    def test_of_the_department(self, accepted, chen):
        planning = Department.objects.get(code="planning")
        self.special(chen, "theirs", department=planning)
        self.special(chen, "others", department=Department.objects.get(code="water"))

        escalation.remind(MONDAY + HOUR)

        assert reminded("review", "theirs") == ["omar"]
        assert reminded("review", "assigned") == []

    def test_of_the_grade(self, accepted, chen):
        self.special(chen, "graded", grade=accepted.project.grade)

        escalation.remind(MONDAY + HOUR)

        assert reminded("review", "graded") == ["omar"]

    def test_both_come_first(self, accepted, chen):
        planning = Department.objects.get(code="planning")
        self.special(chen, "theirs", department=planning)
        self.special(chen, "graded", grade=accepted.project.grade)
        self.special(chen, "both", department=planning, grade=accepted.project.grade)

        escalation.remind(MONDAY + HOUR)

        assert set(Reminder.objects.values_list("rung", flat=True)) == {"both"}

    def test_ended_the_general_one_holds_again(self, accepted, chen):
        planning = Department.objects.get(code="planning")
        self.special(chen, "theirs", department=planning)

        retire_policy(in_force(department=planning), by=chen, at=MONDAY)
        escalation.remind(MONDAY + HOUR)

        assert reminded("review", "assigned") == ["omar"]

    def test_the_general_one_cannot_be_ended(self, catalogue, chen):
        with pytest.raises(NotAllowed):
            retire_policy(in_force(), by=chen, at=MONDAY)


class TestVersions:
    def test_a_new_one_replaces_the_old_which_stays_to_be_read(self, catalogue, chen):
        old = in_force()

        new = publish_policy(review(), [a_step()], by=chen, at=MONDAY, replaces=old)

        old.refresh_from_db()
        assert (new.version, old.replaced_at) == (2, MONDAY)
        assert old.steps.count() == 8
        assert in_force() == new

    def test_two_at_once_are_told_apart(self, catalogue, chen):
        old = in_force()
        publish_policy(review(), [a_step()], by=chen, at=MONDAY, replaces=old)

        with pytest.raises(NotAllowed):
            publish_policy(review(), [a_step("x")], by=chen, at=MONDAY, replaces=old)

    def test_the_database_knows_one_in_force(self, catalogue):
        with pytest.raises(IntegrityError, match="ladder_one_in_force"):
            EscalationPolicy.objects.create(course="review", version=7, published_at=MONDAY)

    @pytest.mark.parametrize("who", ["wei", "omar", "hana", "li", "ada"])
    def test_is_for_the_centres_head_and_administrators(self, catalogue, who, request):
        by = request.getfixturevalue(who)
        with pytest.raises(PermissionDenied):
            publish_policy(review(), [a_step()], by=by, at=MONDAY, replaces=in_force())

    @pytest.mark.parametrize("text", ["%(nobody)s", "100%", "%d"])
    def test_a_text_names_only_what_is_known(self, catalogue, chen, text):
        with pytest.raises(ValidationError):
            publish_policy(
                review(), [a_step(text=text)], by=chen, at=MONDAY, replaces=in_force()
            )

    def test_a_step_that_is_put_in_below_is_not_told(self, accepted, chen):
        escalation.remind(morning(3, 12))
        lower = [a_step("extra", Trigger.LEFT, 8), a_step("near", Trigger.NEAR, 0)]
        publish_policy(review(), lower, by=chen, at=morning(3, 12), replaces=in_force())

        assert escalation.remind(morning(3, 12) + HOUR) == 0
        assert Reminder.objects.get(rung="extra").is_superseded

    def test_a_higher_one_is_told_at_once(self, accepted, chen):
        escalation.remind(morning(3, 12))
        higher = [a_step("near", Trigger.NEAR, 0), a_step("extra", Trigger.LEFT, 3)]
        publish_policy(review(), higher, by=chen, at=morning(3, 12), replaces=in_force())

        assert escalation.remind(morning(3, 12) + HOUR) == 1
        assert reminded("review", "extra") == ["omar"]


class TestPreview:
    def test_says_how_many_wait_and_who_would_be_told(self, accepted, chen):
        escalation.remind(morning(3, 12))
        new = [a_step("extra", Trigger.LEFT, 3), a_step("late", Trigger.PAST, 2)]

        found = effect_of(review(), new, morning(3, 12) + HOUR)

        assert (found.waiting, found.moved) == (1, 1)
        assert found.told_at_once == Counter(extra=1)

    def test_the_same_again_changes_nothing(self, accepted):
        escalation.remind(morning(3, 12))
        same = list(in_force().steps.all())

        found = effect_of(review(), same, morning(3, 12) + HOUR)

        assert (found.waiting, found.moved, found.told_at_once) == (1, 0, Counter())

    def test_writes_nothing(self, accepted):
        before = list(EscalationPolicy.objects.values()), list(ApprovalItem.objects.values())

        effect_of(review(), [a_step()], morning(3, 12))

        assert before == (
            list(EscalationPolicy.objects.values()),
            list(ApprovalItem.objects.values()),
        )

    def test_what_is_stopped_would_be_told_nobody(self, accepted, hana):
        supervision.stop_ladder(
            accepted,
            by=hana,
            at=MONDAY + DAY,
            version=accepted.version,
            until=morning(3, 20).date(),
            note="系统升级",
        )

        found = effect_of(review(), [a_step("extra", Trigger.LEFT, 3)], morning(3, 12) + HOUR)

        assert (found.waiting, found.told_at_once) == (1, Counter())

    def test_another_departments_items_are_left_out(self, accepted):
        water = Department.objects.get(code="water")

        assert effect_of(review(department=water), [a_step()], morning(3, 12)).waiting == 0


class TestQuiet:
    """Three working days without an event; every event begins a new silence."""

    def test_each_silence_is_told_once(self, accepted, hana):
        other = person("otto", "officer", "planning")
        counts = [swept(at, "review") for at in (morning(3, 6), morning(3, 7))]
        acts.transfer(
            accepted, by=hana, at=morning(3, 7) + HOUR, version=accepted.version, to=other
        )

        counts += [swept(at, "review") for at in (morning(3, 12), morning(3, 13))]

        assert counts == [1, 0, 1, 0]
        quiet = Reminder.objects.filter(rung="quiet").order_by("occasion")
        assert [reminder.reached_at for reminder in quiet] == [morning(3, 6), morning(3, 12)]

    def test_a_silence_hides_no_delay(self, accepted, hana):
        """An outage over days on which both were reached: the delay is told, with its card."""
        escalation.remind(morning(3, 14))
        other = person("otto", "officer", "planning")
        acts.transfer(accepted, by=hana, at=morning(3, 20), version=accepted.version, to=other)

        escalation.remind(morning(3, 26))

        assert "hana" in reminded("review", "supervision")
        assert Reminder.objects.get(rung="quiet", reached_at__gt=morning(3, 20)).is_superseded
        assert SupervisionOrder.objects.filter(item=accepted).exists()

    def test_pushing_is_no_progress(self, accepted, omar):
        supervision.explain(
            accepted, by=omar, at=MONDAY + DAY, version=accepted.version, note="等专家名单"
        )

        escalation.remind(morning(3, 6))

        assert Reminder.objects.get(rung="quiet").reached_at == morning(3, 6)


class TestStop:
    def stop(self, item, by, until, at=MONDAY + DAY):
        return supervision.stop_ladder(
            item, by=by, at=at, version=item.version, until=until, note="省厅系统升级"
        )

    def test_nobody_is_told_and_no_card_is_shown(self, accepted, hana):
        self.stop(accepted, hana, morning(3, 20).date())

        assert swept(morning(3, 18), "review") == 0
        assert not Card.objects.exists()

    def test_afterwards_the_highest_is_told(self, accepted, hana):
        self.stop(accepted, hana, morning(3, 19).date())
        escalation.remind(morning(3, 18))

        assert swept(morning(3, 19), "review") == 1
        assert "hana" in reminded("review", "overdue")

    def test_lifted_it_goes_on_at_once(self, accepted, hana):
        stopped = self.stop(accepted, hana, morning(3, 31).date())
        escalation.remind(morning(3, 12))

        supervision.lift_stop(stopped, by=hana, at=morning(3, 12), version=stopped.version)

        assert swept(morning(3, 12) + HOUR, "review") == 1

    def test_an_order_is_not_silenced_by_it(self, accepted, hana, chen):
        ordered = supervision.order(
            accepted, by=chen, at=MONDAY + DAY, version=accepted.version, note="限期说明"
        )
        self.stop(ordered, hana, morning(3, 31).date())

        escalation.remind(morning(3, 10))

        assert Card.objects.filter(cause="order_unanswered").exists()

    def test_ends_within_sixty_days(self, accepted, hana):
        for until in (MONDAY + DAY, MONDAY + 62 * DAY):
            with pytest.raises(ValidationError):
                self.stop(accepted, hana, until.date())

    def test_one_at_a_time_and_a_new_one_after_it(self, accepted, hana):
        stopped = self.stop(accepted, hana, morning(3, 6).date())
        with pytest.raises(NotAllowed):
            self.stop(stopped, hana, morning(3, 7).date())

        self.stop(stopped, hana, morning(3, 12).date(), at=morning(3, 6))

        assert stopped.ladder_stops.filter(lifted_at=None).count() == 1

    @pytest.mark.parametrize("who", ["omar", "wei", "olga"])
    def test_is_for_heads(self, accepted, who, request):
        with pytest.raises(PermissionDenied):
            self.stop(accepted, request.getfixturevalue(who), morning(3, 6).date())


class TestPoison:
    def test_what_cannot_be_reminded_of_stands_in_nobodys_way(
        self, accepted, application, wei, monkeypatch
    ):
        """Its turn comes again an hour later; the others are told."""
        words = ITEMS.words_of

        def poisoned(item):
            raise RuntimeError("the row is broken")

        monkeypatch.setattr(ITEMS, "words_of", poisoned)
        at = morning(3, 12)
        assert escalation.remind(at) == 0
        accepted.refresh_from_db()
        assert accepted.next_rung_at == at + timedelta(hours=1)
        assert not reminders_of(accepted).exists()

        monkeypatch.setattr(ITEMS, "words_of", words)
        assert escalation.remind(at + timedelta(hours=1)) == 1


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


class TestWays:
    def test_a_step_may_go_by_some_ways_only(self, accepted, chen, settings):
        settings.GATEWAYS = {"sms": "json://localhost/{address}"}
        accepted.officer.mobile = "13800138001"
        accepted.officer.save()
        texted = a_step("texted", Trigger.SINCE, 0, is_urgent=True, channels=["sms"])
        publish_policy(review(), [texted], by=chen, at=MONDAY, replaces=in_force())

        escalation.remind(MONDAY + HOUR)

        sent = Delivery.objects.filter(notification__kind="reminder")
        assert list(sent.values_list("channel", flat=True)) == ["sms"]

    def test_without_any_named_it_goes_by_all(self, accepted):
        escalation.remind(MONDAY + HOUR)

        sent = Delivery.objects.filter(notification__kind="reminder")
        assert set(sent.values_list("channel", flat=True)) == {"email"}


def hold(item, held, done):
    """As an act does, in a connection of its own."""
    try:
        with transaction.atomic():
            ApprovalItem.objects.select_for_update(no_key=True).get(pk=item.pk)
            held.set()
            done.wait(30)
    finally:
        connection.close()


class TestAround:
    """What the sweep must not forget beside the plain course of an item."""

    def test_a_promise_goes_on_when_a_refusal_is_taken_back(self, accepted, omar, hana):
        promise = Commitment.objects.create(
            item=accepted,
            source="notification",
            text="补交承诺",
            due_on=morning(3, 20).date(),
            made_at=MONDAY,
            next_rung_at=MONDAY,
        )
        refused = acts.refuse(
            accepted, by=omar, at=MONDAY + DAY, version=accepted.version, note="不符合规划"
        )
        escalation.remind(morning(3, 6))
        acts.reopen(
            refused, by=hana, at=morning(3, 7), version=refused.version, note="补充材料"
        )

        escalation.remind(morning(3, 21))

        assert reminders_of(promise, rung="missed", is_superseded=False).exists()

    def test_an_opinion_is_of_no_use_once_it_is_decided(self, accepted, omar):
        asked = acts.consult(
            accepted,
            by=omar,
            at=MONDAY,
            version=accepted.version,
            department=Department.objects.get(code="water"),
            note="请出具意见",
        )
        acts.grant(asked, by=omar, at=MONDAY + DAY, version=asked.version)

        assert swept(morning(3, 12), "consultation") == 0

    def test_a_stop_in_between_shows_no_second_card(self, accepted, omar):
        escalation.remind(morning(3, 18))
        accepted.refresh_from_db()
        stopped = suspended_by(accepted, omar, morning(3, 19))
        resumed_by(stopped, omar, morning(3, 19) + HOUR)

        escalation.remind(morning(3, 19) + 2 * HOUR)

        assert Card.objects.filter(level="yellow").count() == 1

    def test_without_any_officer_somebody_hears_of_it(self, accepted, omar, hana):
        omar.is_active = False
        omar.save()

        escalation.remind(MONDAY + HOUR)

        assert reminded("review", "assigned") == ["hana"]

    def test_who_has_moved_on_is_not_asked_the_colleagues_are(self, accepted, omar):
        person("otto", "officer", "planning")
        omar.department = Department.objects.get(code="water")
        omar.save()

        escalation.remind(MONDAY + HOUR)

        assert reminded("review", "assigned") == ["otto"]

    @pytest.mark.django_db(transaction=True)
    def test_a_recheck_request_lasts_until_all_have_been_looked_at(self, catalogue, accepted):
        """Rows that an act holds just now are passed over, and left for the next time."""
        escalation.remind(morning(3, 12))
        RecheckRequest.objects.create(course="review")
        held, done = threading.Event(), threading.Event()
        act = threading.Thread(target=hold, args=[accepted, held, done])
        act.start()
        held.wait()

        escalation.remind(morning(3, 12) + HOUR)
        still_requested = RecheckRequest.objects.exists()
        done.set()
        act.join()
        escalation.remind(morning(3, 12) + 2 * HOUR)

        assert (still_requested, RecheckRequest.objects.exists()) == (True, False)

    def test_a_day_beyond_the_calendar_reminds_nobody(self):
        timing = Timing(MONDAY, due_on=date(9999, 12, 31))

        assert moment(a_step(trigger=Trigger.PAST, value=1, unit="calendar"), timing) is None

    def test_parts_wait_again_when_their_whole_is_sent_back(self, project, alice, catalogue):
        whole, part = item_of(project, "HD-JG-08"), item_of(project, "HD-JG-04")
        ApprovalItem.objects.filter(pk=part.pk).update(
            status="submitted",
            whole=whole,
            submitted_at=MONDAY,
            notice_due_on=morning(3, 10).date(),
            next_rung_at=None,
        )
        ApprovalItem.objects.filter(pk=whole.pk).update(
            status="submitted",
            submitted_at=MONDAY,
            notice_due_on=morning(3, 10).date(),
            version=1,
        )
        harry = person("harry", "officer", "housing")
        whole.refresh_from_db()

        acts.request_correction(
            whole, by=harry, at=MONDAY + HOUR, version=whole.version, missing=["缺图"]
        )

        assert swept(morning(3, 10), "receipt") == 1
