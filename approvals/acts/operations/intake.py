"""Until an item is taken on: handed in, corrected, accepted or not, taken back."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from approvals.acts import hooks
from approvals.acts.models import Commitment, CorrectionRequest
from approvals.acts.operations.asked_materials import check_item_requests, keep_requests
from approvals.acts.operations.correction_answers import (
    AnswerGiven,
    check_answers,
    documents_given_before,
    keep_answers,
    open_correction,
)
from approvals.acts.operations.parts import accept_parts, join_parts
from approvals.acts.operations.submitted_materials import (
    attach,
    check_materials,
    held_materials,
)
from approvals.items.events import NOT_REQUIRED, WITHDRAW_EARLY
from approvals.items.models import ApprovalItem, Status
from approvals.items.operations.dates import start_clock, stop_clock
from approvals.items.operations.history import move
from approvals.items.operations.kept_versions import receive
from approvals.items.operations.notices import tell_department, tell_firm, tell_received
from approvals.items.operations.reasons import reason_of
from approvals.papers.operations import issue_for
from approvals.vault.needs import needs_of_item
from huadu_portal.accounts.models import User
from huadu_portal.accounts.roles import HEADS
from huadu_portal.acts import operation
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Kind
from huadu_portal.papers.models import PaperKind
from huadu_portal.papers.numbers import item_number
from huadu_portal.workdays.arithmetic import Calendar
from huadu_portal.workdays.published import calendar
from projects.models import Document
from projects.operations import MaterialRequest


@operation
def submit(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    documents: Iterable[Document] | None = None,
    commit_by: date | None = None,
    on_commitment: bool = False,
    parts: Iterable[ApprovalItem] = (),
    note: str = "",
) -> ApprovalItem:
    """Hand the item in, with the materials it needs; the notice limit begins.

    Without `documents` the firm's own of the kinds it needs go with it: a material is
    asked for once. What may follow later (容缺受理), or is vouched for where the type
    allows it (`on_commitment`, 告知承诺), becomes a written commitment for `commit_by`.
    With the whole of a joint inspection its `parts` are handed in, on what the firm keeps.
    Raises ValidationError, by field, when a material lacks.
    """
    joined = join_parts(item, parts)
    _hand_in(
        item,
        documents,
        by=by,
        at=at,
        commit_by=commit_by,
        on_commitment=on_commitment,
        note=note,
    )
    for part in joined:
        _hand_in_part(
            part,
            by=by,
            at=at,
            commit_by=commit_by,
            on_commitment=on_commitment,
            note=item.number or "",
        )
    return item


def _hand_in_part(
    part: ApprovalItem,
    *,
    by: User,
    at: datetime,
    commit_by: date | None,
    on_commitment: bool,
    note: str,
) -> None:
    """What a part lacks is said beside the parts, under its name."""
    vouched = on_commitment and part.approval_type.commitment_allowed
    try:
        _hand_in(
            part,
            None,
            by=by,
            at=at,
            commit_by=commit_by,
            on_commitment=vouched,
            note=note,
        )
    except ValidationError as error:
        lines = [f"{part.approval_type}：{sentence}" for sentence in error.messages]
        raise ValidationError({"parts": lines}) from error


def _hand_in(
    item: ApprovalItem,
    documents: Iterable[Document] | None,
    *,
    by: User,
    at: datetime,
    commit_by: date | None,
    on_commitment: bool,
    note: str,
) -> None:
    """The same for a locked item."""
    published = calendar()
    needs = needs_of_item(item, civil_day(at), published)
    given = held_materials(needs) if documents is None else list(documents)
    lacking = check_materials(item, needs, given, civil_day(at), commit_by, on_commitment)
    item.number = item.number or item_number(
        civil_day(at), item.approval_type.code.removeprefix("HD-")
    )
    _receive(item, "submit", published, by=by, at=at, note=note)
    source = Commitment.Source.NOTIFICATION if on_commitment else Commitment.Source.TOLERANT
    attach(item, given, lacking, by=by, at=at, commit_by=commit_by, source=source)
    _give_receipt(item, given, at=at, note=note)


@operation
def resubmit(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    documents: Iterable[Document] = (),
    answers: Iterable[AnswerGiven] = (),
    unchanged: bool = False,
    note: str = "",
) -> ApprovalItem:
    """Answer a request for correction, point by point (`check_answers`): a new receipt, a new
    notice limit, a new epoch.

    `documents` go with the item besides those of the answers; `unchanged`: the firm confirms that
    nothing is new.
    """
    documents, had = list(documents), documents_given_before(item)
    correction = open_correction(item)
    answers = check_answers(
        correction.points if correction else [],
        answers,
        documents,
        had=had,
        note=note,
        unchanged=unchanged,
    )
    documents += [each for answer in answers for each in answer.documents]
    documents = list(dict.fromkeys(documents))
    item.epoch += 1
    said = "\n".join(filter(None, [*(answer.sentence for answer in answers), note]))
    if correction:
        keep_answers(correction, answers, had=had)
        correction.answered_at, correction.answer = at, note
        correction.save(update_fields=["answered_at", "answer"])
    _receive(item, "resubmit", calendar(), by=by, at=at, note=said)
    attach(item, documents, by=by, at=at)
    _give_receipt(item, documents, at=at, note=note)
    return item


def _receive(
    item: ApprovalItem, act: str, published: Calendar, *, by: User, at: datetime, note: str
) -> None:
    receive(item, at)
    item.notice_due_on = published.add(civil_day(at), item.days_for_notice, "working")
    move(item, Status.SUBMITTED, act=act, by=by, at=at, note=note)
    tell_received(item, at=at, note=note)


def _give_receipt(
    item: ApprovalItem, documents: Iterable[Document], *, at: datetime, note: str
) -> None:
    names = [document.filename for document in documents]
    issue_for(item, PaperKind.RECEIPT, at=at, note=note, materials=names)


@operation
def withdraw(item: ApprovalItem, *, by: User, at: datetime, note: str = "") -> ApprovalItem:
    """The firm takes the item back, before it has been decided.

    The window may do so, with a reason, when a request for correction has stayed
    unanswered for thirty days; the firm is told.
    """
    was, was_received = item.status, item.submitted_at is not None
    act = WITHDRAW_EARLY if item.is_in_pre_review else "withdraw"
    if by.is_staff:
        _check_patience(item, at)
        note = reason_of(note, item)
    stop_clock(item, at)
    item.reason = note
    move(item, Status.WITHDRAWN, act=act, by=by, at=at, note=note)
    if was == Status.SUSPENDED:
        item.suspensions.filter(ended_at=None).update(ended_at=at, ended_by=by)
    if act == WITHDRAW_EARLY:
        for told in hooks.on_left_case:
            told(item, at=at)
    if was != Status.READY:
        tell_department(item, Kind.ITEM_WITHDRAWN, at=at, note=note)
    if was_received:
        issue_for(item, PaperKind.WITHDRAWAL, at=at, note=note)
    if by.is_staff:
        tell_firm(item, Kind.ITEM_CLOSED, at=at, note=note)
    return item


def _check_patience(item: ApprovalItem, at: datetime) -> None:
    asked = item.corrections.filter(answered_at=None).last()
    if asked is None or civil_day(at) < asked.answer_by:
        raise NotAllowed(
            _("The enterprise has thirty days to answer; only then may it be closed."),
            version=item.version,
        )


@operation
def accept(item: ApprovalItem, *, by: User, at: datetime, note: str = "") -> ApprovalItem:
    """Take the item on for review; its limits begin to run."""
    if by.is_of_department:
        item.officer = by
    start_clock(item, at, calendar())
    move(item, Status.ACCEPTED, act="accept", by=by, at=at, note=note)
    accept_parts(item, by=by, at=at, recorded_at=at)
    tell_firm(item, Kind.ITEM_ACCEPTED, at=at, note=note)
    issue_for(item, PaperKind.ACCEPTANCE, at=at, note=note)
    return item


@operation
def request_correction(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    missing: Iterable[str] = (),
    materials: Iterable[MaterialRequest] = (),
    note: str = "",
) -> ApprovalItem:
    """Say, once and completely, what is missing (行政许可法第32条第四项).

    A kind of material that is here and valid may be named only with a reason. A second
    time only the department's head may ask, who thereby answers for it: the department
    gets a red card.
    """
    materials = list(materials)
    check_item_requests(item, materials, on=civil_day(at))
    missing = _listed(item, materials, missing)
    is_second = item.corrections.exists()
    _check_once(item, is_second, by)
    correction = CorrectionRequest.objects.create(
        item=item, asked_at=at, asked_by=by, missing=missing, next_rung_at=at
    )
    keep_requests(correction, materials)
    listed = "\n".join(f"{n}. {line}" for n, line in enumerate(missing, 1))
    text = f"{listed}\n{note}".strip()
    act = "request_correction"
    move(item, Status.CORRECTING, act=act, by=by, at=at, note=text)
    if is_second:
        for told in hooks.on_second_correction:
            told(item, by=by, at=at)
    by_day = correction.answer_by
    tell_firm(item, Kind.ITEM_CORRECTION, at=at, note=text, until=by_day, answer_by=by_day)
    issue_for(item, PaperKind.CORRECTION, at=at, note=note, missing=missing, answer_by=by_day)
    return item


def _listed(
    item: ApprovalItem, materials: Iterable[MaterialRequest], missing: Iterable[str]
) -> list[str]:
    """Everything that is missing, a sentence each; raises NotAllowed when nothing is."""
    lines = [*(asked.sentence for asked in materials), *missing]
    lines = [line.strip() for line in lines if line.strip()]
    if not lines:
        raise NotAllowed(_("Please state what is missing."), version=item.version)
    return lines


def _check_once(item: ApprovalItem, is_second: bool, by: User) -> None:
    if is_second and by.role not in HEADS:
        raise NotAllowed(
            _(
                "Corrections may be requested only once. A second request must be made "
                "by the department head."
            ),
            version=item.version,
        )


@operation
def decline(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    note: str,
    not_required: bool = False,
) -> ApprovalItem:
    """Not accepted, with the reason in writing; the firm may apply anew.

    `not_required`: by law no approval is needed (第32条第一项).
    """
    item.reason = reason_of(note, item)
    act = NOT_REQUIRED if not_required else "decline"
    move(item, Status.DECLINED, act=act, by=by, at=at, note=note)
    tell_firm(item, Kind.ITEM_DECLINED, at=at, note=note)
    issue_for(item, PaperKind.DECLINE, at=at, note=item.reason)
    return item
