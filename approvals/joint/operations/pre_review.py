"""预审: what a department says of an item of a joint case before the land is registered."""

from collections.abc import Iterable
from datetime import datetime

from approvals.acts.operations.correction_answers import check_answers, documents_given_before
from approvals.acts.operations.submitted_materials import attach
from approvals.items.models import ApprovalItem, Status
from approvals.items.operations.history import move
from approvals.items.operations.notices import tell_firm, tell_officer
from approvals.items.operations.reasons import reason_of
from approvals.joint.models import JointCase, PreOpinion
from approvals.joint.operations.notices import tell_all_passed
from approvals.joint.operations.service import sum_up
from huadu_portal.accounts.models import User
from huadu_portal.acts import operation
from huadu_portal.notifications.models import Kind
from projects.models import Document


@operation
def pre_approve(item: ApprovalItem, *, by: User, at: datetime, note: str = "") -> ApprovalItem:
    """A favourable opinion, and no certificate: it holds until a fact changes under it.

    With the last opinion of the case their summary is issued, and the window learns that the
    land can be registered.
    """
    _give(item, passed=True, by=by, at=at, text=note)
    move(item, Status.PRE_APPROVED, act="pre_approve", by=by, at=at, note=note)
    tell_firm(item, Kind.ITEM_PRE_APPROVED, at=at, note=note)
    _finish_if_all_passed(_case_of(item), at=at)
    return item


@operation
def pre_object(item: ApprovalItem, *, by: User, at: datetime, note: str) -> ApprovalItem:
    """Not yet: the firm corrects what the opinion names. No notice of correction by law."""
    text = reason_of(note, item)
    _give(item, passed=False, by=by, at=at, text=text)
    move(item, Status.CORRECTING, act="pre_object", by=by, at=at, note=text)
    tell_firm(item, Kind.ITEM_PRE_OBJECTED, at=at, note=text)
    return item


def leave_case(item: ApprovalItem, *, at: datetime) -> None:
    """A registration that has not seen it is refused; perhaps all others have passed."""
    case = _case_of(item)
    case.version += 1
    case.save(update_fields=["version"])
    _finish_if_all_passed(case, at=at)


def _finish_if_all_passed(case: JointCase, *, at: datetime) -> None:
    """The last favourable opinion completes the pre-review; after a changed fact, once more."""
    if case.all_have_passed():
        sum_up(case, by=None, at=at)
        tell_all_passed(case, at=at)


def _case_of(item: ApprovalItem) -> JointCase:
    assert item.joint_case is not None, "in pre-review are items of a case alone"
    return item.joint_case


def _give(item: ApprovalItem, *, passed: bool, by: User, at: datetime, text: str) -> None:
    if by.is_of_department:
        item.officer = by
    PreOpinion.objects.create(
        case=_case_of(item), item=item, passed=passed, text=text.strip(), at=at, by=by
    )


@operation
def revise(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    documents: Iterable[Document] = (),
    unchanged: bool = False,
    note: str = "",
) -> ApprovalItem:
    """The firm has corrected what an opinion named: into pre-review again.

    `unchanged`: it confirms that nothing is new (`check_answers`).
    """
    documents, had = list(documents), documents_given_before(item)
    check_answers([], [], documents, had=had, note=note, unchanged=unchanged)
    attach(item, documents, by=by, at=at)
    item.epoch += 1
    move(item, Status.PRE_REVIEW, act="revise", by=by, at=at, note=note)
    tell_officer(item, Kind.ITEM_PRE_REVIEW, at=at, note=note)
    return item
