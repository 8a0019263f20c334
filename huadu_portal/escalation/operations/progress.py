"""Which steps a subject has reached, which come next and when, and who will be told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.escalation.audience import Audience
from huadu_portal.escalation.models import CardLevel, Reminder
from huadu_portal.escalation.operations.sweep import escalations_of
from huadu_portal.escalation.schedule import DueStep
from huadu_portal.escalation.subjects import Course, SubjectType, T
from huadu_portal.ui.choices import ColoredText
from huadu_portal.workdays.arithmetic import Calendar


class StepState(ColoredText):
    TOLD = "told", "green", _("sent to recipients")
    SUPERSEDED = "superseded", "neutral", _("superseded by a higher one")
    DUE = "due", "yellow", _("at the next sweep")
    AHEAD = "ahead", "blue", _("ahead")
    SKIPPED = "skipped", "neutral", _("no longer sent")


@dataclass(frozen=True)
class StepProgress:
    """A step as it stands now; `people` are those who will be told."""

    code: str
    name: str
    state: StepState
    at: datetime
    card: CardLevel | None
    people: list[User]
    reminder: Reminder | None


@dataclass(frozen=True)
class LadderProgress:
    course: Course
    steps: list[StepProgress]
    # Until then nobody is reminded.
    paused_until: datetime | None


def ladder_progress_of(
    subject_type: SubjectType[T],
    subject: T,
    reminders: Iterable[Reminder],
    at: datetime,
    published: Calendar,
) -> LadderProgress | None:
    """How it stands, given all its reminders; None while nobody has to be reminded of it."""
    found = escalations_of(subject_type, [subject], published, civil_day(at))
    if not found:
        return None
    escalation, course = found[0], found[0].course
    epoch = subject_type.epoch_of(subject)
    recorded = {
        (reminder.rung, reminder.occasion): reminder
        for reminder in reminders
        if (reminder.epoch, reminder.course) == (epoch, course.code)
    }
    reached = [due for due in escalation.steps if due.at <= at]
    responsibility = subject_type.responsibility_of(subject)
    audience = Audience(subject_type, [responsibility])
    steps = []
    for due in escalation.steps:
        step, reminder = due.step, recorded.get((due.step.code, due.occasion))
        state = _state(due, reminder, reached)
        is_ahead = state in {StepState.DUE, StepState.AHEAD}
        people = (
            audience.of(responsibility, course.recipients(step.audience)) if is_ahead else []
        )
        card = CardLevel(step.card) if step.card else None
        steps.append(StepProgress(step.code, str(step), state, due.at, card, people, reminder))
    return LadderProgress(course, steps, escalation.paused_until)


def reminders_of(subject_type: SubjectType[T], subject: T) -> QuerySet[Reminder]:
    """All that were ever recorded of it, the newest first."""
    return Reminder.objects.about(subject_type.kind, [subject.pk])


def earlier_reminders(
    reminders: Iterable[Reminder], steps: Sequence[StepProgress]
) -> list[Reminder]:
    """Those that are no step of the policy as it stands: of another matter, epoch, version
    or silence."""
    shown = {step.reminder.pk for step in steps if step.reminder}
    return [reminder for reminder in reminders if reminder.pk not in shown]


def _state(due: DueStep, reminder: Reminder | None, reached: Sequence[DueStep]) -> StepState:
    if reminder:
        return StepState.SUPERSEDED if reminder.is_superseded else StepState.TOLD
    if due not in reached:
        return StepState.AHEAD
    return StepState.DUE if due is reached[-1] else StepState.SKIPPED
