"""督办单: given by a rung or a leader, received and answered by the department."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

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
from huadu_portal.papers.numbers import order_numbers
from huadu_portal.rows import key_array
from huadu_portal.workdays.published import calendar
from projects.operations import iso_day

# docs/states.md, Limits: a supervision order is answered in three working days.
REPLY_DAYS = 3


def order_all(
    items: Sequence[tuple[ApprovalItem, UUID]], *, at: datetime
) -> list[SupervisionOrder]:
    """The ladder's own orders to departments, for items that have none open; the rung tells
    of them."""
    if not items:
        return []
    found = key_array(item.pk for item, _department in items)
    open_ = SupervisionOrder.objects.filter(item__in=found, answered_at=None)
    has_one = set(open_.values_list("item", flat=True))
    # A paper of the centre: Chinese, whoever reads it.
    with translation.override("zh-hans"):
        demand = _("Promised by %(due)s and not decided: say why, and by when it will be.")
        return _write(
            [
                (item, department_id, demand % {"due": iso_day(item.due_on)})
                for item, department_id in items
                if item.pk not in has_one
            ],
            by=None,
            at=at,
        )


def write_order(item: ApprovalItem, *, by: User, at: datetime, demand: str) -> SupervisionOrder:
    """By a person; the caller holds the item."""
    return _write([(item, item.department_id, demand)], by=by, at=at)[0]


def _write(
    demands: Sequence[tuple[ApprovalItem, UUID, str]], *, by: User | None, at: datetime
) -> list[SupervisionOrder]:
    day = civil_day(at)
    due_on = calendar().add(day, REPLY_DAYS)
    numbers = order_numbers(day, len(demands))
    return SupervisionOrder.objects.bulk_create(
        SupervisionOrder(
            number=number,
            item=item,
            department_id=department_id,
            demand=demand,
            ordered_at=at,
            ordered_by=by,
            due_on=due_on,
            next_rung_at=at,
        )
        for number, (item, department_id, demand) in zip(numbers, demands, strict=True)
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
