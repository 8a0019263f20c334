"""预审: what a department says of an item of a joint case before the land is registered."""

from collections.abc import Iterable
from datetime import datetime

from approvals.acts.operations.deemed import verb
from approvals.acts.operations.handing_in import attach
from approvals.items.models import ApprovalItem, Status
from approvals.items.operations.history import lock, move
from approvals.items.operations.notices import tell_firm, tell_officer
from approvals.items.operations.reasons import reason_of
from approvals.items.rights import Act
from approvals.joint.models import PreOpinion
from approvals.joint.operations.notices import tell_if_all_passed
from huadu_portal.accounts.models import User
from huadu_portal.notifications.models import Kind
from projects.models import Document


@verb
def pre_approve(
    item: ApprovalItem, *, by: User, at: datetime, version: int, note: str = ""
) -> ApprovalItem:
    """A favourable opinion, and no certificate: it holds until a fact changes under it.

    With the last opinion of the case the window learns that the land can be registered.
    """
    item = lock(item, Act.PRE_APPROVE, by=by, version=version)
    _give(item, passed=True, by=by, at=at, text=note)
    move(item, Status.PRE_APPROVED, act=Act.PRE_APPROVE, by=by, at=at, note=note)
    tell_firm(item, Kind.ITEM_PRE_APPROVED, at=at, note=note)
    tell_if_all_passed(item.joint_case, at=at)
    return item


@verb
def pre_object(
    item: ApprovalItem, *, by: User, at: datetime, version: int, note: str
) -> ApprovalItem:
    """Not yet: the firm mends what the opinion names. No notice of correction by law."""
    item = lock(item, Act.PRE_OBJECT, by=by, version=version)
    text = reason_of(note, item)
    _give(item, passed=False, by=by, at=at, text=text)
    move(item, Status.CORRECTING, act=Act.PRE_OBJECT, by=by, at=at, note=text)
    tell_firm(item, Kind.ITEM_PRE_OBJECTED, at=at, note=text)
    return item


def leave_case(item: ApprovalItem, *, at: datetime) -> None:
    """A registration that has not seen it is refused; perhaps it was the last in the way."""
    case = item.joint_case
    case.version += 1
    case.save(update_fields=["version"])
    tell_if_all_passed(case, at=at)


def _give(item: ApprovalItem, *, passed: bool, by: User, at: datetime, text: str) -> None:
    if by.is_of_department:
        item.officer = by
    PreOpinion.objects.create(
        case=item.joint_case, item=item, passed=passed, text=text.strip(), at=at, by=by
    )


@verb
def revise(
    item: ApprovalItem,
    *,
    by: User,
    at: datetime,
    version: int,
    documents: Iterable[Document] = (),
    note: str = "",
) -> ApprovalItem:
    """The firm has mended what an opinion named: into pre-review again."""
    item = lock(item, Act.REVISE, by=by, version=version)
    attach(item, list(documents), by=by, at=at)
    item.epoch += 1
    move(item, Status.PRE_REVIEW, act=Act.REVISE, by=by, at=at, note=note)
    tell_officer(item, Kind.ITEM_PRE_REVIEW, at=at, note=note)
    return item
