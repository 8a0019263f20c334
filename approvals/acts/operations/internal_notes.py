"""What staff note among themselves; nobody is notified."""

from datetime import datetime

from django.core.exceptions import PermissionDenied

from approvals.acts.models import InternalNote
from approvals.items.models import ApprovalItem
from approvals.items.operations.reasons import required_text
from huadu_portal.accounts.models import User
from projects.models import Application

R = User.Role
# Who works on items and applications; leaders and auditors read.
WRITERS = {R.OFFICER, R.DEPARTMENT_HEAD, R.WINDOW, R.CENTRE_HEAD, R.AGENT, R.CHIEF_OFFICER}


def note_internally(
    thing: ApprovalItem | Application, *, by: User, at: datetime, text: str
) -> InternalNote:
    """Write a note on an item or an application that the person may see.

    Raises PermissionDenied for firms and for those who only read, NotAllowed without a text.
    """
    seen = type(thing).objects.visible_to(by).filter(pk=thing.pk)
    if by.role not in WRITERS or not seen.exists():
        raise PermissionDenied
    of = {"item": thing} if isinstance(thing, ApprovalItem) else {"application": thing}
    return InternalNote.objects.create(**of, by=by, at=at, text=required_text(text))
