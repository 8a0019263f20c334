"""联合验收: the one visit of all departments."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from approvals.acts.models import SiteVisit
from approvals.acts.operations.notices import tell_visit
from approvals.items.models import ApprovalItem
from approvals.items.operations.history import note_act
from huadu_portal.accounts.models import User
from huadu_portal.acts import operation


@operation
def set_visit(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    visit_at: datetime,
    place: str,
    note: str = "",
) -> ApprovalItem:
    """Set the visit of a joint inspection, or set it anew; all who come are told."""
    if visit_at <= at:
        raise ValidationError({"visit_at": _("The time of the visit must be in the future.")})
    visit = SiteVisit.objects.create(
        item=item, at=visit_at, place=place, note=note, set_at=at, set_by=by
    )
    note_act(item, act="set_visit", by=by, at=at, note=str(visit))
    tell_visit(visit, at=at)
    return item
