"""督办建议: written by rungs; a head or a leader issues the order with its card, or declines."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from approvals.items.events import DECLINE_PROPOSAL
from approvals.items.models import ApprovalItem
from approvals.items.operations.history import note_act
from approvals.items.operations.reasons import required_text
from approvals.supervision.models import Card, OrderProposal, SupervisionOrder
from approvals.supervision.operations.cards import NEVER, CardedStep, show_card, shown_already
from approvals.supervision.operations.notices import tell_order
from approvals.supervision.operations.orders import write_order
from huadu_portal.accounts.models import User
from huadu_portal.acts import operation
from huadu_portal.clock import civil_day
from huadu_portal.escalation.models import CardLevel
from huadu_portal.notifications.models import Kind
from huadu_portal.rows import insert, key_array
from huadu_portal.workdays.published import calendar
from projects.operations import iso_day

# docs/states.md, Limits: working days within which somebody decides on a proposal.
DECISION_DAYS = 2


def propose_orders(steps: Sequence[CardedStep], *, at: datetime) -> None:
    """The proposals of steps that are told, for items that have neither an open order nor an
    open proposal; the step's message tells of them.

    One delay is proposed once, as it shows one card of a level (docs/decisions/0044).
    """
    if not steps:
        return
    # One that had lapsed may be needed again: the next sweep looks.
    items = key_array(step.item.pk for step in steps)
    OrderProposal.objects.filter(item__in=items, decided_at=None).update(next_rung_at=at)
    is_waiting = _waiting_for_one(steps)
    raised = _raised_already(steps)
    due_on = calendar().add(civil_day(at), DECISION_DAYS)
    insert(
        OrderProposal(
            item=step.item,
            department_id=step.department_id,
            reminder_id=step.told.reminder_id,
            demand=_demand(step.item),
            proposed_at=at,
            due_on=due_on,
            next_rung_at=at,
        )
        for step in steps
        if step.item.pk not in is_waiting and raised.get(step.delay, NEVER) < step.told.due.at
    )


def _waiting_for_one(steps: Sequence[CardedStep]) -> set[UUID]:
    """Items for which an order waits for its answer, or a proposal for its decision."""
    items = key_array(step.item.pk for step in steps)
    orders = SupervisionOrder.objects.unanswered().filter(item__in=items)
    proposals = OrderProposal.objects.filter(item__in=items, decided_at=None)
    return set(orders.values_list("item", flat=True).union(proposals.values_list("item")))


def _raised_already(steps: Sequence[CardedStep]) -> dict[tuple, datetime]:
    """When the last supervision card or proposal of a course was raised for each item."""
    found = shown_already(step.item for step in steps)
    proposals = OrderProposal.objects.filter(item__in=key_array(s.item.pk for s in steps))
    rows = proposals.order_by("proposed_at").values_list(
        "item", "reminder__course", "proposed_at"
    )
    for item, course, at in rows:
        delay = item, course, CardLevel.SUPERVISION
        found[delay] = max(found.get(delay, NEVER), at)
    return found


def _demand(item: ApprovalItem) -> str:
    """What the order would demand. A paper of the centre: Chinese, whoever reads it."""
    with translation.override("zh-hans"):
        demand = _("Promised by %(due)s and not decided: say why, and by when it will be.")
        return demand % {"due": iso_day(item.due_on)}


def give_order(
    item: ApprovalItem, department_id: UUID, *, by: User, at: datetime, demand: str
) -> SupervisionOrder:
    """An order with its card and its event; a proposal for the item is thereby issued."""
    written = write_order(item, department_id, by=by, at=at, demand=demand)
    said = f"{written.number}: {written.demand}"
    note_act(item, act="order", by=by, at=at, note=said)
    show_card(
        item,
        CardLevel.SUPERVISION,
        Card.Cause.ORDERED,
        by=by,
        at=at,
        department_id=department_id,
    )
    OrderProposal.objects.filter(item=item, decided_at=None).update(
        decided_at=at, decided_by=by, order=written, next_rung_at=None
    )
    tell_order(written, Kind.ORDER_GIVEN, at=at, note=written.demand)
    return written


@operation
def issue_proposed(
    proposal: OrderProposal, *, by: User, at: datetime, demand: str = ""
) -> OrderProposal:
    """Issue the proposed order, with its card; in other words if some are given."""
    demand = demand.strip() or proposal.demand
    give_order(proposal.item, proposal.department_id, by=by, at=at, demand=demand)
    proposal.refresh_from_db(fields=["decided_at", "decided_by", "order"])
    return proposal


@operation
def decline_proposal(
    proposal: OrderProposal, *, by: User, at: datetime, text: str
) -> OrderProposal:
    """Issue no order, with a reason that stands in the item's history."""
    proposal.reason = required_text(text)
    proposal.decided_at, proposal.decided_by, proposal.next_rung_at = at, by, None
    proposal.save()
    note_act(proposal.item, act=DECLINE_PROPOSAL, by=by, at=at, note=proposal.reason)
    return proposal
