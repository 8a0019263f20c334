"""Certificates: written down at delivery; the sweep watches them until they end."""

from datetime import date, datetime

from approvals.models import (
    ApprovalItem,
    Certificate,
)
from approvals.validity import months_after
from projects.models import Document


def certify(
    item: ApprovalItem,
    *,
    number: str,
    issued_on: date,
    at: datetime,
    valid_until: date | None = None,
    document: Document | None = None,
) -> Certificate:
    """Write down the certificate of an item that is being delivered; the caller holds it.

    Without a date of its own it holds as long as the catalogue says of its type. Raises
    ValidationError when it would end before it is issued.
    """
    months = item.approval_type.valid_months
    if valid_until is None and months:
        valid_until = months_after(issued_on, months)
    certificate = Certificate(
        item=item,
        number=number,
        issuer=item.department,
        issued_on=issued_on,
        valid_until=valid_until,
        document=document,
        next_rung_at=at,
    )
    certificate.full_clean()
    certificate.save(force_insert=True)
    return certificate


def wake_used_up(undone: ApprovalItem, at: datetime) -> None:
    """Have the certificates looked at again that had only to hold until this was met: it no
    longer is."""
    used = Certificate.objects.filter(
        item__project=undone.project_id,
        item__approval_type__valid_used_by=undone.approval_type.code,
        valid_until__isnull=False,
    )
    used.update(next_rung_at=at)
