"""Who is told what about an item."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q

from approvals.models import (
    ApprovalItem,
    Card,
    Consultation,
    HelpRequest,
    SiteVisit,
    SupervisionOrder,
)
from huadu_portal.accounts.models import Department, User
from huadu_portal.clock import civil_day
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import Message, notify, notify_all
from huadu_portal.prepared import Prepared
from projects.models import Project
from projects.operations import people_of, shown, window

# Who takes items in, as long as no officer has taken one on.
RECEIVING = [User.Role.OFFICER, User.Role.WINDOW]
# Who answers for a department; the centre's head for the centre's own services.
HEADS = [User.Role.DEPARTMENT_HEAD, User.Role.CENTRE_HEAD]
RECEIVERS = Prepared[User](
    lambda department: User.objects.filter(
        department=department, role__in=RECEIVING, is_active=True
    )
)


def tell_firm(
    item: ApprovalItem,
    kind: Kind,
    *,
    at: datetime,
    note: str = "",
    until: date | None = None,
) -> None:
    """The firm's people and the project's agent; `until`: what the message names."""
    _tell(firm_of(item.project), item, kind, at=at, note=note, until=until)


def tell_department(item: ApprovalItem, kind: Kind, *, at: datetime, note: str = "") -> None:
    _tell(officers_of(item), item, kind, at=at, note=note)


def tell_officer(item: ApprovalItem, kind: Kind, *, at: datetime, note: str = "") -> None:
    """Whoever handles it; once nobody does, all of the department's officers."""
    tell_officers([item], kind, at=at, note=note)


def tell_officers(
    items: Iterable[ApprovalItem], kind: Kind, *, at: datetime, note: str = ""
) -> None:
    """The same for several items of one act, in one statement."""
    notify_all([_message(officers_of(item), item, kind, note) for item in items], at=at)


def tell_supervision(item: ApprovalItem, *, at: datetime) -> None:
    """A red card: the department's heads and the centre's."""
    heads = User.objects.filter(
        Q(department=item.department_id, role=User.Role.DEPARTMENT_HEAD)
        | Q(role=User.Role.CENTRE_HEAD),
        is_active=True,
    )
    _tell(heads, item, Kind.CARD_RED, at=at, note="")


def tell_heads(
    item: ApprovalItem, kind: Kind, *, at: datetime, note: str = "", but: User | None = None
) -> None:
    """The heads of the item's department; the centre's for the centre's own services."""
    heads = User.objects.filter(
        department=item.department_id,
        role__in=HEADS,
        is_active=True,
    )
    _tell([head for head in heads if head != but], item, kind, at=at, note=note)


def tell_one(
    person: User, item: ApprovalItem, kind: Kind, *, at: datetime, note: str = ""
) -> None:
    _tell([person], item, kind, at=at, note=note)


def tell_order(order: SupervisionOrder, kind: Kind, *, at: datetime, note: str) -> None:
    """Given: whoever handles the item and their heads; answered: whoever gave it, or the
    centre's heads when a rung did."""
    item = order.item
    heads = Q(department=order.department_id, role__in=HEADS)
    if kind == Kind.ORDER_ANSWERED:
        giver = Q(pk=order.ordered_by_id)
        heads = giver if order.ordered_by_id else Q(role=User.Role.CENTRE_HEAD)
    people = list(User.objects.filter(heads, is_active=True))
    if kind == Kind.ORDER_GIVEN:
        people = [*officers_of(item), *people]
    notify(
        people,
        kind,
        params=params_of(item) | {"number": order.number, "due": shown(order.due_on)},
        url=order.get_absolute_url(),
        event_key=f"order:{order.pk}:{kind}",
        subject=order.item_id,
        at=at,
        note=note,
    )


def tell_helpers(request: HelpRequest, kind: Kind, *, at: datetime) -> None:
    """The window, and whoever accompanies the project."""
    project = request.item.project
    pair = {project.agent_id, project.chief_officer_id}
    accompanying = User.objects.filter(pk__in=pair - {None}, is_active=True)
    notify(
        {user.pk: user for user in [*window(), *accompanying]}.values(),
        kind,
        params=params_of(request.item) | {"due": shown(request.due_on)},
        url=request.get_absolute_url(),
        event_key=f"help:{request.pk}:{kind}",
        subject=request.item_id,
        at=at,
        note=request.question,
    )


