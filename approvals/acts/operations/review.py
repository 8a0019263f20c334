"""While a department reviews an item, and its decision."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from approvals.acts.models import Commitment, Extension, Suspension
from approvals.acts.operations.following_grants import keep_by_grant
from approvals.acts.operations.outstanding_materials import Outstanding, outstanding_materials
from approvals.acts.operations.parts import answers_of, check_parts
from approvals.acts.operations.submitted_materials import record_commitments
from approvals.catalogue.models import Ground
from approvals.items.events import DELIVER_NOTHING, EXTEND_LATE, GRANT_TOLERANT
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
from huadu_portal.workdays.published import calendar
from projects.models import Document
from projects.operations import virus_found


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
    tell_firm(item, Kind.ITEM_EXTENDED, at=at, note=reason, ended_on=ended_on)
    issue_for(item, PaperKind.EXTENSION, at=at, note=reason, days=days, ended_on=ended_on)
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
def grant(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    commit_by: date | None = None,
    note: str = "",
) -> ApprovalItem:
    """The department says yes: its clock ends, what depends on it may open.

    Of a joint case each certificate waits for those that by law come before it; the
    opinion of a joint inspection waits for its parts. A material that may follow later and is
    missing becomes a commitment for `commit_by`, without a day for the last day of delivery;
    where any other is missing or has expired, the note has to give the reason. Raises
    ValidationError, by field, without it.
    """
    _check_nothing_before(item)
    published = calendar()
    outstanding = outstanding_materials(item, civil_day(at), published)
    _check_reasoned(outstanding, note)
    stop_clock(item, at)
    item.decided_at = at
    item.deliver_by = last_day = published.add(civil_day(at), DELIVERY_DAYS, "working")
    due_on = commit_by or last_day
    promised = _let_follow(item, outstanding, due_on, by=by, at=at)
    act = GRANT_TOLERANT if promised else "grant"
    said = outstanding.told(note, due_on)
    move(item, Status.GRANTED, act=act, by=by, at=at, note=said)
    keep_by_grant(item, by=by, at=at)
    advance_project(item, Kind.ITEM_GRANTED, by=by, at=at, note=said)
    parts = answers_of(item)
    issue_for(item, PaperKind.GRANT, at=at, note=note, parts=parts, promised=promised)
    if item.approval_type.code == MANDATE_CODE and item.project.agent:
        issue_mandate(item.project, at=at)
    return item


def _check_nothing_before(item: ApprovalItem) -> None:
    if item.joint_case_id:
        check_order(item)
    check_parts(item)


def can_be_decided(_user: User, item: ApprovalItem) -> bool:
    """Whether it waits for nothing that has to be granted before it."""
    try:
        _check_nothing_before(item)
    except NotAllowed:
        return False
    return True


def _check_reasoned(outstanding: Outstanding, note: str) -> None:
    if outstanding.hard and not note.strip():
        sentence = _("Missing or expired: %(names)s. Please give the reason for granting it.")
        raise ValidationError({"note": sentence % {"names": outstanding.hard_names}})


def _let_follow(
    item: ApprovalItem, outstanding: Outstanding, due_on: date, *, by: User, at: datetime
) -> list[tuple[str, date]]:
    """All that the firm is yet to bring: what it has promised, and what follows from today on."""
    if outstanding.tolerable and due_on <= civil_day(at):
        raise ValidationError({"commit_by": _("Please choose a day after today.")})
    record_commitments(
        {item: [need.requirement for need in outstanding.tolerable]},
        by=by,
        at=at,
        commit_by=due_on,
        source=Commitment.Source.TOLERANT,
    )
    return [
        *outstanding.promised,
        *((need.kind.name, due_on) for need in outstanding.tolerable),
    ]


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
    nothing_to_hand_over: bool = False,
    note: str = "",
) -> ApprovalItem:
    """Hand over the result document, with its number and file (第44条); or say with a reason
    that there is nothing to hand over.

    Raises ValidationError, by field, where neither is said.
    """
    assert item.decided_at is not None, "only what is granted is delivered"
    item.delivered_at = at
    if nothing_to_hand_over:
        return _deliver_nothing(item, certificate_number or document, by=by, at=at, note=note)
    document = checked_result(item, certificate_number, document)
    certificate = certify(
        item,
        number=certificate_number.strip(),
        issued_on=issued_on or civil_day(item.decided_at),
        valid_until=valid_until,
        document=document,
        at=at,
    )
    move(item, Status.DELIVERED, act="deliver", by=by, at=at, note=note)
    tell_firm(item, Kind.ITEM_DELIVERED, at=at, note=note)
    facts = certificate_facts(certificate)
    issue_for(item, PaperKind.DELIVERY, at=at, note=note, **facts)
    return item


def _deliver_nothing(
    item: ApprovalItem, result: object, *, by: User, at: datetime, note: str
) -> ApprovalItem:
    """The item is closed without a result document; the reason stands on it."""
    item.reason = reason_for_nothing(result, note)
    move(item, Status.DELIVERED, act=DELIVER_NOTHING, by=by, at=at, note=note)
    tell_firm(item, Kind.ITEM_DELIVERED, at=at, note=note)
    issue_for(item, PaperKind.DELIVERY, at=at, note=note, is_empty=True)
    return item


def reason_for_nothing(result: object, note: str) -> str:
    """Why nothing is handed over. Raises ValidationError, by field, where a result is, or no
    reason."""
    if result:
        sentence = _("Please either hand over a result, or choose that there is none.")
        raise ValidationError({"nothing_to_hand_over": sentence})
    if not note.strip():
        sentence = _("Please give the reason why there is nothing to hand over.")
        raise ValidationError({"note": sentence})
    return note.strip()


def checked_result(item: ApprovalItem, number: str, document: Document | None) -> Document:
    """The file to hand over, once there are number and file, and nothing is wrong with it."""
    wrong = {}
    if not number.strip():
        wrong["certificate_number"] = _("Please enter the number of the result document.")
    if document is None:
        wrong["document"] = _("Please add the file of the result document.")
    elif document.enterprise_id != item.project.enterprise_id:
        wrong["document"] = _("This file belongs to another enterprise.")
    elif document.is_infected:
        wrong["document"] = virus_found(document)
    if wrong:
        raise ValidationError(wrong)
    assert document is not None, "it has just been asked for"
    return document
