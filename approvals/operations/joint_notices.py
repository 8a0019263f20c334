"""Who is told what about a joint case."""

from collections.abc import Iterable
from datetime import datetime

from approvals.models import BEFORE_LAND, ApprovalItem, JointCase, Status
from approvals.operations.notices import tell_officers
from huadu_portal.accounts.models import User
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import notify
from huadu_portal.workdays.published import calendar
from projects.operations import people_of, shown, window


def tell_opened(case: JointCase, items: Iterable[ApprovalItem], *, at: datetime) -> None:
    """The firm and its agent once, each department for its item."""
    _tell(_firm(case), case, Kind.JOINT_OPENED, at=at, due=case.opinions_due_on)
    tell_officers(items, Kind.ITEM_PRE_REVIEW, at=at)


def tell_if_all_passed(case: JointCase, *, at: datetime) -> None:
    """Nothing stands in the way of the land any more: the window, and the firm."""
    before = case.items.filter(status__in=BEFORE_LAND)
    waiting = before.exclude(status=Status.PRE_APPROVED)
    if waiting.exists() or not before.exists():
        return
    people = [*window(), *_firm(case)]
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
        _tell(_firm(case), case, Kind.JOINT_VOIDED, at=at, note=note)


def tell_registered(
    case: JointCase,
    formal: Iterable[ApprovalItem],
    left: Iterable[ApprovalItem],
    *,
    at: datetime,
) -> None:
    due, left = case.due_on(calendar()), list(left)
    names = "、".join(item.approval_type.name for item in left)
    note = f"转为一般程序：{names}" if left else ""
    _tell(_firm(case), case, Kind.JOINT_REGISTERED, at=at, due=due, note=note)
    tell_officers(formal, Kind.ITEM_FORMAL, at=at)
    _tell_left(case, left, at=at)


def tell_ended(case: JointCase, items: Iterable[ApprovalItem], *, at: datetime) -> None:
    _tell(_firm(case), case, Kind.JOINT_ENDED, at=at, note=case.reason)
    _tell_left(case, items, at=at)


def _tell_left(case: JointCase, items: Iterable[ApprovalItem], *, at: datetime) -> None:
    """Departments need not look at these any more, for the time being."""
    tell_officers(items, Kind.ITEM_LEFT_JOINT, at=at, note=case.reason)


def tell_ready(case: JointCase, ready: Iterable[ApprovalItem], *, at: datetime) -> None:
    """What has left the case and can be handed in at once."""
    types = [item.approval_type for item in ready]
    if not types:
        return
    notify(
        people_of(case.project.enterprise),
        Kind.ITEMS_READY,
        params={
            "project": case.project.name,
            "item": "、".join(entry.name for entry in types),
            "item_en": ", ".join(entry.name_en for entry in types),
        },
        url=case.project.get_absolute_url(),
        event_key=f"joint:{case.pk}:{case.version}:{Kind.ITEMS_READY}",
        at=at,
    )


def _firm(case: JointCase) -> list[User]:
    agent = [case.project.agent] if case.project.agent else []
    return [*people_of(case.project.enterprise), *agent]


def _tell(people, case: JointCase, kind: Kind, *, at: datetime, due=None, note="") -> None:
    notify(
        {person.pk: person for person in people}.values(),
        kind,
        params={
            "case": case.bundle.name,
            "case_en": case.bundle.name_en,
            "project": case.project.name,
            "due": shown(due),
        },
        url=case.get_absolute_url(),
        event_key=f"joint:{case.pk}:{case.version}:{kind}",
        at=at,
        note=note,
    )
