"""Who is told of what an act has brought about beside the item itself."""

from datetime import datetime

from approvals.acts.models import Consultation, SiteVisit
from approvals.items.models import ApprovalItem
from approvals.items.operations.notices import (
    RECEIVING,
    firm_of,
    officers_of,
    params_of,
    tell,
    tell_firm,
)
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import notify
from projects.operations import iso_day, window


def tell_deemed(item: ApprovalItem, *, at: datetime) -> None:
    """Accepted by law: the firm, the department's officers and heads, the window."""
    tell_firm(item, Kind.ITEM_DEEMED, at=at)
    heads = User.objects.filter(
        department=item.department_id, role=User.Role.DEPARTMENT_HEAD, is_active=True
    )
    people = {user.pk: user for user in [*officers_of(item), *heads, *window()]}
    tell(people.values(), item, Kind.ITEM_SILENT, at=at)


def tell_visit(visit: SiteVisit, *, at: datetime) -> None:
    """The firm and its agent, and whoever handles the whole or a part, each by the item
    that they may see; whoever has set it knows."""
    whole, told = visit.item, {visit.set_by_id}
    parts = whole.parts.select_related("approval_type", "department", "officer", "project")
    coming = [(whole, firm_of(whole.project)), (whole, officers_of(whole))]
    for item, people in [*coming, *((part, officers_of(part)) for part in parts)]:
        notify(
            [person for person in people if person.pk not in told],
            Kind.VISIT_SET,
            params=params_of(item) | {"due": iso_day(civil_day(visit.at))},
            url=item.get_absolute_url(),
            event_key=f"visit:{visit.pk}",
            subject=item.pk,
            at=at,
            note=visit.words,
        )
        told |= {person.pk for person in people}


def tell_asked(consultation: Consultation, *, at: datetime) -> None:
    """The officers and heads of the department whose opinion is asked."""
    asked = User.objects.filter(
        department=consultation.department_id,
        role__in=[*RECEIVING, User.Role.DEPARTMENT_HEAD],
        is_active=True,
    )
    notify(
        asked,
        Kind.CONSULTATION_ASKED,
        params=params_of(consultation.item) | {"due": iso_day(consultation.due_on)},
        url=consultation.get_absolute_url(),
        event_key=f"consultation:{consultation.pk}:{Kind.CONSULTATION_ASKED}",
        subject=consultation.item_id,
        at=at,
        note=consultation.question,
    )
