"""What was delivered without number or file, before either was asked for, is completed."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext as _

from approvals.acts.operations.review import checked_result, reason_for_nothing
from approvals.items.models import ApprovalItem
from approvals.items.operations.history import note_act
from approvals.items.operations.notices import tell_firm
from approvals.papers.models import Certificate
from approvals.papers.operations import certify
from huadu_portal.accounts.models import User
from huadu_portal.acts import operation
from huadu_portal.clock import civil_day
from huadu_portal.notifications.models import Kind
from projects.models import Document


@operation
def complete_result(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    certificate_number: str = "",
    issued_on: date | None = None,
    valid_until: date | None = None,
    document: Document | None = None,
    nothing_to_hand_over: bool = False,
    note: str = "",
) -> ApprovalItem:
    """Add number and file of a result that was delivered without them (第44条); or say with a
    reason that there was nothing to hand over. The delivery and its day stay as they are.

    Raises ValidationError, by field, where neither is said.
    """
    item.lacks_result = False
    words = note.strip()
    if nothing_to_hand_over:
        item.reason = reason_for_nothing(certificate_number or document, note)
    else:
        document = checked_result(item, certificate_number, document)
        number = certificate_number.strip()
        dates = {"issued_on": issued_on, "valid_until": valid_until}
        before = _add_result(item, number, document, dates, at)
        if before and before != number:
            kept = _("number before: %(number)s") % {"number": before}
            words = f"{words}\n{kept}".strip()
    note_act(item, act="complete_result", by=by, at=at, note=words)
    tell_firm(item, Kind.ITEM_DELIVERED, at=at, note=words)
    return item


def _add_result(
    item: ApprovalItem,
    number: str,
    document: Document,
    dates: Mapping[str, date | None],
    at: datetime,
) -> str:
    """The number that it had before, "" where it had none; a date not named stays as it was."""
    named = {name: day for name, day in dates.items() if day}
    certificate = Certificate.objects.filter(item=item).first()
    if certificate is None:
        assert item.decided_at is not None, "only what is granted is delivered"
        issued = {"issued_on": civil_day(item.decided_at)} | named
        certify(item, number=number, document=document, at=at, **issued)
        return ""
    before = certificate.number
    certificate.number, certificate.document = number, document
    for name, day in named.items():
        setattr(certificate, name, day)
    certificate.next_rung_at = at
    certificate.full_clean()
    certificate.save()
    return before
