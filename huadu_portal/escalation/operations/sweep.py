"""The sweep: whoever can move what has reached a step is told of it."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Value
from django.utils import timezone

from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.escalation.audience import Audience
from huadu_portal.escalation.models import Reminder
from huadu_portal.escalation.operations.policies import Policies
from huadu_portal.escalation.operations.recheck import recheck_requested
from huadu_portal.escalation.schedule import DueStep, due_steps, step_to_tell
from huadu_portal.escalation.subjects import (
    Course,
    Escalation,
    SubjectType,
    T,
    ToldStep,
    subject_types,
)
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import Message, notify_all
from huadu_portal.rows import insert_values, set_each
from huadu_portal.transient_errors import is_disk_full
from huadu_portal.workdays.arithmetic import Calendar
from huadu_portal.workdays.office_hours import is_office_hour
from huadu_portal.workdays.published import calendar

logger = logging.getLogger(__name__)

BATCH = 500
# What could not be reminded of is passed by, and tried again after that.
AFTER_FAILURE = timedelta(hours=1)


def remind(at: datetime) -> int:
    """Write every reminder that is due and tell its audience; how many were sent.

    Safe however often, late or parallel it runs: it asks what is due, never whether it
    is due today; rows are claimed with SKIP LOCKED and unique per subject, epoch, step.
    Disturbs nobody on days off and outside office hours; what is due then waits.
    """
    if not is_office_hour(at, calendar(), timezone.get_default_timezone()):
        return 0
    recheck_requested(at)
    return sum(_sweep(subject_type, at) for subject_type in _having_due(at))


def _having_due(at: datetime) -> list[SubjectType]:
    """The types of which something is due: one question, however much waits."""
    first, *others = [
        subject_type.model._default_manager.filter(next_rung_at__lte=at)
        .order_by()
        .values_list(Value(subject_type.kind), flat=True)[:1]
        for subject_type in subject_types()
    ]
    kinds = set(first.union(*others, all=True))
    return [subject_type for subject_type in subject_types() if subject_type.kind in kinds]


def _sweep(subject_type: SubjectType[T], at: datetime) -> int:
    """Batch after batch, each its own transaction, until one comes back short."""
    sent = 0
    while True:
        try:
            claimed, told = _remind(subject_type, at, BATCH)
        except Exception:  # whatever one row provokes, the others are to be told
            logger.exception("a batch of %s failed; now one by one", subject_type.kind)
            claimed, told = _one_by_one(subject_type, at)
        sent += told
        if claimed < BATCH:
            return sent


def _one_by_one(subject_type: SubjectType[T], at: datetime) -> tuple[int, int]:
    """The same rows alone; the one that fails is put off and named in the log."""
    due = subject_type.model._default_manager.filter(next_rung_at__lte=at).order_by(
        "next_rung_at", "pk"
    )
    keys, sent = list(due.values_list("pk", flat=True)[:BATCH]), 0
    for key in keys:
        try:
            sent += _remind(subject_type, at, 1, pk=key)[1]
        except Exception as error:
            if is_disk_full(error):
                # No row's fault: none is put off, and the next turn takes them all.
                raise
            logger.exception("%s %s cannot be reminded of", subject_type.kind, key)
            subject_type.model._default_manager.filter(pk=key).update(
                next_rung_at=at + AFTER_FAILURE
            )
    return len(keys), sent


@transaction.atomic
def _remind(
    subject_type: SubjectType[T], at: datetime, size: int, **only: object
) -> tuple[int, int]:
    """One batch: how many rows were claimed, and how many reminders told."""
    subjects = _claim(subject_type, at, size, **only)
    if not subjects:
        return 0, 0
    # Asked once the rows are ours: a publication has recomputed them before, or waits.
    escalations = escalations_of(subject_type, subjects, calendar(), civil_day(at))
    told = _write(subject_type, escalations, at)
    if told:
        subject_type.on_told(told, at=at)
        notify_all(_messages(subject_type, told), at=at)
    _go_on(subject_type, subjects, escalations, at)
    return len(subjects), len(told)


def _claim(subject_type: SubjectType[T], at: datetime, size: int, **only: object) -> list[T]:
    """Due rows in the order of their index; other sweeps pass over them."""
    due = subject_type.model._default_manager.filter(next_rung_at__lte=at, **only)
    due = subject_type.with_related(due).order_by("next_rung_at", "pk")
    return list(due.select_for_update(of=["self"], no_key=True, skip_locked=True)[:size])


def escalations_of(
    subject_type: SubjectType[T], subjects: Sequence[T], published: Calendar, today: date
) -> list[Escalation[T]]:
    """Of the subjects, those that are waited for, with all steps of their policies; writes
    nothing."""
    subject_type.prepare(subjects, published)
    policies, paused = Policies(), subject_type.paused(subjects, today)
    zone = timezone.get_default_timezone()
    found = []
    for subject in subjects:
        if course := subject_type.course_of(subject):
            rules = policies.steps_for(course, subject_type.responsibility_of(subject))
            steps = due_steps(rules, subject_type.timing_of(subject), published, zone)
            found.append(Escalation(subject, course, steps, paused.get(subject.pk)))
    return found


def _write(
    subject_type: SubjectType[T], escalations: Iterable[Escalation[T]], at: datetime
) -> list[ToldStep[T]]:
    """Record what has been reached and not yet been; the highest of each is to be told."""
    moving = [each for each in escalations if each.steps and not each.paused_until]
    there = recorded(subject_type, [each.subject for each in moving])
    # Each step that is new, and whether it is the one that is told.
    steps: list[tuple[Escalation[T], DueStep, bool]] = []
    for each in moving:
        mark = partial(mark_of, subject_type, each.subject, each.course)
        reached = [due for due in each.steps if due.at <= at]
        known = [due for due in reached if mark(due) in there]
        told = step_to_tell(reached, known)
        steps += [(each, due, due is told) for due in reached if due not in known]
    rows = [_row(subject_type, *step, at) for step in steps]
    return [
        ToldStep(each.subject, each.course, due, key)
        for (each, due, is_told), key in zip(steps, insert_values(Reminder, rows), strict=True)
        if is_told
    ]


# What a reminder of a step is unique by: key of the subject, epoch, course, step, occasion.
Mark = tuple[str, int, str, str, int]


def mark_of(subject_type: SubjectType[T], subject: T, course: Course, due: DueStep) -> Mark:
    epoch = subject_type.epoch_of(subject)
    return str(subject.pk), epoch, course.code, due.step.code, due.occasion


def recorded(subject_type: SubjectType[T], subjects: Iterable[T]) -> set[Mark]:
    """The marks of all reminders there are of these subjects."""
    known = Reminder.objects.about(subject_type.kind, (subject.pk for subject in subjects))
    return set(known.values_list("subject_key", "epoch", "course", "rung", "occasion"))


def _row(
    subject_type: SubjectType[T],
    escalation: Escalation[T],
    due: DueStep,
    is_told: bool,
    at: datetime,
) -> dict[str, Any]:
    """A reminder as the table has it: they are too many to make a record of each."""
    return {
        "subject_kind": subject_type.kind,
        "subject_key": escalation.subject.pk,
        "course": escalation.course.code,
        "epoch": subject_type.epoch_of(escalation.subject),
        "rung": due.step.code,
        "rung_name": due.step.name,
        "rung_name_en": due.step.name_en,
        "occasion": due.occasion,
        "reached_at": due.at,
        "recorded_at": at,
        "is_superseded": not is_told,
    }


def _go_on(
    subject_type: SubjectType[T],
    subjects: Iterable[T],
    escalations: Iterable[Escalation[T]],
    at: datetime,
) -> None:
    """Set when the sweep has to look again at each: never at what is no longer waited for."""
    following: dict[UUID, datetime | None] = dict.fromkeys(each.pk for each in subjects)
    following |= {each.subject.pk: each.next_after(at) for each in escalations}
    set_each(subject_type.model, "next_rung_at", following)


def _messages(subject_type: SubjectType[T], told: Sequence[ToldStep[T]]) -> Iterable[Message]:
    parts = [subject_type.responsibility_of(each.subject) for each in told]
    audience = Audience(subject_type, parts)
    for each, responsibility in zip(told, parts, strict=True):
        people = audience.of(responsibility, each.course.recipients(each.due.step.audience))
        yield from messages_of(subject_type, each, people)


def messages_of(
    subject_type: SubjectType[T], told: ToldStep[T], people: Sequence[User]
) -> Iterable[Message]:
    """The text of the step with the words in it, in both languages.

    A leader reads of it in the morning's digest, whatever the step (docs/states.md).
    """
    step, subject = told.due.step, told.subject
    words = subject_type.words_of(subject)
    english = words | {key.removesuffix("_en"): words[key] for key in words if "_en" in key}
    message = Message(
        [user for user in people if user.role != User.Role.LEADER],
        Kind.REMINDER,
        params={"text": step.text % words, "text_en": step.text_en % english},
        url=subject_type.url_of(subject),
        event_key=_event_key(subject_type, told),
        note=subject_type.note_of(subject),
        subject=subject_type.message_subject_of(subject),
        at_once=step.is_urgent,
        channels=step.channels,
    )
    yield message
    if leaders := [user for user in people if user.role == User.Role.LEADER]:
        yield replace(message, recipients=leaders, at_once=False)


def _event_key(subject_type: SubjectType[T], told: ToldStep[T]) -> str:
    """What no second message about the same step may have."""
    *mark, occasion = mark_of(subject_type, told.subject, told.course, told.due)
    key = ":".join(map(str, [subject_type.kind, *mark]))
    return f"{key}:{occasion}" if occasion else key
