"""Who may answer what stands beside an item, and when."""

from approvals.acts.models import Commitment, Consultation
from approvals.items.rights import CENTRE, FIRM
from huadu_portal.accounts.models import User

# Who keeps a firm's commitment: its people, and the centre's on its behalf.
KEEPERS = FIRM | CENTRE


def is_consulted(user: User, consultation: Consultation) -> bool:
    return user.is_of_department and user.department_id == consultation.department_id


def is_unanswered(_user: User, consultation: Consultation) -> bool:
    return consultation.answered_at is None


def may_keep(user: User, commitment: Commitment) -> bool:
    """The agent, too, for projects they accompany."""
    return user.role in KEEPERS or user.pk == commitment.item.project.agent_id


def is_owed(_user: User, commitment: Commitment) -> bool:
    return commitment.is_open


def is_brought(_user: User, commitment: Commitment) -> bool:
    """By a document; what an approval is to follow is kept by its grant."""
    return commitment.approval_type_id is None
