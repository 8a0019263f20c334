"""When a joint case is open to acts."""

from approvals.joint.models import JointCase
from huadu_portal.accounts.models import User


def is_before_land(_user: User, case: JointCase) -> bool:
    """All acts end with the pre-review: after it, the items go their ways."""
    return case.is_in_pre_review
