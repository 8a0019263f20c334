"""Which policy holds for what, how it is changed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huadu_portal.accounts.models import User
from huadu_portal.errors import NotAllowed
from huadu_portal.escalation.models import (
    EscalationPolicy,
    EscalationPolicyQuerySet,
    RecipientRole,
    Step,
)
from huadu_portal.escalation.operations.recheck import request_recheck
from huadu_portal.escalation.subjects import Course, Responsibility, course_named

# Who may change when whom is reminded of what.
EDITORS = {User.Role.CENTRE_HEAD, User.Role.SYSTEM_ADMIN}
# What a policy holds for: course, department and grade; None and "" are all of them.
PolicyScope = tuple[str, UUID | None, str]


class Policies:
    """The steps of all policies in force, read once for a batch."""

    def __init__(self) -> None:
        in_force = Step.objects.filter(policy__in=EscalationPolicy.objects.current())
        self._steps: dict[PolicyScope, list[Step]] = defaultdict(list)
        for step in in_force.select_related("policy").order_by("position"):
            self._steps[_scope_of(step.policy)].append(step)

    def steps_for(self, course: Course, responsibility: Responsibility) -> Sequence[Step]:
        """Of the most precise policy: of department and grade, then of either, then for all."""
        for department in (responsibility.department_id, None):
            for grade in (responsibility.grade, ""):
                if found := self._steps.get((course.code, department, grade)):
                    return found
        return []

    def replacing(self, new: EscalationPolicy, steps: Sequence[Step]) -> "Policies":
        """The same with one that is not in force yet; nothing is written."""
        others = Policies()
        others._steps[_scope_of(new)] = list(steps)
        return others


def _scope_of(policy: EscalationPolicy) -> PolicyScope:
    return policy.course, policy.department_id, policy.grade


def may_edit(user: User) -> bool:
    return user.role in EDITORS


@transaction.atomic
def publish_policy(
    new: EscalationPolicy,
    steps: Sequence[Step],
    *,
    by: User,
    at: datetime,
    replaces: EscalationPolicy | None,
) -> EscalationPolicy:
    """Put a version in force; what waits is looked at by the next sweep.

    `replaces` is the version that was seen. The same sent twice by the same person is answered
    with the version it made (docs/decisions/0033). Raises ValidationError when a step makes no
    sense, NotAllowed when somebody has published another version meanwhile.
    """
    if not may_edit(by):
        raise PermissionDenied
    check_policy(new, steps)
    # One at a time for each course: of the first special one there is no row to lock yet.
    of_course = EscalationPolicy.objects.current().filter(course=new.course)
    list(of_course.order_by("pk").select_for_update(no_key=True))
    now = _in_force(new).first()
    if (now and now.pk) != (replaces and replaces.pk):
        if repeated := _published_already(new, steps, by):
            return repeated
        raise NotAllowed(_("Someone has changed this meanwhile. Please look at it again."))
    if now:
        now.replaced_at = at
        now.save(update_fields=["replaced_at"])
    last = _same(new).order_by("-version").first()
    new.version = last.version + 1 if last else 1
    new.published_at, new.published_by = at, by
    new.save(force_insert=True)
    add_steps(new, steps)
    request_recheck(new.course)
    return new


def _published_already(
    new: EscalationPolicy, steps: Sequence[Step], by: User
) -> EscalationPolicy | None:
    """The version in force, if this person has made it of the same steps and reason."""
    there = _in_force(new).filter(published_by=by, note=new.note).first()
    if there and [step.content for step in there.steps.all()] == [
        step.content for step in steps
    ]:
        return there
    return None


def add_steps(policy: EscalationPolicy, steps: Sequence[Step]) -> None:
    """Write the steps of a new version, in this order; also those of another version."""
    for position, step in enumerate(steps, start=1):
        step.pk, step.policy, step.position = None, policy, position
    Step.objects.bulk_create(steps)


@transaction.atomic
def retire_policy(old: EscalationPolicy, *, by: User, at: datetime) -> None:
    """A special policy ends; the general one holds again. The general one never ends."""
    if not may_edit(by):
        raise PermissionDenied
    if old.department_id is None and not old.grade:
        raise NotAllowed(_("The ladder for all cannot be ended, only changed."))
    if not EscalationPolicy.objects.current().filter(pk=old.pk).update(replaced_at=at):
        raise NotAllowed(_("Someone has changed this meanwhile. Please look at it again."))
    request_recheck(old.course)


def check_policy(new: EscalationPolicy, steps: Sequence[Step]) -> None:
    """Raises ValidationError when the steps make no sense, tell whom they must not, or name
    what is not known of this course. Two steps at one moment make none: the sweep tells the
    higher one and takes the lower one for passed over."""
    if not steps:
        raise ValidationError(_("A ladder needs at least one rung."))
    if len({step.code for step in steps}) != len(steps):
        raise ValidationError(_("Two rungs have the same code."))
    if len({(step.trigger, step.value, step.unit) for step in steps}) != len(steps):
        raise ValidationError(
            _("Two rungs come at the same moment: only the later one would be notified.")
        )
    course = course_named(new.course)
    if course.is_staff_only and any(RecipientRole.FIRM in step.audience for step in steps):
        raise ValidationError(
            _("Internal supervision and coordination is not shown to the enterprise.")
        )
    for step in steps:
        check_text(course, step.text)
        check_text(course, step.text_en)


def check_text(course: Course, text: str) -> None:
    """Raises ValidationError when the text names what is not known of this course."""
    try:
        text % dict.fromkeys(course.words, "")
    except (KeyError, ValueError, TypeError) as error:
        names = "、".join(f"%({word})s" for word in sorted(course.words))
        sentence = _("The text may name: %(names)s. A per cent sign is written twice.")
        raise ValidationError(sentence % {"names": names}) from error


def _same(new: EscalationPolicy) -> EscalationPolicyQuerySet:
    return EscalationPolicy.objects.filter(
        course=new.course, department=new.department_id, grade=new.grade
    )


def _in_force(new: EscalationPolicy) -> QuerySet[EscalationPolicy]:
    return _same(new).current()
