"""Policies as data: which steps a clock has, which policy holds, and what a change does."""

from collections import Counter
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError
from django.utils import timezone

from approvals.items.clock import Limit
from approvals.models import ApprovalItem
from approvals.packaged import load_catalogue
from approvals.supervision import operations as supervision
from approvals.supervision.operations.item_subject import ITEMS
from huadu_portal.accounts.models import Department
from huadu_portal.errors import NotAllowed
from huadu_portal.escalation import operations as escalation
from huadu_portal.escalation.forms import PolicyStepForm
from huadu_portal.escalation.models import (
    EscalationPolicy,
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
from huadu_portal.workdays.published import calendar
from tests.approvals.moments import reminded, swept
from tests.conftest import DAY, HOUR, MONDAY, SHANGHAI
from tests.escalation.policies import a_step, in_force, moment, morning, review

pytestmark = pytest.mark.django_db


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

    def test_tells_apart_what_is_sent_anyway(self, accepted):
        """Before the sweep: the yellow lamp is told with and without the change."""
        same = list(in_force().steps.all())

        found = effect_of(review(), same, morning(3, 12) + HOUR)

        assert (found.told_by_change, found.told_no_more) == (Counter(), Counter())
        assert found.told_anyway.total() == 1

    def test_tells_apart_what_the_change_alone_sends(self, accepted):
        higher = [a_step("near", Trigger.NEAR, 0), a_step("extra", Trigger.LEFT, 3)]

        found = effect_of(review(), higher, morning(3, 12) + HOUR)

        assert found.told_anyway == Counter()
        assert found.told_by_change == Counter(extra=1)
        assert found.told_no_more.total() == 1
        assert found.steps[0] == ("extra", 1, 0, 0)

    def test_says_what_is_no_longer_sent(self, accepted):
        later = [a_step("late", Trigger.PAST, 2)]

        found = effect_of(review(), later, morning(3, 12) + HOUR)

        assert (found.told_at_once, found.told_no_more.total()) == (Counter(), 1)

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
