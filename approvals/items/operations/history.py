"""The only writer of statuses, events and spans."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from approvals.items.events import EVENTS
from approvals.items.models import ApprovalItem, ClockSpan, Holder, ItemEvent, Status
from approvals.items.rights import ON_LADDER
from huadu_portal.accounts.models import User
from huadu_portal.errors import NotAllowed
from huadu_portal.prepared import Prepared
from huadu_portal.rows import insert, update
from projects.models import Project

# Two machines' clocks may differ by so much before an act counts as in the future.
CLOCKS_APART = timedelta(minutes=5)
COLUMNS = [field.attname for field in ApprovalItem._meta.concrete_fields if field.name != "id"]


def lock_project(project_id: UUID) -> Project:
    """Every act locks in this order: the project, then its items by id.

    With its firm and its agent, whom most acts tell.
    """
    if locked := PROJECT.first(project_id):
        return locked
    raise Project.DoesNotExist


def lock_item(item: ApprovalItem) -> ApprovalItem:
    """The item as it is, behind its project."""
    project = lock_project(item.project_id)
    locked = ITEM.first(item.pk)
    if locked is None:
        raise ApprovalItem.DoesNotExist
    return _locked(locked, project)


class OfItem(Protocol):
    """A row that belongs to an item."""

    objects: Any
    pk: Any
    item: ApprovalItem


OfItemT = TypeVar("OfItemT", bound=OfItem)


def lock_with_item(thing: OfItemT, *related: str) -> OfItemT:
    """Something that belongs to an item: project, item, then itself; all as they are now."""
    item = lock_item(thing.item)
    locked = type(thing).objects.select_related(*related).get(pk=thing.pk)
    locked.item = item
    return locked


def lock_items(items: QuerySet, project: Project) -> list[ApprovalItem]:
    """Items of a locked project as they are, by id."""
    return [_locked(item, project) for item in _for_update(items).order_by("pk")]


def _locked(item: ApprovalItem, project: Project) -> ApprovalItem:
    item.project = project
    item.as_stored = _values(item)
    return item


def _values(item: ApprovalItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in COLUMNS}


def save_item(item: ApprovalItem) -> None:
    """Write what an act has changed of an item; all of it, where it was not read locked."""
    values = _values(item)
    stored = getattr(item, "as_stored", {})
    changed = [name for name in COLUMNS if name not in stored or values[name] != stored[name]]
    update(item, changed)
    item.as_stored = values


def _for_update(items: QuerySet) -> QuerySet:
    return items.select_for_update(of=["self"], no_key=True).select_related(
        "approval_type", "department", "officer"
    )


# Every act asks these.
PROJECT = Prepared[Project](
    lambda project: (
        Project.objects.filter(pk=project)
        .select_for_update(of=["self"], no_key=True)
        .select_related("enterprise", "agent")
    )
)
ITEM = Prepared[ApprovalItem](lambda item: _for_update(ApprovalItem.objects.filter(pk=item)))
# As `update()` would say them, which takes longer to say than to do.
BEGIN_ITEMS = f"""
    UPDATE {ApprovalItem._meta.db_table} SET status = %s, version = 1 WHERE id = ANY(%s)
"""
END_SPANS = f"""
    UPDATE {ClockSpan._meta.db_table} SET ended_at = %s
    WHERE ended_at IS NULL AND item_id = ANY(%s)
