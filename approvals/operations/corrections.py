"""An unanswered request for correction: the firm is reminded, then the window may close it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from approvals.models import CorrectionRequest, CorrectionStage, Status
from approvals.operations.notices import params_of
from approvals.operations.reminders import Audience
from approvals.operations.watching import BATCH, in_office_hours
from huadu_portal.clock import civil_day
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import Message, notify_all
from projects.operations import people_of, shown, window

# After so long without an answer the window may close an item (brief §3.4) ...
CORRECTION_PATIENCE = timedelta(30)
# ... and ten days before that the firm is reminded.
REMIND_AFTER = timedelta(20)


def watch_corrections(at: datetime) -> int:
    """Remind of every request for correction that stays unanswered; how many were told of.

    Like commitments: late or parallel runs tell once, of two stages missed only the later
    is told, and nobody is disturbed out of office hours.
    """
    return in_office_hours(_watch_batch, at)


@transaction.atomic
def _watch_batch(at: datetime) -> int:
    requests = _claim(at)
    if not requests:
        return 0
    audience = Audience([request.item for request in requests])
    at_window = window()
    for request in requests:
        request.stage_told = _stage_at(request, at)
    notify_all([_message(each, audience, at_window) for each in requests], at=at)
    CorrectionRequest.objects.bulk_update(requests, ["stage_told"])
    return len(requests)


def _claim(at: datetime) -> list[CorrectionRequest]:
    to_firm = Q(asked_at__lte=at - REMIND_AFTER, stage_told=CorrectionStage.NONE)
    to_window = Q(asked_at__lte=at - CORRECTION_PATIENCE, stage_told__lt=CorrectionStage.LAPSED)
    due = CorrectionRequest.objects.filter(
        to_firm | to_window, answered_at=None, item__status=Status.CORRECTING
    )
    return list(
        due.select_related("item__approval_type", "item__project__enterprise")
        .order_by("asked_at", "pk")
        .select_for_update(of=["self"], no_key=True, skip_locked=True)[:BATCH]
    )


def _stage_at(request: CorrectionRequest, at: datetime) -> CorrectionStage:
    has_lapsed = request.asked_at <= at - CORRECTION_PATIENCE
    return CorrectionStage.LAPSED if has_lapsed else CorrectionStage.REMINDED


def _message(request: CorrectionRequest, audience: Audience, at_window) -> Message:
    """The firm and its agent; after thirty days the window and the agent."""
    item = request.item
    agent = audience.agent_of(item)
    if request.stage_told == CorrectionStage.LAPSED:
        kind, people = Kind.CORRECTION_LAPSED, [*at_window, *agent]
    else:
        kind, people = Kind.CORRECTION_UNANSWERED, [*people_of(item.project.enterprise), *agent]
    until = civil_day(request.asked_at + CORRECTION_PATIENCE)
    return Message(
        people,
        kind,
        params=params_of(item) | {"due": shown(until)},
        url=item.get_absolute_url(),
        event_key=f"correction:{request.pk}:{kind}",
        subject=item.pk,
        note="",
    )
