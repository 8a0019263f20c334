"""Who is told what about an item."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from approvals.items.models import ApprovalItem
from huadu_portal.accounts.models import User
from huadu_portal.accounts.roles import RECEIVING
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import Message, notify_all
from huadu_portal.prepared import Prepared
from projects.models import Project
from projects.operations import iso_day, keep_for_counter, people_of

# 政务服务便民热线, which answers for all centers.
HOTLINE = "12345"
RECEIVERS = Prepared[User](
    lambda department: User.objects.filter(
        department=department, role__in=RECEIVING, is_active=True
    )
)


def tell(
    people: Iterable[User],
    item: ApprovalItem,
    kind: Kind,
    *,
    at: datetime,
    note: str = "",
    until: date | None = None,
) -> None:
    """These people; `until`: what the message names instead of the item's due date."""
    notify_all([_message(people, item, kind, note, until)], at=at)


def tell_firm(
    item: ApprovalItem,
    kind: Kind,
    *,
    at: datetime,
    note: str = "",
    until: date | None = None,
    **days: date | None,
) -> None:
    """The firm's people and the project's agent; `until`: the day that counts, if it is not the
    promised one; `days`: what else is said by its name (`title_of`)."""
    people = people_of(item.project.enterprise)
    told = [*people, *_agent_of(item.project)]
    message = _message(told, item, kind, note, until, **days)
    notify_all([message], at=at)
    _keep_for_counter([message], item, people, at=at)


def tell_department(item: ApprovalItem, kind: Kind, *, at: datetime, note: str = "") -> None:
    tell(officers_of(item), item, kind, at=at, note=note)


def tell_received(item: ApprovalItem, *, at: datetime, note: str = "") -> None:
    """The department; and the firm's people, by whom they can ask, at once."""
    people = people_of(item.project.enterprise)
    receipt = _message(people, item, Kind.ITEM_RECEIVED, "")
    receipt = replace(receipt, params={**receipt.params, "contact": contact_of(item.project)})
    notify_all([_message(officers_of(item), item, Kind.ITEM_SUBMITTED, note), receipt], at=at)
    _keep_for_counter([receipt], item, people, at=at)


def contact_of(project: Project) -> str:
    """The project's agent with the telephone that firms are shown; else the hotline."""
    agent = project.agent
    if agent is None:
        return HOTLINE
    record = getattr(agent, "service_agent", None)
    phone = (record.phone if record else "") or agent.mobile
    return f"{agent.get_full_name()} {phone}".strip()


def tell_officer(item: ApprovalItem, kind: Kind, *, at: datetime, note: str = "") -> None:
    """Whoever handles it; once nobody does, all of the department's officers."""
    tell_officers([item], kind, at=at, note=note)


def tell_officers(
    items: Iterable[ApprovalItem], kind: Kind, *, at: datetime, note: str = ""
) -> None:
    """The same for several items of one act, in one statement."""
    notify_all([_message(officers_of(item), item, kind, note) for item in items], at=at)


def tell_ready(
    project: Project, ready: Iterable[ApprovalItem], *, cause: str, at: datetime
) -> None:
    """One message, however many items an act has opened; `cause` names the act for good."""
    if names := items_parameter(ready):
        people = people_of(project.enterprise)
        message = _ready(people, project, names, cause)
        notify_all([message], at=at)
        keep_for_counter([message], project.enterprise, people, at=at, project=project)


def tell_met(
    item: ApprovalItem,
    kind: Kind | None,
    ready: Iterable[ApprovalItem],
    *,
    at: datetime,
    note: str,
) -> None:
    """The same after an item, with what the firm and the agent are told of it itself."""
    project, names, messages = item.project, items_parameter(ready), []
    people = people_of(project.enterprise)
    if kind:
        told = [*people, *_agent_of(project)]
        messages.append(_message(told, item, kind, note))
    if names:
        messages.append(_ready(people, project, names, f"item:{item.pk}:{item.version}"))
    notify_all(messages, at=at)
    _keep_for_counter(messages, item, people, at=at)


def _keep_for_counter(
    messages: Iterable[Message], item: ApprovalItem, people: list[User], *, at: datetime
) -> None:
    keep_for_counter(
        messages,
        item.project.enterprise,
        people,
        at=at,
        project=item.project,
        event_number=item.version,
    )


def _ready(
    people: Iterable[User], project: Project, names: dict[str, str], cause: str
) -> Message:
    return Message(
        people,
        Kind.ITEMS_READY,
        params={"project": project.name} | names,
        url=project.get_absolute_url(),
        event_key=f"{cause}:{Kind.ITEMS_READY}",
    )


def items_parameter(items: Iterable[ApprovalItem]) -> dict[str, str]:
    """Several items as one parameter of a message; nothing if there are none."""
    types = [item.approval_type for item in items]
    if not types:
        return {}
    return {
        "item": "、".join(entry.name for entry in types),
        "item_en": ", ".join(entry.name_en for entry in types),
    }


def firm_of(project: Project) -> list[User]:
    """The firm's people and the project's agent."""
    return [*people_of(project.enterprise), *_agent_of(project)]


def _agent_of(project: Project) -> list[User]:
    return [project.agent] if project.agent else []


def officers_of(item: ApprovalItem) -> list[User]:
    """Its officer; as long as nobody has taken it on, all of the department's."""
    return [item.officer] if item.officer else RECEIVERS(item.department_id)


def params_of(item: ApprovalItem) -> dict[str, str]:
    return {
        "item": item.approval_type.name,
        "item_en": item.approval_type.name_en,
        "project": item.project.name,
        "due": iso_day(item.due_on),
    }


def _message(
    recipients: Iterable[User],
    item: ApprovalItem,
    kind: Kind,
    note: str,
    until: date | None = None,
    **days: date | None,
) -> Message:
    params = params_of(item) | {name: iso_day(day) for name, day in days.items() if day}
    if until:
        params["due"] = iso_day(until)
    return Message(
        recipients,
        kind,
        params=params,
        url=item.get_absolute_url(),
        event_key=f"item:{item.pk}:{item.version}:{kind}",
        subject=item.pk,
        note=note,
    )
