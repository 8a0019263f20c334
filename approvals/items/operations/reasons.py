from django.utils.translation import gettext as _

from approvals.items.models import ApprovalItem
from huadu_portal.errors import NotAllowed


def reason_of(note: str, item: ApprovalItem) -> str:
    """What was given as a reason; raises NotAllowed when nothing was."""
    if not note.strip():
        raise NotAllowed(_("Please give a reason."), version=item.version)
    return note.strip()


def required_text(text: str) -> str:
    """What was written; raises NotAllowed when nothing was."""
    if not text.strip():
        raise NotAllowed(_("Please enter a text."))
    return text.strip()
