"""The verbs. Each: one transaction, the lock, the change, the move, then the notice."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals import ladder
from approvals.clock import dates
from approvals.models import (
    ApprovalItem,
    Certificate,
    CorrectionRequest,
    Lamp,
    Status,
)
from approvals.operations.history import lock, move
from approvals.operations.notices import tell_department, tell_firm, tell_ready
from approvals.operations.planning import open_ready
from approvals.rights import Act
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Kind
from huadu_portal.papers.numbers import item_number
from huadu_portal.workdays.published import calendar
from projects.models import Document
from projects.operations import move_phase

# 行政许可法第44条: ten working days to deliver what was granted.
DELIVERY_DAYS = 10


@transaction.atomic
def submit(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    version: int,
    documents: Iterable[Document] = (),
    note: str = "",
) -> ApprovalItem:
    """Hand the item in, with the materials it needs; the notice limit begins."""
    item = lock(item, Act.SUBMIT, by=by, version=version)
    item.number = item.number or item_number(
        civil_day(at), item.approval_type.code.removeprefix("HD-")
    )
    _receive(item, documents, by=by, at=at, note=note)
    return item


@transaction.atomic
def resubmit(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    version: int,
    documents: Iterable[Document] = (),
    note: str = "",
) -> ApprovalItem:
    """Answer a request for correction: a new receipt, a new notice limit, a new epoch."""
    item = lock(item, Act.RESUBMIT, by=by, version=version)
    item.epoch += 1
    item.corrections.filter(answered_at=None).update(answered_at=at, answer=note)
    _receive(item, documents, by=by, at=at, note=note)
    return item


def _receive(item, documents, *, by, at, note) -> None:
    documents = list(documents)
    if any(d.enterprise_id != item.project.enterprise_id for d in documents):
        raise ValidationError(_("These documents belong to another enterprise."))
    item.submitted_at = at
    item.notice_due_on = calendar().add(
        civil_day(at), item.approval_type.notice_days, "working"
    )
    move(item, Status.SUBMITTED, by=by, at=at, note=note)
    item.documents.add(*documents)
    tell_department(item, Kind.ITEM_SUBMITTED, at=at, note=note)


@transaction.atomic
def withdraw(
    item: ApprovalItem, *, by: User, at: datetime, version: int, note: str = ""
) -> ApprovalItem:
    """The firm takes the item back, before it has been decided."""
    item = lock(item, Act.WITHDRAW, by=by, version=version)
    was_received = item.status != Status.READY
    _stop_clock(item, at)
    item.reason = note
    move(item, Status.WITHDRAWN, by=by, at=at, note=note)
    if was_received:
        tell_department(item, Kind.ITEM_WITHDRAWN, at=at, note=note)
    return item


@transaction.atomic
def accept(
    item: ApprovalItem, *, by: User, at: datetime, version: int, note: str = ""
) -> ApprovalItem:
    """Take the item on for review; its limits begin to run."""
    item = lock(item, Act.ACCEPT, by=by, version=version)
    if by.is_of_department:
        item.officer = by
    item.accepted_at = at
    recompute(item)
    move(item, Status.ACCEPTED, by=by, at=at, note=note)
    tell_firm(item, Kind.ITEM_ACCEPTED, at=at, note=note)
    return item


@transaction.atomic
def request_correction(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    version: int,
    missing: Iterable[str],
    note: str = "",
) -> ApprovalItem:
    """Say, once and completely, what is missing (行政许可法第32条第四项)."""
    item = lock(item, Act.REQUEST_CORRECTION, by=by, version=version)
    missing = [line.strip() for line in missing if line.strip()]
    if not missing:
        raise NotAllowed(_("Please say what is missing."), version=version)
    if item.corrections.exists() and by.role != User.Role.DEPARTMENT_HEAD:
        raise NotAllowed(
            _("Corrections are asked for once. A second time the department head has to ask."),
            version=version,
        )
    CorrectionRequest.objects.create(item=item, asked_at=at, asked_by=by, missing=missing)
    listed = "\n".join(f"{n}. {line}" for n, line in enumerate(missing, 1))
    text = f"{listed}\n{note}".strip()
    move(item, Status.CORRECTING, by=by, at=at, note=text)
    tell_firm(item, Kind.ITEM_CORRECTION, at=at, note=text)
    return item


@transaction.atomic
def decline(
    item: ApprovalItem, *, by: User, at: datetime, version: int, note: str
) -> ApprovalItem:
    """Not accepted, with the reason in writing; the firm may apply anew."""
    item = lock(item, Act.DECLINE, by=by, version=version)
    item.reason = _reason(note, item)
    move(item, Status.DECLINED, by=by, at=at, note=note)
    tell_firm(item, Kind.ITEM_DECLINED, at=at, note=note)
    return item


@transaction.atomic
def grant(
    item: ApprovalItem, *, by: User, at: datetime, version: int, note: str = ""
) -> ApprovalItem:
    """The department says yes: its clock ends, what depends on it may open."""
    item = lock(item, Act.GRANT, by=by, version=version)
    _stop_clock(item, at)
    item.decided_at = at
    item.deliver_by = calendar().add(civil_day(at), DELIVERY_DAYS, "working")
    move(item, Status.GRANTED, by=by, at=at, note=note)
    tell_firm(item, Kind.ITEM_GRANTED, at=at, note=note)
    _follow(item, by=by, at=at)
    return item


@transaction.atomic
def refuse(
    item: ApprovalItem, *, by: User, at: datetime, version: int, note: str
) -> ApprovalItem:
    """The department says no, with reasons and the right to review (第38条)."""
    item = lock(item, Act.REFUSE, by=by, version=version)
    _stop_clock(item, at)
    item.decided_at = at
    item.reason = _reason(note, item)
    move(item, Status.REFUSED, by=by, at=at, note=note)
    tell_firm(item, Kind.ITEM_REFUSED, at=at, note=note)
    return item


@transaction.atomic
def deliver(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    version: int,
    certificate_number: str = "",
    issued_on: date | None = None,
    valid_until: date | None = None,
    document: Document | None = None,
    note: str = "",
) -> ApprovalItem:
    """Hand over the result document."""
    item = lock(item, Act.DELIVER, by=by, version=version)
    if document and document.enterprise_id != item.project.enterprise_id:
        raise ValidationError(_("These documents belong to another enterprise."))
    item.delivered_at = at
    if certificate_number:
        certificate = Certificate(
            item=item,
            number=certificate_number,
            issued_on=issued_on or civil_day(item.decided_at),
            valid_until=valid_until,
            document=document,
        )
        certificate.full_clean()
        certificate.save(force_insert=True)
    move(item, Status.DELIVERED, by=by, at=at, note=note)
    tell_firm(item, Kind.ITEM_DELIVERED, at=at, note=note)
    return item


@transaction.atomic
def record(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    version: int,
    on: date | None = None,
    note: str = "",
) -> ApprovalItem:
    """Record a milestone that has been reached on a day, today or before."""
    item = lock(item, Act.RECORD, by=by, version=version)
    on = on or civil_day(at)
    if on > civil_day(at):
        raise NotAllowed(_("A milestone lies in the past."), version=version)
    item.decided_at = at if on == civil_day(at) else _opening_of(on)
    move(item, Status.GRANTED, by=by, at=at, note=f"{on.isoformat()} {note}".strip())
    tell_firm(item, Kind.ITEM_GRANTED, at=at, note=note)
    _follow(item, by=by, at=at, on=on)
    return item


@transaction.atomic
def mark_not_applicable(
    item: ApprovalItem, *, by: User, at: datetime, version: int, note: str
) -> ApprovalItem:
    """不涉及: the project does not need it; from now on it counts as met."""
    item = lock(item, Act.MARK_NOT_APPLICABLE, by=by, version=version)
    item.reason = _reason(note, item)
    move(item, Status.NOT_APPLICABLE, by=by, at=at, note=note)
    tell_firm(item, Kind.ITEM_NOT_APPLICABLE, at=at, note=note)
    _follow(item, by=by, at=at)
    return item


@transaction.atomic
def undo_not_applicable(
    item: ApprovalItem, *, by: User, at: datetime, version: int, note: str
) -> ApprovalItem:
    """It applies after all: back to planned, or ready at once."""
    item = lock(item, Act.UNDO_NOT_APPLICABLE, by=by, version=version)
    _reason(note, item)
    item.reason = ""
    move(item, Status.PLANNED, by=by, at=at, note=note)
    _follow(item, by=by, at=at)
    item.refresh_from_db()
    return item


def _opening_of(day: date) -> datetime:
    """A fact of which only the day is known stands at the opening of the office."""
    return datetime.combine(day, ladder.OFFICE_OPENS, timezone.get_default_timezone())


def recompute(item: ApprovalItem) -> None:
    """Set all stored dates of an accepted item; the one place that knows how."""
    published = calendar()
    found = dates(item.approval_type, civil_day(item.accepted_at), published)
    item.near_on, item.due_on = found.near_on, found.due_on
    item.statutory_due_on = found.statutory_due_on
    last = item.statutory_due_on or item.due_on
    item.is_provisional = last is not None and published.is_provisional(last)
    rungs = rungs_of(item, published)
    item.next_rung_at = rungs[0].at if rungs else None


def rungs_of(item: ApprovalItem, published) -> list[ladder.Step]:
    return ladder.steps(
        near_on=item.near_on,
        due_on=item.due_on,
        statutory_due_on=item.statutory_due_on,
        since=item.accepted_at,
        calendar=published,
        zone=timezone.get_default_timezone(),
    )


def _stop_clock(item: ApprovalItem, at: datetime) -> None:
    """The last lamp stays for history; no rung fires any more."""
    item.last_lamp = item.lamp_on(civil_day(at)) or Lamp.NONE
    item.next_rung_at = None


def _follow(item: ApprovalItem, *, by: User, at: datetime, on: date | None = None) -> None:
    """What comes after a met item: the project's phase, then the next items."""
    phase = item.approval_type.reaches_phase
    if item.status == Status.GRANTED and phase:
        move_phase(item.project, phase, by=by, at=at, on=on)
    ready = open_ready(item.project, at=at)
    if ready:
        tell_ready(item, ready, at=at)


def _reason(note: str, item: ApprovalItem) -> str:
    if not note.strip():
        raise NotAllowed(_("Please give a reason."), version=item.version)
    return note.strip()
