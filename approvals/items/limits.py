"""Which limits hold for an item, and from which day. Pure: no database."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from approvals.items.clock import ONE_DAY, Dates, Limit, Pause, dates
from huadu_portal.clock import civil_day
from huadu_portal.workdays.arithmetic import Calendar

RECEIPT = "receipt"


class GivenLimits(Protocol):
    """Days and units, as an item or its type has them."""

    promised_days: int | None
    promised_unit: str
    statutory_days: int | None
    statutory_unit: str


class TypeWithLimits(GivenLimits, Protocol):
    """What is asked of a type (`approvals.catalogue.models.ApprovalType`)."""

    promised_from: str
    statutory_from: str


class ItemWithLimits(GivenLimits, Protocol):
    """What is asked of an item (`approvals.items.models.ApprovalItem`)."""

    submitted_at: datetime | None
    accepted_at: datetime | None
    extension_days: int

    @property
    def approval_type(self) -> TypeWithLimits: ...


class HeldSpan(Protocol):
    """What is asked of a stretch of time (`approvals.items.models.ClockSpan`)."""

    holder: str
    started_at: datetime
    ended_at: datetime | None


def limits_of(
    item: ItemWithLimits, extension: int | None = None
) -> tuple[Limit | None, Limit | None]:
    """The promised and the statutory limit of an accepted item, extended if it was.

    `extension`: by so many days instead, as it was once.
    """
    assert item.submitted_at is not None
    assert item.accepted_at is not None
    received, accepted = civil_day(item.submitted_at), civil_day(item.accepted_at)
    extended = item.extension_days if extension is None else extension
    return _limits(item, item.approval_type, received, accepted, extended)


def dates_of_type(
    approval_type: TypeWithLimits, received: date, accepted: date, calendar: Calendar
) -> Dates:
    """The days an item of this type would have, received and accepted on these days."""
    promised, statutory = _limits(approval_type, approval_type, received, accepted, 0)
    return dates(promised, statutory, (), calendar)


def _limits(
    given: GivenLimits,
    entry: TypeWithLimits,
    received: date,
    accepted: date,
    extension: int,
) -> tuple[Limit | None, Limit | None]:
    """Days and units as `given`, by an item or its type; where they start, by the type."""

    def limit(days: int | None, unit: str, start_from: str) -> Limit | None:
        start = received if start_from == RECEIPT else accepted
        return None if days is None else Limit(days + extension, unit, start)

    return (
        limit(given.promised_days, given.promised_unit, entry.promised_from),
        limit(given.statutory_days, given.statutory_unit, entry.statutory_from),
    )


def pauses_of(spans: Iterable[HeldSpan], today: date | None = None) -> list[Pause]:
    """The civil days of the spans, of those given, in which the clock stood still.

    A stop that still lasts moves no date until it has an end; with `today` it counts up to
    and with that day, for what has been used so far.
    """
    pauses = []
    for stop in (span for span in spans if span.holder == "stopped"):
        if stop.ended_at:
            pauses.append(Pause(civil_day(stop.started_at), civil_day(stop.ended_at)))
        elif today:
            pauses.append(Pause(civil_day(stop.started_at), today + ONE_DAY))
    return pauses
