"""督办单: given by a head or a leader, received and answered by the department."""

from datetime import datetime
from uuid import UUID

from approvals.items.events import ANSWER_ORDER
from approvals.items.models import ApprovalItem
from approvals.items.operations.history import note_act
from approvals.items.operations.reasons import required_text
from approvals.supervision.models import SupervisionOrder
from approvals.supervision.operations.notices import tell_order
from huadu_portal.accounts.models import User
from huadu_portal.acts import operation
from huadu_portal.clock import civil_day
from huadu_portal.notifications.models import Kind
from huadu_portal.papers.numbers import order_number
from huadu_portal.workdays.published import calendar

# docs/states.md, Limits: a supervision order is answered in three working days.
REPLY_DAYS = 3


def write_order(
    item: ApprovalItem, department_id: UUID, *, by: User, at: datetime, demand: str
) -> SupervisionOrder:
    """By a person, to the department that owes it; the caller holds the item."""
    day = civil_day(at)
    return SupervisionOrder.objects.create(
        number=order_number(day),
        item=item,
        department_id=department_id,
        demand=demand,
        ordered_at=at,
        ordered_by=by,
        due_on=calendar().add(day, REPLY_DAYS),
        next_rung_at=at,
    )


@operation
def receive_order(order: SupervisionOrder, *, by: User, at: datetime) -> SupervisionOrder:
    """签收: the department has read it; a second time changes nothing."""
    if order.received_at is None:
        order.received_at, order.received_by = at, by
        order.save(update_fields=["received_at", "received_by"])
    return order


@operation
def answer_order(
    order: SupervisionOrder, *, by: User, at: datetime, text: str
) -> SupervisionOrder:
    """The department's reply; possible after its day too, and then shown as late."""
    order.answer, order.answered_at, order.answered_by = required_text(text), at, by
    if order.received_at is None:
        order.received_at, order.received_by = at, by
    order.save()
    said = f"{order.number}: {order.answer}"
    note_act(order.item, act=ANSWER_ORDER, by=by, at=at, note=said)
    tell_order(order, Kind.ORDER_ANSWERED, at=at, note=order.answer)
    return order
