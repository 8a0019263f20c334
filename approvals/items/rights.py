"""Which act whom: one table, asked by every door and again by every operation."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from approvals.items.models import OVER, ApprovalItem, Status
from huadu_portal.accounts.models import User
from huadu_portal.accounts.roles import HEADS
from projects.models import Project

R, S = User.Role, Status

FIRM = {R.ENTERPRISE}
DEPARTMENT = {R.OFFICER, R.DEPARTMENT_HEAD}
CENTRE = {R.WINDOW, R.CENTRE_HEAD}
# Who brings what a firm has promised: its people, and the centre's on its behalf.
KEEPERS = FIRM | CENTRE
# Where a department owes something, so that a ladder runs.
OWING = [S.SUBMITTED, S.PRE_REVIEW, S.ACCEPTED, S.GRANTED]
# Where somebody is reminded: a stop that outlasts its day is pushed too.
PUSHED = [*OWING, S.SUSPENDED]
IN_DEPARTMENT = [S.SUBMITTED, S.PRE_REVIEW, S.ACCEPTED, S.SUSPENDED, S.GRANTED]


class Act(StrEnum):
    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    REVISE = "revise"
    WITHDRAW = "withdraw"
    APPLY_ANEW = "apply_anew"
    PRE_APPROVE = "pre_approve"
    PRE_OBJECT = "pre_object"
    ACCEPT = "accept"
    REQUEST_CORRECTION = "request_correction"
    DECLINE = "decline"
    SUSPEND = "suspend"
    RESUME = "resume"
    EXTEND = "extend"
    TRANSFER = "transfer"
    CONSULT = "consult"
    SET_VISIT = "set_visit"
    GRANT = "grant"
    REFUSE = "refuse"
    REOPEN = "reopen"
    DELIVER = "deliver"
    RECORD = "record"
    MARK_NOT_APPLICABLE = "mark_not_applicable"
    UNDO_NOT_APPLICABLE = "undo_not_applicable"
    # What pushes an item without moving it.
    EXPLAIN = "explain"
    ASK_HELP = "ask_help"
    NUDGE = "nudge"
    ORDER = "order"
    STOP_LADDER = "stop_ladder"
    LIFT_STOP = "lift_stop"


# What stands in the history beside these: acts of the system, of an asked department, a
# promise that is kept, and two acts under the name that tells the state's data exchange what they came to.
DEEM, OPEN, CLOSE = "deem", "open", "close"
PREREQUISITE_REOPENED = "prerequisite_reopened"
OPINE, SILENCE = "opine", "silence"
# Of a joint case, on all its items at once.
PRE_REVIEW, REGISTER_LAND, LEAVE_JOINT = "pre_review", "register_land", "leave_joint"
VOID_OPINION, FACT_CHANGED = "void_opinion", "fact_changed"
WITHDRAW_EARLY = "withdraw_early"
# Of a part of a joint inspection, with its whole.
ACCEPT_WHOLE = "accept_whole"
KEEP_COMMITMENT = "keep_commitment"
ANSWER_ORDER, ANSWER_HELP = "answer_order", "answer_help"
NOT_REQUIRED, GRANT_TOLERANT = "decline_not_required", "grant_tolerant"


@dataclass(frozen=True)
class Rule:
    """From which statuses, by whom; `own` holds the centre to its own items."""

    statuses: frozenset[str]
    roles: frozenset[str]
    own: bool = False


def rule(statuses, roles, *, own=False) -> Rule:
    return Rule(frozenset(statuses), frozenset(roles), own)


RULES = {
    Act.SUBMIT: rule([S.READY], FIRM),
    Act.RESUBMIT: rule([S.CORRECTING], FIRM),
    Act.REVISE: rule([S.CORRECTING], FIRM),
    # The centre only what has stayed unanswered (see `may`).
    Act.WITHDRAW: rule(
        [
            S.READY,
            S.SUBMITTED,
            S.CORRECTING,
            S.PRE_REVIEW,
            S.PRE_APPROVED,
            S.ACCEPTED,
            S.SUSPENDED,
        ],
        FIRM | CENTRE,
    ),
    Act.APPLY_ANEW: rule(OVER, FIRM | CENTRE),
    Act.PRE_APPROVE: rule([S.PRE_REVIEW], DEPARTMENT | CENTRE, own=True),
    Act.PRE_OBJECT: rule([S.PRE_REVIEW], DEPARTMENT | CENTRE, own=True),
    Act.ACCEPT: rule([S.SUBMITTED], DEPARTMENT | CENTRE),
    Act.REQUEST_CORRECTION: rule([S.SUBMITTED], DEPARTMENT | CENTRE),
    Act.DECLINE: rule([S.SUBMITTED], DEPARTMENT | CENTRE),
    Act.SUSPEND: rule([S.ACCEPTED], DEPARTMENT | CENTRE, own=True),
    Act.RESUME: rule([S.SUSPENDED], DEPARTMENT | CENTRE, own=True),
    Act.EXTEND: rule([S.ACCEPTED], HEADS, own=True),
    Act.TRANSFER: rule(IN_DEPARTMENT, DEPARTMENT | CENTRE, own=True),
    Act.CONSULT: rule([S.SUBMITTED, S.PRE_REVIEW, S.ACCEPTED], DEPARTMENT | CENTRE, own=True),
    Act.SET_VISIT: rule([S.ACCEPTED], DEPARTMENT | CENTRE, own=True),
    # The departments decide; the centre only on its own services.
    Act.GRANT: rule([S.ACCEPTED], DEPARTMENT | CENTRE, own=True),
    Act.REFUSE: rule([S.ACCEPTED], DEPARTMENT | CENTRE, own=True),
    Act.REOPEN: rule([S.REFUSED], HEADS, own=True),
    Act.DELIVER: rule([S.GRANTED], DEPARTMENT | CENTRE),
    Act.RECORD: rule([S.READY], CENTRE),
    Act.MARK_NOT_APPLICABLE: rule([S.PLANNED, S.READY], CENTRE),
    Act.UNDO_NOT_APPLICABLE: rule([S.NOT_APPLICABLE], CENTRE),
    Act.EXPLAIN: rule(OWING, DEPARTMENT | CENTRE, own=True),
    Act.ASK_HELP: rule(OWING, DEPARTMENT | CENTRE, own=True),
    Act.NUDGE: rule(OWING, {R.AGENT}),
    Act.ORDER: rule(OWING, [*HEADS, R.LEADER]),
    Act.STOP_LADDER: rule(OWING, HEADS),
    Act.LIFT_STOP: rule(OWING, HEADS),
}
# Acts that push; none of them is progress.
PUSHES = [
    Act.EXPLAIN,
    Act.ASK_HELP,
    Act.NUDGE,
    Act.ORDER,
    Act.STOP_LADDER,
    Act.LIFT_STOP,
    ANSWER_ORDER,
    ANSWER_HELP,
]


def may_ever(user: User, act: Act, item: ApprovalItem) -> bool:
    """Whether the role allows the act on an item the person can see."""
    wanted = RULES[act]
    if user.role not in wanted.roles:
        return False
    if act is Act.NUDGE:
        return user.pk == item.project.agent_id
    if wanted.own or user.is_of_department:
        return user.department_id == item.department_id
    return True


def may(user: User, act: Act, item: ApprovalItem) -> bool:
    """Whether the act is open now: what decides if its button is shown."""
    if item.status not in RULES[act].statuses or not may_ever(user, act, item):
        return False
    if act is Act.EXTEND and (item.extension_days or item.due_on is None):
        return False
    if act is Act.SET_VISIT:
        return item.approval_type.may_have_parts
    if act is Act.RESUBMIT and item.is_in_pre_review:
        return False
    if act is Act.REVISE and not item.is_in_pre_review:
        return False
    if act is Act.WITHDRAW and user.is_staff and not _may_be_closed(item):
        return False
    if act in AGAIN and not AGAIN[act](item):
        return False
    recorded = item.approval_type.is_recorded
    if act in PUSHES or act in {Act.SUBMIT, Act.WITHDRAW, Act.TRANSFER, Act.DELIVER}:
        return not recorded
    return recorded if act is Act.RECORD else True


# What can be done once at a time, or only as long as something lasts. The rooms above add
# what hangs on rows of their own when the portal starts (approvals/apps.py).
AGAIN: dict[Act, Callable[[ApprovalItem], bool]] = {}


def may_keep(user: User, project: Project) -> bool:
    """Whether they may bring what was promised: the agent for projects they accompany."""
    return user.role in KEEPERS or user.pk == project.agent_id


def _may_be_closed(item: ApprovalItem) -> bool:
    """By the window: only what a legal notice of correction was sent for."""
    return item.status == S.CORRECTING and not item.is_sent_back


def events_for(user: User, item: ApprovalItem):
    """The history as a person may read it: how staff push each other is no firm's business."""
    return item.events.all() if user.is_staff else item.events.exclude(act__in=PUSHES)


def acts_open_to(user: User, item: ApprovalItem) -> list[Act]:
    return [act for act in Act if may(user, act, item)]
