"""Pushing without moving: explain a delay, ask for help, nudge, order, stop the ladder."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from approvals.items.events import ANSWER_HELP
from approvals.items.models import ApprovalItem
from approvals.items.operations.dates import opening_of
from approvals.items.operations.history import note_act
from approvals.items.operations.notices import officers_of, tell, tell_officer
from approvals.items.operations.reasons import reason_of, required_text
from approvals.supervision.models import ExplanationDemand, HelpRequest, LadderStop, Nudge
from approvals.supervision.operations.notices import heads_of, tell_heads, tell_helpers
from approvals.supervision.operations.proposals import give_order
from huadu_portal.accounts.models import User
from huadu_portal.acts import operation
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Kind
from huadu_portal.workdays.published import calendar

# Working days for an answer to a request for coordination.
HELP_DAYS = 3
# Working days for an explanation that a chief officer has demanded.
EXPLANATION_DAYS = 2
# A ladder is stopped for a while, never for good.
STILL_AT_MOST = timedelta(60)


@operation
def explain(item: ApprovalItem, *, by: User, at: datetime, note: str) -> ApprovalItem:
    """Say why it takes longer; the heads read it, and it stands in the history."""
    note = reason_of(note, item)
    note_act(item, act="explain", by=by, at=at, note=note)
    # The sweep finds that nobody waits for it any more.
    item.explanation_demands.unanswered().update(
        answered_at=at, answered_by=by, next_rung_at=at
    )
    tell_heads(item, Kind.DELAY_EXPLAINED, at=at, note=note, but=by)
    return item


@operation
def ask_help(item: ApprovalItem, *, by: User, at: datetime, note: str) -> ApprovalItem:
    """Ask the centre to bring the parties together; owed an answer within three days."""
    request = HelpRequest.objects.create(
        item=item,
        question=reason_of(note, item),
        asked_at=at,
        asked_by=by,
        due_on=calendar().add(civil_day(at), HELP_DAYS),
        next_rung_at=at,
    )
    note_act(item, act="ask_help", by=by, at=at, note=request.question)
    tell_helpers(request, Kind.HELP_ASKED, at=at)
    return item


@operation
def answer_help(request: HelpRequest, *, by: User, at: datetime, text: str) -> HelpRequest:
    """The centre, or whoever accompanies the project, answers."""
    item = request.item
    request.answer, request.answered_at, request.answered_by = required_text(text), at, by
    request.save()
    note_act(item, act=ANSWER_HELP, by=by, at=at, note=request.answer)
    tell([request.asked_by], item, Kind.HELP_ANSWERED, at=at, note=request.answer)
    return request


@operation
def nudge(item: ApprovalItem, *, by: User, at: datetime, note: str = "") -> ApprovalItem:
    """催办: the project's agent asks after it, once a working day."""
    today = civil_day(at)
    if not calendar().is_workday(today):
        raise NotAllowed(_("Today is a day off; no reminders are sent."), version=item.version)
    if item.nudges.filter(by=by, on=today).exists():
        raise NotAllowed(_("You have already sent a reminder today."), version=item.version)
    Nudge.objects.create(item=item, on=today, at=at, by=by, note=note)
    note_act(item, act="nudge", by=by, at=at, note=note)
    tell_officer(item, Kind.ITEM_NUDGED, at=at, note=note)
    return item


@operation
def demand_explanation(
    item: ApprovalItem, *, by: User, at: datetime, note: str
) -> ApprovalItem:
    """The project's chief officer asks the department why it takes so long.

    Owed within two working days; demanded again meanwhile, by the day that there is.
    """
    note = reason_of(note, item)
    if not item.explanation_demands.unanswered().exists():
        ExplanationDemand.objects.create(
            item=item,
            demand=note,
            asked_at=at,
            asked_by=by,
            due_on=calendar().add(civil_day(at), EXPLANATION_DAYS),
            next_rung_at=at,
        )
    note_act(item, act="demand_explanation", by=by, at=at, note=note)
    heads = heads_of(item)
    tell([*officers_of(item), *heads], item, Kind.EXPLANATION_ASKED, at=at, note=note)
    return item


@operation
def order(item: ApprovalItem, *, by: User, at: datetime, note: str) -> ApprovalItem:
    """督办: a head or a leader demands an answer; it shows a card."""
    give_order(item, item.department_id, by=by, at=at, demand=reason_of(note, item))
    return item


@operation
def stop_ladder(
    item: ApprovalItem, *, by: User, at: datetime, until: date, note: str
) -> ApprovalItem:
    """Be still until a day, with a reason: what is reached meanwhile is told afterwards."""
    today = civil_day(at)
    if not today < until <= today + STILL_AT_MOST:
        sentence = _("Please choose a day within the next sixty days.")
        raise ValidationError({"until": sentence})
    _check_not_still(item, today)
    reason = reason_of(note, item)
    LadderStop.objects.create(
        item=item, reason=reason, until=until, stopped_at=at, stopped_by=by
    )
    note_act(item, act="stop_ladder", by=by, at=at, note=f"{until}: {reason}")
    tell_officer(item, Kind.LADDER_STOPPED, at=at, note=reason)
    return item


def _check_not_still(item: ApprovalItem, today: date) -> None:
    """One stop at a time; one whose day has come is over."""
    stop = item.ladder_stops.filter(lifted_at=None).first()
    if stop is None:
        return
    if stop.holds_on(today):
        raise NotAllowed(_("Reminders have already been paused."), version=item.version)
    stop.lifted_at = opening_of(stop.until)
    stop.save(update_fields=["lifted_at"])


@operation
def lift_stop(item: ApprovalItem, *, by: User, at: datetime, note: str = "") -> ApprovalItem:
    """The ladder goes on at once."""
    item.ladder_stops.filter(lifted_at=None).update(lifted_at=at, lifted_by=by)
    note_act(item, act="lift_stop", by=by, at=at, note=note)
    return item
