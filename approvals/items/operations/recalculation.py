"""Due dates of all items anew, when the calendar they were counted by is replaced."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from approvals.items.models import ApprovalItem, Status
from approvals.items.operations.breaches import recount_breaches
from approvals.items.operations.dates import DELIVERY_DAYS, recompute
from huadu_portal.clock import civil_day
from huadu_portal.rows import field_of
from huadu_portal.workdays.arithmetic import Calendar

BATCH = 1000

# In these a limit runs or waits: of the answer, of the decision, of the delivery.
WITH_LIMITS = [Status.SUBMITTED, Status.ACCEPTED, Status.SUSPENDED, Status.GRANTED]
DUE_DATES = ["notice_due_on", "due_on", "statutory_due_on", "deliver_by"]
BREACHES = ["promised_breached_on", "statutory_breached_on"]
STORED = [*DUE_DATES, *BREACHES, "near_on", "is_provisional", "epoch"]


@dataclass(frozen=True, slots=True)
class DueDate:
    """A due date that moves; `field` is the item's."""

    field: str
    old: date | None
    new: date | None


@dataclass(frozen=True, slots=True)
class Move:
    """What moves of one item."""

    item_id: UUID
    due_dates: tuple[DueDate, ...]
    # Whether the new dates still rest on a year without a notice.
    is_provisional: bool


def hold_all_items() -> None:
    """Keep every act from every item until the transaction ends; reading goes on.

    The first statement of a publication. Row locks would not do: an act may be turning an
    item that has no due date yet into one that has, by the calendar that is being replaced.
    EXCLUSIVE waits for all who hold an item's row, and whoever wants one waits for us; since
    we hold nothing while we wait, and then need no other lock that an act could hold, nobody
    can wait in a circle. An act asks for the calendar when it holds its item, hence after us.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {ApprovalItem._meta.db_table} IN EXCLUSIVE MODE")


def moves(published: Calendar, at: datetime) -> Iterator[Move]:
    """What would move by this calendar, by item id; writes nothing."""
    for batch in _batches():
        for item in batch:
            if move := _recompute(item, published, at):
                yield move


def recompute_all(published: Calendar, at: datetime) -> list[Move]:
    """Write the dates of all items by this calendar, batch by batch; what moved, by item id.

    The caller holds all items. An item of which a due date moves begins a new epoch: its
    reminders are due again, by the new dates. Which limits had passed by `at` is counted anew:
    nothing else takes a breach back.
    """
    moved = []
    for batch in _batches():
        before = {item: _stored(item) for item in batch}
        moved += [move for item in batch if (move := _recompute(item, published, at))]
        changed = [item for item in batch if _stored(item) != before[item]]
        if changed:
            _write(changed)
    return moved


def _batches() -> Iterator[list[ApprovalItem]]:
    """Items with a limit in the order of their ids, few at a time."""
    items = ApprovalItem.objects.filter(status__in=WITH_LIMITS).order_by("pk")
    # An extension stands in the room above; its breaches need its moment.
    items = items.select_related("approval_type", "extension").prefetch_related("spans")
    batch = list(items[:BATCH])
    while batch:
        yield batch
        batch = list(items.filter(pk__gt=batch[-1].pk)[:BATCH])


def _write(items: list[ApprovalItem]) -> None:
    """One statement for all. By bulk_update 10,000 items took 37 seconds, so two.

    While a publication lasts every act waits, and no longer than its lock timeout.
    """
    fields = [field_of(ApprovalItem, name) for name in ["id", *STORED]]
    columns = ", ".join(f"{field.column}" for field in fields[1:])
    arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {ApprovalItem._meta.db_table} item SET ({columns}) ="
            f" ({', '.join(f'new.{field.column}' for field in fields[1:])})"
            f" FROM unnest({arrays}) AS new(id, {columns}) WHERE item.id = new.id",
            [[getattr(item, field.attname) for item in items] for field in fields],
        )


def _stored(item: ApprovalItem) -> list:
    return [getattr(item, name) for name in STORED]


def _recompute(item: ApprovalItem, published: Calendar, at: datetime) -> Move | None:
    """Set the item's dates, unsaved; what moves, if a due date does."""
    old = {name: getattr(item, name) for name in DUE_DATES}
    _set_dates(item, published, at)
    moved = tuple(
        DueDate(name, was, now)
        for name, was in old.items()
        if (now := getattr(item, name)) != was
    )
    if not moved:
        return None
    item.epoch += 1
    return Move(item.pk, moved, item.is_provisional)


def _set_dates(item: ApprovalItem, published: Calendar, at: datetime) -> None:
    match item.status:
        case Status.SUBMITTED if item.submitted_at:
            limit = item.days_for_notice
            item.notice_due_on = published.add(civil_day(item.submitted_at), limit)
        case Status.GRANTED if item.deliver_by and item.decided_at:
            item.deliver_by = published.add(civil_day(item.decided_at), DELIVERY_DAYS)
        case Status.ACCEPTED | Status.SUSPENDED:
            recompute(item, published)
            recount_breaches(item, at, published)
