"""Who may do what to cards, supervision orders, proposed orders and requests for coordination, and when.

Also what follow-ups of an item depend on: one order and one request are open at a time, and
only a stop that holds can be lifted.
"""

from approvals.items.models import ApprovalItem
from approvals.items.rights import CENTRE, DEPARTMENT_OWES, R
from approvals.supervision.models import (
    Card,
    HelpRequest,
    OrderProposal,
    ProposalState,
    SupervisionOrder,
)
from huadu_portal.accounts.models import Department, User


def has_no_open_order(_user: User, item: ApprovalItem) -> bool:
    return not item.orders.filter(answered_at=None).exists()


def has_no_open_request(_user: User, item: ApprovalItem) -> bool:
    return not item.help_requests.filter(answered_at=None).exists()


def is_stopped(_user: User, item: ApprovalItem) -> bool:
    return item.ladder_stops.filter(lifted_at=None).exists()


def is_chief_of(user: User, item: ApprovalItem) -> bool:
    """The chief officer of the item's project."""
    return user.pk == item.project.chief_officer_id


def is_addressed(user: User, thing: Card | SupervisionOrder) -> bool:
    """Of the department that it was shown or given to."""
    return user.department_id == thing.department_id


def may_answer_help(user: User, request: HelpRequest) -> bool:
    """The centre, and whoever accompanies the project."""
    project = request.item.project
    accompanies = user.pk in {project.agent_id, project.chief_officer_id}
    return accompanies or user.role in CENTRE


def decides_on(user: User, card: Card) -> bool:
    """The centre's head; on the centre's own cards a leader, so that nobody decides on their own."""
    is_own = card.department.kind == Department.Kind.CENTRE
    return user.role == (R.LEADER if is_own else R.CENTRE_HEAD)


def may_decline(user: User, proposal: OrderProposal) -> bool:
    """A leader, and the centre's head where it is not about the centre's own items: nobody
    declines an order to themselves."""
    is_own = proposal.department.kind == Department.Kind.CENTRE
    return user.role == R.LEADER or (user.role == R.CENTRE_HEAD and not is_own)


def is_proposed(_user: User, proposal: OrderProposal) -> bool:
    """To be decided on: nobody has, and the item still owes what the order would demand."""
    return proposal.state == ProposalState.OPEN


def may_be_ordered(_user: User, proposal: OrderProposal) -> bool:
    """Not while the clock stands still on a legal ground, nor beside an order that is open."""
    item = proposal.item
    return item.status in DEPARTMENT_OWES and has_no_open_order(_user, item)


def can_be_appealed(_user: User, card: Card) -> bool:
    """Once, while it stands."""
    return card.cancelled_at is None and card.appealed_at is None


def is_disputed(_user: User, card: Card) -> bool:
    return card.appealed_at is not None and card.decided_at is None


def can_be_cancelled(user: User, card: Card) -> bool:
    """Without an appeal: with one, it is decided on."""
    return card.cancelled_at is None and not is_disputed(user, card)


def is_unread(_user: User, order: SupervisionOrder) -> bool:
    return order.received_at is None


def is_unanswered(_user: User, thing: SupervisionOrder | HelpRequest) -> bool:
    return thing.answered_at is None
