"""Who may do what to an item: groups of people and of statuses, and the conditions, that the
tables of acts name (`approvals/acts/acts.py` and its like).
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from approvals.items.events import follow_ups
from approvals.items.models import ApprovalItem, ItemEvent, Status
from huadu_portal.accounts.models import User
from huadu_portal.acts import Acts, Rule
from huadu_portal.acts.rules import Predicate

R, S = User.Role, Status

# Every act on an item: the rooms above add theirs when the portal starts (approvals/apps.py).
ITEM_ACTS = Acts()

FIRM = {R.ENTERPRISE}
DEPARTMENT = {R.OFFICER, R.DEPARTMENT_HEAD}
CENTRE = {R.WINDOW, R.CENTRE_HEAD}
# Where a department owes something, so that a ladder runs.
DEPARTMENT_OWES = [S.SUBMITTED, S.PRE_REVIEW, S.ACCEPTED, S.GRANTED]
# Where somebody is reminded: a stop that outlasts its day is pushed too.
ON_LADDER = [*DEPARTMENT_OWES, S.SUSPENDED]
IN_DEPARTMENT = [S.SUBMITTED, S.PRE_REVIEW, S.ACCEPTED, S.SUSPENDED, S.GRANTED]
BEFORE_DECISION = [
    S.READY,
    S.SUBMITTED,
    S.CORRECTING,
    S.PRE_REVIEW,
    S.PRE_APPROVED,
    S.ACCEPTED,
    S.SUSPENDED,
]


def item_rule(
    statuses: Iterable[Status],
    roles: Iterable[str],
    *only: Predicate,
    own: bool = False,
    who: Iterable[Predicate] = (),
) -> Rule:
    """From which statuses, by whom, and `only` if these hold; `own` holds the centre to its own
    items, as a department always is."""
    own_items = is_of_own_department if own else is_no_other_departments
    return Rule(frozenset(roles), frozenset(statuses), (own_items, *who), only)


# ---- Who ----------------------------------------------------------------------------------


def is_of_own_department(user: User, item: ApprovalItem) -> bool:
    return user.department_id == item.department_id


def is_no_other_departments(user: User, item: ApprovalItem) -> bool:
    return not user.is_of_department or is_of_own_department(user, item)


def accompanies(user: User, item: ApprovalItem) -> bool:
    return user.pk == item.project.agent_id


# ---- When ---------------------------------------------------------------------------------


def is_applied_for(_user: User, item: ApprovalItem) -> bool:
    return not is_milestone(_user, item)


def is_milestone(_user: User, item: ApprovalItem) -> bool:
    return item.approval_type.is_recorded


def is_of_project_going_on(_user: User, item: ApprovalItem) -> bool:
    """For a project that is paused or has ended nothing new is submitted."""
    return not item.project.is_halted


def is_no_joint_service(_user: User, item: ApprovalItem) -> bool:
    """What begins a joint case goes the case's way alone (docs/decisions/0043)."""
    return not item.approval_type.begins_joint_case


def is_in_pre_review(_user: User, item: ApprovalItem) -> bool:
    return item.is_in_pre_review


def is_formal(_user: User, item: ApprovalItem) -> bool:
    return not item.is_in_pre_review


def is_joint_inspection(_user: User, item: ApprovalItem) -> bool:
    return item.approval_type.may_have_parts


def lacks_result(_user: User, item: ApprovalItem) -> bool:
    return item.lacks_result


def can_be_extended(_user: User, item: ApprovalItem) -> bool:
    return not item.extension_days and item.due_on is not None


def may_be_ended(user: User, item: ApprovalItem) -> bool:
    """By the firm always; by the window only what a legal notice of correction was sent for."""
    return not user.is_staff or (item.status == S.CORRECTING and not item.is_sent_back)


# ---- Beside acts --------------------------------------------------------------------------


def events_for(user: User, item: ApprovalItem) -> QuerySet[ItemEvent]:
    """The history as a person may read it: how staff push each other is no firm's business."""
    return item.events.all() if user.is_staff else item.events.exclude(act__in=follow_ups())
