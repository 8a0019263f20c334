"""Who is told what about an item."""

from collections.abc import Iterable
from datetime import datetime

from approvals.models import ApprovalItem
from huadu_portal.accounts.models import User
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import notify
from projects.operations import people_of, shown

# Who takes items in, as long as no officer has taken one on.
RECEIVING = [User.Role.OFFICER, User.Role.WINDOW]


def tell_firm(item: ApprovalItem, kind: Kind, *, at: datetime, note: str = "") -> None:
    """The firm's people and the project's agent."""
    agent = [item.project.agent] if item.project.agent else []
    _tell([*people_of(item.project.enterprise), *agent], item, kind, at=at, note=note)


def tell_department(item: ApprovalItem, kind: Kind, *, at: datetime, note: str = "") -> None:
    _tell(officers_of(item), item, kind, at=at, note=note)


def tell_ready(granted: ApprovalItem, ready: Iterable[ApprovalItem], *, at: datetime) -> None:
    """One message, however many items a decision has opened."""
    ready = list(ready)
    params = {
        "project": granted.project.name,
        "item": "、".join(item.approval_type.name for item in ready),
        "item_en": ", ".join(item.approval_type.name_en for item in ready),
    }
    notify(
        people_of(granted.project.enterprise),
        Kind.ITEMS_READY,
        params=params,
        url=granted.project.get_absolute_url(),
        event_key=f"item:{granted.pk}:{granted.version}:{Kind.ITEMS_READY}",
        at=at,
    )


def officers_of(item: ApprovalItem) -> list[User]:
    """Its officer; as long as nobody has taken it on, all of the department's."""
    if item.officer:
        return [item.officer]
    return list(
        User.objects.filter(
            department=item.department_id,
            role__in=RECEIVING,
            is_active=True,
        )
    )


def params_of(item: ApprovalItem) -> dict[str, str]:
    return {
        "item": item.approval_type.name,
        "item_en": item.approval_type.name_en,
        "project": item.project.name,
        "due": shown(item.due_on),
    }


def _tell(recipients, item, kind, *, at, note) -> None:
    notify(
        recipients,
        kind,
        params=params_of(item),
        url=item.get_absolute_url(),
        event_key=f"item:{item.pk}:{item.version}:{kind}",
        at=at,
        note=note,
    )
