"""Who is told what about a joint case."""

from collections.abc import Iterable
from datetime import date, datetime

from approvals.items.models import ApprovalItem
from approvals.items.operations.notices import firm_of, items_parameter, tell_officers
from approvals.joint.models import JointCase
from huadu_portal.accounts.models import User
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import Message, notify_all
from projects.operations import iso_day, keep_for_counter, people_of, window


def tell_opened(case: JointCase, items: Iterable[ApprovalItem], *, at: datetime) -> None:
    """The firm and its agent once, each department for its item."""
    _tell(firm_of(case.project), case, Kind.JOINT_OPENED, at=at, due=case.opinions_due_on)
    tell_officers(items, Kind.ITEM_PRE_REVIEW, at=at)


def tell_all_passed(case: JointCase, *, at: datetime) -> None:
    """Tell the window and the firm that all opinions before the land are favourable."""
    people = [*window(), *firm_of(case.project)]
    _tell(people, case, Kind.JOINT_PASSED, at=at)


def tell_fact_changed(
    case: JointCase,
    touched: Iterable[ApprovalItem],
    voided: Iterable[ApprovalItem],
    *,
    at: datetime,
    note: str,
) -> None:
    """The officers whose opinion rests on it; the firm, if it has lost one."""
    tell_officers(touched, Kind.ITEM_FACT_CHANGED, at=at, note=note)
    if voided:
        _tell(firm_of(case.project), case, Kind.JOINT_VOIDED, at=at, note=note)


def tell_registered(
    case: JointCase,
    formal: Iterable[ApprovalItem],
    left: Iterable[ApprovalItem],
    *,
    at: datetime,
    due: date,
) -> None:
    _tell(firm_of(case.project), case, Kind.JOINT_REGISTERED, at=at, due=due)
    if names := items_parameter(left):
        _tell(firm_of(case.project), case, Kind.JOINT_LEFT, at=at, names=names)
    tell_officers(formal, Kind.ITEM_FORMAL, at=at)
    _tell_left(case, left, at=at)


def tell_ended(case: JointCase, items: Iterable[ApprovalItem], *, at: datetime) -> None:
    _tell(firm_of(case.project), case, Kind.JOINT_ENDED, at=at, note=case.reason)
    _tell_left(case, items, at=at)


def _tell_left(case: JointCase, items: Iterable[ApprovalItem], *, at: datetime) -> None:
    """Departments need not look at these any more, for the time being."""
    tell_officers(items, Kind.ITEM_LEFT_JOINT, at=at, note=case.reason)


def _tell(
    people: Iterable[User],
    case: JointCase,
    kind: Kind,
    *,
    at: datetime,
    due: date | None = None,
    note: str = "",
    names: dict[str, str] | None = None,
) -> None:
    message = Message(
        list({person.pk: person for person in people}.values()),
        kind,
        params={
            "case": case.bundle.name,
            "case_en": case.bundle.name_en,
            "project": case.project.name,
            "due": iso_day(due),
        }
        | (names or {}),
        url=case.get_absolute_url(),
        event_key=f"joint:{case.pk}:{case.version}:{kind}",
        note=note,
    )
    notify_all([message], at=at)
    if all(person.is_staff for person in message.recipients):
        firm = case.project.enterprise
        keep_for_counter([message], firm, people_of(firm), at=at, project=case.project)
