"""征求意见: asking another department, its opinion, and its silence."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from approvals.acts.models import Consultation
from approvals.acts.operations.notices import tell_asked
from approvals.items.events import OPINE, SILENCE
from approvals.items.models import ApprovalItem
from approvals.items.operations.history import lock_with_item, note_act
from approvals.items.operations.notices import tell_officer
from approvals.items.operations.reasons import reason_of
from huadu_portal.accounts.models import Department, User
from huadu_portal.acts import operation
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Kind
from huadu_portal.workdays.published import calendar

# docs/states.md, Limits: a consulted department answers in seven working days.
OPINION_DAYS = 7


@operation
def consult(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    department: Department,
    note: str,
) -> ApprovalItem:
    """Ask another department for its opinion; the item's own clock runs on."""
    if department.pk == item.department_id:
        raise ValidationError({"department": _("Please choose another department.")})
    if item.consultations.filter(
        department=department, answered_at=None, silent_at=None
    ).exists():
        raise NotAllowed(_("This department has already been consulted."), version=item.version)
    consultation = Consultation.objects.create(
        item=item,
        department=department,
        question=reason_of(note, item),
        asked_at=at,
        asked_by=by,
        due_on=calendar().add(civil_day(at), OPINION_DAYS, "working"),
        next_rung_at=at,
    )
    note_act(item, act="consult", by=by, at=at, note=f"{department.name}: {note}")
    tell_asked(consultation, at=at)
    return item


@operation
def give_opinion(
    consultation: Consultation, *, by: User, at: datetime, opinion: str
) -> Consultation:
    """The consulted department answers; after its day too, and then shown as late."""
    item = consultation.item
    consultation.opinion = reason_of(opinion, item)
    consultation.answered_at, consultation.answered_by = at, by
    consultation.save()
    text = f"{consultation.department.name}: {consultation.opinion}"
    note_act(item, act=OPINE, by=by, at=at, note=text)
    tell_officer(item, Kind.CONSULTATION_ANSWERED, at=at, note=consultation.opinion)
    return consultation


def record_silences(at: datetime) -> int:
    """Write down every consulted department that has let its day pass; how many."""
    lapsed = (
        Consultation.objects.lapsed(civil_day(at))
        .select_related("item")
        .order_by("due_on", "pk")
    )
    return sum(_record_silence(consultation, at) for consultation in lapsed)


@transaction.atomic
def _record_silence(consultation: Consultation, at: datetime) -> bool:
    consultation = lock_with_item(consultation, "department")
    item = consultation.item
    if consultation.answered_at or consultation.silent_at:
        return False
    consultation.silent_at = at
    consultation.save(update_fields=["silent_at"])
    text = f"{consultation.department.name}: {consultation.due_on}"
    note_act(item, act=SILENCE, by=None, at=at, note=text)
    tell_officer(item, Kind.CONSULTATION_SILENT, at=at, note=text)
    return True