def tell_card(card: Card, kind: Kind, *, at: datetime, note: str) -> None:
    """Appealed: whoever decides on it; decided: the department's heads."""
    is_own = card.department.kind == Department.Kind.CENTRE
    who = Q(role=User.Role.LEADER if is_own else User.Role.CENTRE_HEAD)
    if kind == Kind.CARD_DECIDED:
        who = Q(role__in=HEADS, department=card.department_id)
    notify(
        User.objects.filter(who, is_active=True),
        kind,
        params=params_of(card.item) | {"number": card.item.number or ""},
        url=card.get_absolute_url(),
        event_key=f"card:{card.pk}:{kind}:{at:%FT%T}",
        subject=card.item_id,
        at=at,
        note=note,
    )


def tell_deemed(item: ApprovalItem, *, at: datetime) -> None:
    """Accepted by law: the firm, the department's officers and heads, the window."""
    tell_firm(item, Kind.ITEM_DEEMED, at=at)
    heads = User.objects.filter(
        department=item.department_id, role=User.Role.DEPARTMENT_HEAD, is_active=True
    )
    people = {user.pk: user for user in [*officers_of(item), *heads, *window()]}
    _tell(people.values(), item, Kind.ITEM_SILENT, at=at, note="")


def tell_visit(visit: SiteVisit, *, at: datetime) -> None:
    """The firm and its agent, and whoever handles the whole or a part, each by the item
    that they may see; whoever has set it knows."""
    whole, told = visit.item, {visit.set_by_id}
    parts = whole.parts.select_related("approval_type", "department", "officer", "project")
    coming = [(whole, firm_of(whole.project)), (whole, officers_of(whole))]
    for item, people in [*coming, *((part, officers_of(part)) for part in parts)]:
        notify(
            [person for person in people if person.pk not in told],
            Kind.VISIT_SET,
            params=params_of(item) | {"due": shown(civil_day(visit.at))},
            url=item.get_absolute_url(),
            event_key=f"visit:{visit.pk}",
            subject=item.pk,
            at=at,
            note=visit.words,
        )
        told |= {person.pk for person in people}


def tell_asked(consultation: Consultation, *, at: datetime) -> None:
    """The officers and heads of the department whose opinion is asked."""
    asked = User.objects.filter(
        department=consultation.department_id,
        role__in=[*RECEIVING, User.Role.DEPARTMENT_HEAD],
        is_active=True,
    )
    notify(
        asked,
        Kind.CONSULTATION_ASKED,
        params=params_of(consultation.item) | {"due": shown(consultation.due_on)},
        url=consultation.get_absolute_url(),
        event_key=f"consultation:{consultation.pk}:{Kind.CONSULTATION_ASKED}",
        subject=consultation.item_id,
        at=at,
        note=consultation.question,
    )


def tell_ready(
    project: Project, ready: Iterable[ApprovalItem], *, cause: str, at: datetime
) -> None:
    """One message, however many items an act has opened; `cause` names the act for good."""
    if names := names_of(ready):
        people = people_of(project.enterprise)
        notify_all([_ready(people, project, names, cause)], at=at)


def tell_met(
    item: ApprovalItem,
    kind: Kind | None,
    ready: Iterable[ApprovalItem],
    *,
    at: datetime,
    note: str,
) -> None:
    """The same after an item, with what the firm and the agent are told of it itself."""
    project, names, messages = item.project, names_of(ready), []
    people = people_of(project.enterprise)
    if kind:
        told = [*people, *_agent_of(project)]
        messages.append(_message(told, item, kind, note))
    if names:
        messages.append(_ready(people, project, names, f"item:{item.pk}:{item.version}"))
    notify_all(messages, at=at)


def _ready(people, project: Project, names: dict[str, str], cause: str) -> Message:
    return Message(
        people,
        Kind.ITEMS_READY,
        params={"project": project.name} | names,
        url=project.get_absolute_url(),
        event_key=f"{cause}:{Kind.ITEMS_READY}",
    )


def names_of(items: Iterable[ApprovalItem]) -> dict[str, str]:
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
        "due": shown(item.due_on),
    }


def _tell(recipients, item, kind, *, at, note, until=None) -> None:
    notify_all([_message(recipients, item, kind, note, until)], at=at)


def _message(recipients, item, kind, note, until=None) -> Message:
    params = params_of(item)
    if until:
        params["due"] = shown(until)
    return Message(
        recipients,
        kind,
        params=params,
        url=item.get_absolute_url(),
        event_key=f"item:{item.pk}:{item.version}:{kind}",
        subject=item.pk,
        note=note,
    )
