"""The sweep: whatever has reached a rung is pushed back to the people who can move it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from approvals import ladder
from approvals.models import ApprovalItem, Reminder, Rung
from approvals.operations.acts import rungs_of
from approvals.operations.notices import officers_of, params_of
from huadu_portal.accounts.models import User
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import notify
from huadu_portal.workdays.published import calendar
from projects.models import Application
from projects.operations import shown, window

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
    """Write every reminder that is due and tell its audience; how many were written.

    Safe however often, late or parallel it runs: it asks what is due, never whether it
    is due today; rows are claimed with SKIP LOCKED and unique per subject, epoch, rung.
    Disturbs nobody on days off and outside office hours; what is due then waits.
    """
    published, zone = calendar(), timezone.get_default_timezone()
    if not ladder.is_office_hour(at, published, zone):
        return 0
    written = 0
    for sweep in (_sweep_items, _sweep_applications):
        while True:
            claimed, reminders = sweep(at, published)
            written += reminders
            if claimed < BATCH:
                break
    return written


@transaction.atomic
def _sweep_items(at: datetime, published) -> tuple[int, int]:
    items = list(
        ApprovalItem.objects.filter(next_rung_at__lte=at)
        .order_by("next_rung_at", "pk")
        .select_for_update(of=["self"], no_key=True, skip_locked=True)
        .select_related("approval_type", "project__agent", "officer")[:BATCH]
    )
    written = 0
    for item in items:
        rungs = rungs_of(item, published)
        highest = _write(at, rungs, item=item, epoch=item.epoch)
        if highest:
            _push_back(item, highest, at)
        written += bool(highest)
        item.next_rung_at = _next(rungs, at)
    ApprovalItem.objects.bulk_update(items, ["next_rung_at"])
    return len(items), written


@transaction.atomic
def _sweep_applications(at: datetime, published) -> tuple[int, int]:
    applications = list(
        Application.objects.filter(next_rung_at__lte=at)
        .order_by("next_rung_at", "pk")
        .select_for_update(of=["self"], no_key=True, skip_locked=True)[:BATCH]
    )
    written = 0
    for application in applications:
        rungs = ladder.steps(
            near_on=application.due_on,
            due_on=application.due_on,
            statutory_due_on=None,
            since=application.submitted_at,
            calendar=published,
            zone=timezone.get_default_timezone(),
        )
        highest = _write(at, rungs, application=application, epoch=application.epoch)
        if highest:
            _push_to_window(application, highest, at)
        written += bool(highest)
        application.next_rung_at = _next(rungs, at)
    Application.objects.bulk_update(applications, ["next_rung_at"])
    return len(applications), written


def _write(at: datetime, rungs: list[ladder.Step], **subject) -> Rung | None:
    """Record what has been reached and not yet been; the highest is the one to send."""
    there = set(Reminder.objects.filter(**subject).values_list("rung", flat=True))
    reached = [step for step in rungs if step.at <= at and step.rung not in there]
    Reminder.objects.bulk_create(
        [
            Reminder(
                rung=step.rung,
                reached_at=step.at,
                recorded_at=at,
                is_superseded=step is not reached[-1],
                **subject,
            )
            for step in reached
        ]
    )
    return Rung(reached[-1].rung) if reached else None


def _next(rungs: list[ladder.Step], at: datetime) -> datetime | None:
    return next((step.at for step in rungs if step.at > at), None)


def _push_back(item: ApprovalItem, rung: Rung, at: datetime) -> None:
    params = params_of(item)
    if rung == Rung.STATUTORY:
        params["due"] = shown(item.statutory_due_on)
    notify(
        _audience(item, rung),
        ITEM_KINDS[rung],
        params=params,
        url=item.get_absolute_url(),
        event_key=f"item:{item.pk}:{item.epoch}:{rung}",
        at=at,
    )


def _audience(item: ApprovalItem, rung: Rung) -> list[User]:
    """near: officer and agent; overdue: and the department's head; statutory: and the
    centre's head (states.md, Audience)."""
    people = [*officers_of(item)]
    if item.project.agent:
        people.append(item.project.agent)
    if rung in {Rung.OVERDUE, Rung.STATUTORY}:
        people += User.objects.filter(
            role=User.Role.DEPARTMENT_HEAD,
            department=item.department_id,
            is_active=True,
        )
    if rung == Rung.STATUTORY:
        people += User.objects.filter(role=User.Role.CENTRE_HEAD, is_active=True)
    return people


def _push_to_window(application: Application, rung: Rung, at: datetime) -> None:
    people = window()
    if rung == Rung.OVERDUE:
        people += User.objects.filter(role=User.Role.CENTRE_HEAD, is_active=True)
    notify(
        people,
        APPLICATION_KINDS[rung],
        params={"number": application.number, "due": shown(application.due_on)},
        url=f"/admin/projects/application/{application.pk}/change/",
        event_key=f"application:{application.pk}:{application.epoch}:{rung}",
        at=at,
    )
