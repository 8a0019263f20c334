"""Who may do what to cards, supervision orders and requests for coordination."""

from approvals.items.rights import CENTRE, DEPARTMENT, Act, R
from approvals.supervision.models import Card, HelpRequest, SupervisionOrder
from huadu_portal.accounts.models import Department, User
from huadu_portal.accounts.roles import HEADS


def may_answer_order(user: User, order: SupervisionOrder) -> bool:
    """The department it was given to; the centre's head for the centre's own services."""
    return user.role in DEPARTMENT | CENTRE and user.department_id == order.department_id


def may_answer_help(user: User, request: HelpRequest) -> bool:
    """The centre, and whoever accompanies the project."""
    project = request.item.project
    accompanies = user.pk in {project.agent_id, project.chief_officer_id}
    return accompanies or user.role in CENTRE


def may_appeal(user: User, card: Card) -> bool:
    """The head of the department it was shown to."""
    return user.role in HEADS and user.department_id == card.department_id


def may_decide_card(user: User, card: Card) -> bool:
    """The centre's head, but nobody in their own cause: of the centre's, a leader."""
    is_own = card.department.kind == Department.Kind.CENTRE
    return user.role == (R.LEADER if is_own else R.CENTRE_HEAD)


# What pushes an item: one order and one request open at a time, and no stop to lift but one.
PUSH_AGAIN = {
    Act.ORDER: lambda item: not item.orders.filter(answered_at=None).exists(),
    Act.ASK_HELP: lambda item: not item.help_requests.filter(answered_at=None).exists(),
    Act.LIFT_STOP: lambda item: item.ladder_stops.filter(lifted_at=None).exists(),
}
# By the name of the act, as the doors of the desk and of the API know it.
CARD_RIGHTS = {"appeal": may_appeal, "decide": may_decide_card, "cancel": may_decide_card}
ORDER_RIGHTS = {"receive": may_answer_order, "answer": may_answer_order}
HELP_RIGHTS = {"answer": may_answer_help}
