"""While a department reviews an item, and its decision."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from approvals.acts.models import Commitment, Extension, Suspension
from approvals.acts.operations.parts import answers_of, check_parts
from approvals.catalogue.models import Ground
from approvals.items.events import EXTEND_LATE, GRANT_TOLERANT
from approvals.items.models import ApprovalItem, Status
from approvals.items.operations.dates import DELIVERY_DAYS, recompute, stop_clock
from approvals.items.operations.history import move, note_act, save_item
from approvals.items.operations.notices import tell_firm, tell_officer
from approvals.items.operations.planning import advance_project, check_is_last, check_order
from approvals.items.operations.reasons import reason_of
from approvals.items.operations.recheck import wake_others
from approvals.papers.operations import (
    MANDATE_CODE,
    certificate_facts,
    certify,
    issue_for,
    issue_mandate,
)
from huadu_portal.accounts.models import User
from huadu_portal.acts import operation
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Kind
from huadu_portal.papers.models import PaperKind
from huadu_portal.prepared import Prepared
from huadu_portal.workdays.published import calendar
from projects.models import Document
from projects.operations import virus_found

# A grant says whether a commitment is yet to be kept.
OPEN_PROMISE = Prepared[tuple](
    lambda item: Commitment.objects.open().filter(item=item).values_list("pk")[:1]
)


@operation
def suspend(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    ground: str,
    expected_days: int,
    notice_file: Document,
    expected_unit: str = "working",
    note: str = "",
) -> ApprovalItem:
    """Stop the clock for a special procedure; the firm is told how long (第45条)."""
    ground = _legal_ground(item, ground)
    if notice_file.enterprise_id != item.project.enterprise_id:
        raise ValidationError({"notice_file": _("This file belongs to another enterprise.")})
    if notice_file.is_infected:
        raise ValidationError({"notice_file": virus_found(notice_file)})
    stop = Suspension.objects.create(
        item=item,
        ground=ground,
        expected_days=expected_days,
        expected_unit=expected_unit,
        expected_until=calendar().add(civil_day(at), expected_days, expected_unit),
        notice_file=notice_file,
        note=note,
        started_at=at,
        started_by=by,
    )
    stop_clock(item, at)
    text = f"{ground.label} · {stop.expected_until} {note}".strip()
    move(item, Status.SUSPENDED, act="suspend", by=by, at=at, note=text, ground=ground.value)
    _announce(stop, text)
    return item


def _announce(stop: Suspension, text: str) -> None:
    """By message and by paper: on what ground the clock stands still, and how long."""
    item, at = stop.item, stop.started_at
    tell_firm(item, Kind.ITEM_SUSPENDED, at=at, note=text, until=stop.expected_until)
    issue_for(
        item,
        PaperKind.SUSPENSION,
        at=at,
        note=stop.note,
        ground=Ground(stop.ground).label,
        expected_days=stop.expected_days,
        expected_unit=stop.expected_unit,
        expected_until=stop.expected_until,
    )


def _legal_ground(item: ApprovalItem, ground: str) -> Ground:
    if ground not in Ground.values or not item.approval_type.may_stop_on(ground):
        raise ValidationError({"ground": _("This ground does not stop the clock by law.")})
    return Ground(ground)


@operation
def resume(item: ApprovalItem, *, by: User, at: datetime, note: str = "") -> ApprovalItem:
    """The special procedure is over: the clock runs on, both due dates move by the stop."""
    item.epoch += 1
    move(item, Status.ACCEPTED, act="resume", by=by, at=at, note=note)
    item.suspensions.filter(ended_at=None).update(ended_at=at, ended_by=by)
    _run_on(item)
    tell_firm(item, Kind.ITEM_RESUMED, at=at, note=note)
    issue_for(item, PaperKind.RESUMPTION, at=at, note=note)
    return item


@operation
def extend(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    days: int,
    note: str,
    late: bool = False,
) -> ApprovalItem:
    """Extend both limits, once, by a head who does not handle the item (第42条).

    Days count in each limit's own unit; at most what the law allows (ten; jointly
    fifteen). The firm is told the reason. It is decided before the limits end; one that has
    ended is extended as `late` only: the dates move, and the breach stays.
    """
    reason = reason_of(note, item)
    if item.officer_id == by.pk:
        raise NotAllowed(
            _("Whoever handles the item cannot approve its extension."), version=item.version
        )
    most = item.approval_type.max_extension_days
    if not 1 <= days <= most:
        sentence = _("From one to %(most)s days, please.") % {"most": most}
        raise ValidationError({"days": sentence})
    ended_on = _ended_on(item, civil_day(at), late)
    Extension.objects.create(item=item, days=days, reason=reason, at=at, approved_by=by)
    item.extension_days = days
    item.epoch += 1
    recompute(item, calendar())
    act = EXTEND_LATE if ended_on else "extend"
    note_act(item, act=act, by=by, at=at, note=f"+{days} {reason}")
    tell_firm(item, Kind.ITEM_EXTENDED, at=at, note=reason)
    late_since = {"ended_on": ended_on} if ended_on else {}
    issue_for(item, PaperKind.EXTENSION, at=at, note=reason, days=days, **late_since)
    return item


def _ended_on(item: ApprovalItem, today: date, late: bool) -> date | None:
    """The last day of the limit that has ended; ValidationError unless it is extended late."""
    ended_on = item.ended_limit(today)
    if ended_on and not late:
        raise ValidationError({"late": late_extension_sentence(ended_on)})
    return ended_on


def late_extension_sentence(ended_on: date) -> str:
    """What is said before limits are extended that have ended (第42条)."""
    return _(
        "The limit ended on %(day)s. By Article 42 of the Administrative Licensing Law an "
        "extension is decided before that. This one is recorded as late: the dates move, and "
        "the missed limit stays on record and in every figure."
    ) % {"day": ended_on.isoformat()}


@operation
def transfer(
    item: ApprovalItem, *, by: User, at: datetime, to: User, note: str = ""
) -> ApprovalItem:
    """Hand the item to another officer of the same department."""
    serves = to.is_active and to.department_id == item.department_id
    if not serves or not (to.is_of_department or to.role == User.Role.WINDOW):
        raise ValidationError({"to": _("Please choose an officer of this department.")})
    if to.pk == item.officer_id:
        raise NotAllowed(
            _("%(person)s is already handling it.") % {"person": to}, version=item.version
        )
    item.officer = to
    note_act(item, act="transfer", by=by, at=at, note=f"{to} {note}".strip())
    tell_officer(item, Kind.ITEM_TRANSFERRED, at=at, note=note)
    return item


@operation
def grant(item: ApprovalItem, *, by: User, at: datetime, note: str = "") -> ApprovalItem:
    """The department says yes: its clock ends, what depends on it may open.

    Of a joint case each certificate waits for those that by law come before it; the
    opinion of a joint inspection waits for its parts.
    """
    if item.joint_case_id:
        check_order(item)
    check_parts(item)
    stop_clock(item, at)
    item.decided_at = at
    item.deliver_by = calendar().add(civil_day(at), DELIVERY_DAYS, "working")
    act = GRANT_TOLERANT if OPEN_PROMISE(item.pk) else "grant"
    move(item, Status.GRANTED, act=act, by=by, at=at, note=note)
    advance_project(item, Kind.ITEM_GRANTED, by=by, at=at, note=note)
    issue_for(item, PaperKind.GRANT, at=at, note=note, parts=answers_of(item))
    if item.approval_type.code == MANDATE_CODE and item.project.agent:
        issue_mandate(item.project, at=at)
    return item


@operation
def refuse(item: ApprovalItem, *, by: User, at: datetime, note: str) -> ApprovalItem:
    """The department says no, with reasons and the right to review (第38条)."""
    stop_clock(item, at)
    item.decided_at = at
    item.reason = reason_of(note, item)
    move(item, Status.REFUSED, act="refuse", by=by, at=at, note=note)
    tell_firm(item, Kind.ITEM_REFUSED, at=at, note=note)
    issue_for(item, PaperKind.REFUSAL, at=at, note=item.reason)
    return item


@operation
def reopen(item: ApprovalItem, *, by: User, at: datetime, note: str) -> ApprovalItem:
    """The head takes a refusal back: the review goes on, in a new epoch.

    The time since the refusal counts against nobody: it is stopped time.
    """
    reason_of(note, item)
    check_is_last(item)
    item.epoch += 1
    item.decided_at, item.reason = None, ""
    move(item, Status.ACCEPTED, act="reopen", by=by, at=at, note=note)
    _run_on(item)
    wake_others(item, at)
    tell_firm(item, Kind.ITEM_REOPENED, at=at, note=note)
    return item


def _run_on(item: ApprovalItem) -> None:
    """Once the stop has its end: the dates that follow from it."""
    recompute(item, calendar())
    save_item(item)


@operation
def deliver(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    certificate_number: str = "",
    issued_on: date | None = None,
    valid_until: date | None = None,
    document: Document | None = None,
    note: str = "",
) -> ApprovalItem:
    """Hand over the result document."""
    if document and document.enterprise_id != item.project.enterprise_id:
        raise ValidationError(_("These documents belong to another enterprise."))
    assert item.decided_at is not None, "only what is granted is delivered"
    item.delivered_at = at
    facts = {}
    if certificate_number:
        certificate = certify(
            item,
            number=certificate_number,
            issued_on=issued_on or civil_day(item.decided_at),
            valid_until=valid_until,
            document=document,
            at=at,
        )
        facts = certificate_facts(certificate)
    move(item, Status.DELIVERED, act="deliver", by=by, at=at, note=note)
    tell_firm(item, Kind.ITEM_DELIVERED, at=at, note=note)
    issue_for(item, PaperKind.DELIVERY, at=at, note=note, **facts)
    return item