"""
LAST_EVENT = Prepared[tuple[UUID, datetime, str]](
    lambda item: (
        ItemEvent.objects.filter(item=item)
        .order_by("-number")
        .values_list("item", "at", "digest")[:1]
    )
)


def move(
    item: ApprovalItem,
    status: Status,
    *,
    act: str,
    by: User | None,
    at: datetime,
    note: str = "",
    ground: str = "",
    backdated: bool = False,
) -> None:
    """Bring a locked item into a status, with its event and its span; see move_all."""
    move_all(
        [item], status, act=act, by=by, at=at, note=note, ground=ground, backdated=backdated
    )


def move_all(
    items: Sequence[ApprovalItem],
    status: Status,
    *,
    act: str,
    by: User | None,
    at: datetime,
    note: str = "",
    ground: str = "",
    backdated: bool = False,
) -> None:
    """The same for locked items by one act, in few statements however many they are.

    Raises NotAllowed when the status may not follow, or when the act would lie before an
    item's last event (deemed acceptance alone is back-dated) or in the future.
    """
    for item in items:
        _check_may_become(item, status)
    to = dict.fromkeys(items, status)
    _record(to, act=act, by=by, at=at, note=note, backdated=backdated)
    _hand_over(items, status, at, ground)
    for item in items:
        item.status = status
        _wake_ladder(item, at)
        save_item(item)


def _check_may_become(item: ApprovalItem, status: Status) -> None:
    if not item.may_become(status):
        raise NotAllowed(
            _("An item that is “%(now)s” cannot become “%(then)s”.")
            % {"now": item.get_status_display(), "then": status.label},
            version=item.version,
        )


def note_act(
    item: ApprovalItem, *, act: str, by: User | None, at: datetime, note: str = ""
) -> None:
    """Write down an act that leaves a locked item where it is."""
    _record({item: Status(item.status)}, act=act, by=by, at=at, note=note)
    _wake_ladder(item, at)
    save_item(item)


def _wake_ladder(item: ApprovalItem, at: datetime) -> None:
    """After any event the next sweep sees where the item stands on its ladder, if on any.

    Its parts too: as long as their whole has been handed in, they wait with it.
    """
    item.next_rung_at = at if item.status in ON_LADDER or item.is_sent_back else None
    if item.approval_type.may_have_parts:
        item.parts.filter(status=Status.SUBMITTED).update(next_rung_at=at)


def _record(
    to: Mapping[ApprovalItem, Status],
    *,
    act: str,
    by: User | None,
    at: datetime,
    note: str,
    backdated: bool = False,
) -> None:
    """The only writer of events of items that have a history; holds the items' locks."""
    last = _last_events(to)
    events = []
    for item, status in to.items():
        last_at, digest = last.get(item.pk, (at, ""))
        if at < last_at and not backdated:
            raise NotAllowed(
                _("This is earlier than the item's last event."), version=item.version
            )
        event = _event(item, status, act=act, by=by, at=at, note=note)
        if at > event.recorded_at + CLOCKS_APART:
            raise NotAllowed(_("This is later than the present time."), version=item.version)
        event.digest = event.digest_after(digest)
        events.append(event)
    insert(events)
    for item in to:
        item.version += 1


def _last_events(items: Collection[ApprovalItem]) -> dict[UUID, tuple[datetime, str]]:
    """When the last event of each was, and its digest."""
    if len(items) == 1:
        rows: Iterable[tuple[UUID, datetime, str]] = LAST_EVENT(*(item.pk for item in items))
    else:
        events = ItemEvent.objects.filter(item__in=items).order_by("item", "-number")
        rows = events.distinct("item").values_list("item", "at", "digest")
    return {item: (at, digest) for item, at, digest in rows}


def record_first_events(
    items: Iterable[ApprovalItem],
    status: Status,
    *,
    act: str,
    by: User | None,
    at: datetime,
) -> None:
    """The first event of many items that have none yet, in as few statements as it takes."""
    items = list(items)
    events = []
    for item in items:
        event = _event(item, status, act=act, by=by, at=at, note=item.reason)
        event.digest = event.digest_after("")
        events.append(event)
        item.status, item.version = status, 1
    insert(events)
    insert(
        ClockSpan(item=item, holder=holder, started_at=at)
        for item in items
        if (holder := item.holder_in(status))
    )
    # The same for all: plainer, and quicker, than bulk_update's one case per row.
    with connection.cursor() as cursor:
        cursor.execute(BEGIN_ITEMS, [status, [item.pk for item in items]])


def _event(
    item: ApprovalItem, status: Status, *, act: str, by: User | None, at: datetime, note: str
) -> ItemEvent:
    if act not in EVENTS:
        raise ValueError(f"No kind of event is called “{act}”.")
    return ItemEvent(
        item=item,
        number=item.version + 1,
        at=at,
        by=by,
        from_status=item.status,
        to_status=status,
        act=act,
        note=note,
    )


def _hand_over(
    items: Iterable[ApprovalItem], status: Status, at: datetime, ground: str
) -> None:
    """End the running spans and begin the next, of items that change hands."""
    for item in items:
        if item.holder is None and item.version > 1:
            _fill_gap(item, at)
    changing = [item for item in items if item.holder != item.holder_in(status)]
    if held := [item for item in changing if item.holder]:
        with connection.cursor() as cursor:
            cursor.execute(END_SPANS, [at, [item.pk for item in held]])
    spans = [
        ClockSpan(item=item, holder=holder, ground=ground, started_at=at)
        for item in changing
        if (holder := item.holder_in(status))
    ]
    insert(spans)


def _fill_gap(item: ApprovalItem, at: datetime) -> None:
    """An item that comes back from an end was with the centre, or stopped if it was refused.

    So that an item's spans leave no gap, and time between a refusal and its reopening
    counts against nobody's limit.
    """
    last = item.spans.last()
    if last is None or last.ended_at is None or last.ended_at == at:
        return
    is_refused = item.status == Status.REFUSED
    ClockSpan.objects.create(
        item=item,
        holder=Holder.STOPPED if is_refused else Holder.CENTRE,
        ground=Status.REFUSED if is_refused else "",
        started_at=last.ended_at,
        ended_at=at,
    )
