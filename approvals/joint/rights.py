"""Who may do what to a joint case as a whole."""

from approvals.items.rights import CENTRE, FIRM
from approvals.joint.models import JointCase
from huadu_portal.accounts.models import User

# Who may open one, by the firm's signature or with its signed paper.
OPENING = FIRM | CENTRE


def is_before_land(_user: User, case: JointCase) -> bool:
    """All acts end with the pre-review: after it, the items go their ways."""
    return case.is_in_pre_review
