"""Who is told of cards, supervision orders and requests for coordination."""

from datetime import datetime

from django.db.models import Q, QuerySet

from approvals.items.models import ApprovalItem
from approvals.items.operations.notices import officers_of, params_of, tell
from approvals.supervision.models import Card, HelpRequest, SupervisionOrder
from huadu_portal.accounts.models import Department, User
from huadu_portal.accounts.roles import HEADS
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import notify
from projects.operations import iso_day, window


def tell_heads(item: ApprovalItem, kind: Kind, *, at: datetime, note: str, but: User) -> None:
    """The heads of the item's department, but for the one who acts."""
    tell([head for head in heads_of(item) if head != but], item, kind, at=at, note=note)


def heads_of(item: ApprovalItem) -> QuerySet[User]:
    """The heads of the item's department; the centre's for the centre's own services."""
    return User.objects.filter(department=item.department_id, role__in=HEADS, is_active=True)


def tell_order(order: SupervisionOrder, kind: Kind, *, at: datetime, note: str) -> None:
    """Given: whoever handles the item and their heads; answered: whoever gave it, or the
    centre's heads when a rung did."""
    item = order.item
    heads = Q(department=order.department_id, role__in=HEADS)
    if kind == Kind.ORDER_ANSWERED:
        giver = Q(pk=order.ordered_by_id)
        heads = giver if order.ordered_by_id else Q(role=User.Role.CENTRE_HEAD)
    people = list(User.objects.filter(heads, is_active=True))
    if kind == Kind.ORDER_GIVEN:
        people = [*officers_of(item), *people]
    notify(
        people,
        kind,
        params=params_of(item) | {"number": order.number, "due": iso_day(order.due_on)},
        url=order.get_absolute_url(),
        event_key=f"order:{order.pk}:{kind}",
        subject=order.item_id,
        at=at,
        note=note,
    )


def tell_helpers(request: HelpRequest, kind: Kind, *, at: datetime) -> None:
    """The window, and whoever accompanies the project."""
    project = request.item.project
    pair = {pk for pk in (project.agent_id, project.chief_officer_id) if pk}
    accompanying = User.objects.filter(pk__in=pair, is_active=True)
    notify(
        {user.pk: user for user in [*window(), *accompanying]}.values(),
        kind,
        params=params_of(request.item) | {"due": iso_day(request.due_on)},
        url=request.get_absolute_url(),
        event_key=f"help:{request.pk}:{kind}",
        subject=request.item_id,
        at=at,
        note=request.question,
    )


def tell_card(card: Card, kind: Kind, *, at: datetime, note: str) -> None:
    """Appealed: whoever decides on it; decided: the department's heads."""
    is_own = card.department.kind == Department.Kind.CENTRE
    who = Q(role=User.Role.LEADER if is_own else User.Role.CENTRE_HEAD)
    if kind == Kind.CARD_DECIDED:
        who = Q(role__in=HEADS, department=card.department_id)
    notify(
        User.objects.filter(who, is_active=True),
        kind,
        params=params_of(card.item) | {"number": card.item.number or ""},
        url=card.get_absolute_url(),
        event_key=f"card:{card.pk}:{kind}:{at:%FT%T}",
        subject=card.item_id,
        at=at,
        note=note,
    )


def tell_supervision(item: ApprovalItem, *, at: datetime) -> None:
    """A red card: the department's heads and the centre's."""
    heads = User.objects.filter(
        Q(department=item.department_id, role=User.Role.DEPARTMENT_HEAD)
        | Q(role=User.Role.CENTRE_HEAD),
        is_active=True,
    )
    tell(heads, item, Kind.CARD_RED, at=at)
