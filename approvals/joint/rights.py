"""Who may do what to a joint case as a whole."""

from enum import StrEnum

from approvals.items.rights import CENTRE, FIRM
from approvals.joint.models import JointCase
from huadu_portal.accounts.models import User


class CaseAct(StrEnum):
    """What can be done to a joint case as a whole."""

    REGISTER_LAND = "register_land"
    CHANGE_FACT = "change_fact"
    END = "end_case"


CASE_ROLES = {
    # The land's papers come to the window; the firm cannot vouch for its own.
    CaseAct.REGISTER_LAND: CENTRE,
    CaseAct.CHANGE_FACT: FIRM | CENTRE,
    CaseAct.END: FIRM | CENTRE,
}


# Who may open one, by the firm's signature or with its signed paper.
OPENING = FIRM | CENTRE


def may_ever_case(user: User, act: CaseAct) -> bool:
    return user.role in CASE_ROLES[act]


def may_case(user: User, act: CaseAct, case: JointCase) -> bool:
    """All of them end with the pre-review: after it, the items go their ways."""
    return case.is_in_pre_review and may_ever_case(user, act)
