"""The sweep: whatever has reached a rung is pushed back to the people who can move it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone

from approvals import ladder
from approvals.models import ApprovalItem, Reminder, Rung
from approvals.operations.dates import rungs_of
from approvals.operations.notices import RECEIVING, params_of
from huadu_portal.accounts.models import User
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import Message, notify_all
from huadu_portal.workdays.published import calendar
from projects.models import Application
from projects.operations import shown

BATCH = 200

ITEM_KINDS = {
    Rung.NEAR: Kind.REMINDER_NEAR,
    Rung.OVERDUE: Kind.REMINDER_OVERDUE,
    Rung.STATUTORY: Kind.REMINDER_STATUTORY,
}
APPLICATION_KINDS = {
    Rung.NEAR: Kind.APPLICATION_NEAR,
    Rung.OVERDUE: Kind.APPLICATION_OVERDUE,
}


def remind(at: datetime) -> int:
    """Write every reminder that is due and tell its audience; how many were sent.

    Safe however often, late or parallel it runs: it asks what is due, never whether it
    is due today; rows are claimed with SKIP LOCKED and unique per subject, epoch, rung.
    Disturbs nobody on days off and outside office hours; what is due then waits.
    """
    if not ladder.is_office_hour(at, calendar(), timezone.get_default_timezone()):
        return 0
    return _sweep(_remind_of_items, at) + _sweep(_remind_of_applications, at)


def _sweep(batch: Callable, at: datetime) -> int:
    """Batch after batch, each its own transaction, until one comes back short."""
    sent = 0
    while True:
        claimed, reminded = batch(at)
        sent += reminded
        if claimed < BATCH:
            return sent


@transaction.atomic
def _remind_of_items(at: datetime) -> tuple[int, int]:
    items = _claim(ApprovalItem.objects.select_related("approval_type", "project"), at)
    # Asked once the items are ours: a publication has recomputed them before, or waits.
    published = calendar()
    rungs = {item: rungs_of(item, published) for item in items}
    sent = _write("item", rungs, at)
    people = Audience(items) if sent else None
    notify_all(
        [_reminder_of(item, rung, people.of(item, rung)) for item, rung in sent.items()], at=at
    )
    return _go_on(rungs, at), len(sent)


@transaction.atomic
def _remind_of_applications(at: datetime) -> tuple[int, int]:
    """The window's own limit: near on the last day for an answer, then overdue."""
    applications = _claim(Application.objects.all(), at)
    published = calendar()
    rungs = {
        application: ladder.steps(
            near_on=application.due_on,
            due_on=application.due_on,
            statutory_due_on=None,
            since=application.submitted_at,
            calendar=published,
            zone=timezone.get_default_timezone(),
        )
        for application in applications
    }
    sent = _write("application", rungs, at)
    notify_all([_push_to_window(subject, rung) for subject, rung in sent.items()], at=at)
    return _go_on(rungs, at), len(sent)


def _claim(subjects: models.QuerySet, at: datetime) -> list:
    """Due rows in the order of their index; other sweeps pass over them."""
    return list(
        subjects.filter(next_rung_at__lte=at)
        .order_by("next_rung_at", "pk")
        .select_for_update(of=["self"], no_key=True, skip_locked=True)[:BATCH]
    )


def _write(subject_name: str, rungs: dict, at: datetime) -> dict:
    """Record what has been reached and not yet been; the highest of each is to be sent."""
    known = Reminder.objects.filter(**{f"{subject_name}__in": list(rungs)})
    there = set(known.values_list(subject_name, "epoch", "rung"))
    reminders, sent = [], {}
    for subject, steps in rungs.items():
        reached = [
            step
            for step in steps
            if step.at <= at and (subject.pk, subject.epoch, step.rung) not in there
        ]
        reminders += [
            Reminder(
                epoch=subject.epoch,
                rung=step.rung,
                reached_at=step.at,
                recorded_at=at,
                is_superseded=step is not reached[-1],
                **{subject_name: subject},
            )
            for step in reached
        ]
        if reached:
            sent[subject] = Rung(reached[-1].rung)
    Reminder.objects.bulk_create(reminders)
    return sent


def _go_on(rungs: dict, at: datetime) -> int:
    """Set each subject's next rung; how many there were."""
    subjects_by_next = defaultdict(list)
    for subject, steps in rungs.items():
        following = next((step.at for step in steps if step.at > at), None)
        subjects_by_next[following].append(subject)
    # What is due together goes on together: a few statements for a whole batch.
    for following, subjects in subjects_by_next.items():
        rows = type(subjects[0]).objects.filter(pk__in=[subject.pk for subject in subjects])
        rows.update(next_rung_at=following)
    return len(rungs)


class Audience:
    """Who is told of a batch's rungs, read once for all of it."""

    def __init__(self, items: Iterable[ApprovalItem]):
        departments = {item.department_id for item in items}
        named = {pk for item in items for pk in (item.officer_id, item.project.agent_id)}
        ours = models.Q(role__in=[*RECEIVING, User.Role.DEPARTMENT_HEAD])
        people = User.objects.filter(
            models.Q(pk__in=named)
            | models.Q(role=User.Role.CENTRE_HEAD)
            | ours & models.Q(department__in=departments),
            is_active=True,
        )
        self.by_pk = {user.pk: user for user in people}
        self.by_role = defaultdict(list)
        for user in people:
            self.by_role[user.role].append(user)

    def of(self, item: ApprovalItem, rung: Rung) -> list[User]:
        """near: officer and agent; overdue: and the department's head; statutory: and the
        centre's head (states.md, Audience)."""
        officer = self.by_pk.get(item.officer_id)
        # One who has left or moved on is not asked; the colleagues are.
        serves = officer and officer.department_id == item.department_id
        people = [officer] if serves else self._of_department(item, RECEIVING)
        people = [*people, *self.agent_of(item)]
        if rung in {Rung.OVERDUE, Rung.STATUTORY}:
            people = [*people, *self._of_department(item, [User.Role.DEPARTMENT_HEAD])]
        if rung == Rung.STATUTORY:
            people = [*people, *self.by_role[User.Role.CENTRE_HEAD]]
        return people

    def agent_of(self, item: ApprovalItem) -> list[User]:
        agent = self.by_pk.get(item.project.agent_id)
        return [agent] if agent else []

    def _of_department(self, item, roles) -> list[User]:
        return [
            user
            for role in roles
            for user in self.by_role[role]
            if user.department_id == item.department_id
        ]


def _reminder_of(item: ApprovalItem, rung: Rung, people: list[User]) -> Message:
    params = params_of(item)
    if rung == Rung.STATUTORY:
        params["due"] = shown(item.statutory_due_on)
    return Message(
        people,
        ITEM_KINDS[rung],
        params=params,
        url=item.get_absolute_url(),
        event_key=f"item:{item.pk}:{item.epoch}:{rung}",
        subject=item.pk,
    )


def _push_to_window(application: Application, rung: Rung) -> Message:
    roles = [User.Role.WINDOW]
    if rung == Rung.OVERDUE:
        roles.append(User.Role.CENTRE_HEAD)
    return Message(
        User.objects.filter(role__in=roles, is_active=True),
        APPLICATION_KINDS[rung],
        params={"number": application.number, "due": shown(application.due_on)},
        url=f"/admin/projects/application/{application.pk}/change/",
        event_key=f"application:{application.pk}:{application.epoch}:{rung}",
    )
