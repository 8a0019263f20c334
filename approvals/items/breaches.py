"""On which day a limit of an item passed while its clock ran. Pure: no database.

A breach is the day after the last day of the limit, if the clock still ran then. What is
extended, stopped or reopened later moves the limit and leaves the breach.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from approvals.items.clock import ONE_DAY, dates
from approvals.items.limits import HeldSpan, ItemWithLimits, limits_of, pauses_of
from huadu_portal.clock import civil_day
from huadu_portal.workdays.arithmetic import Calendar


class GivenExtension(Protocol):
    """What is asked of an extension (`approvals.acts.models.Extension`)."""

    days: int
    at: datetime


class ItemWithEnd(ItemWithLimits, Protocol):
    """What is asked of an item (`approvals.items.models.ApprovalItem`)."""

    decided_at: datetime | None


@dataclass(frozen=True)
class Breaches:
    """Since which day it is past its promised and its statutory limit; None: it never was."""

    promised: date | None = None
    statutory: date | None = None

    def first(self, later: "Breaches") -> "Breaches":
        """What passed first counts: of each the one that is known already."""
        return Breaches(self.promised or later.promised, self.statutory or later.statutory)


def breach_day(last_day: date | None, today: date) -> date | None:
    """The day after the last day of a limit, once it has come; None without a limit."""
    if last_day is None or last_day >= today:
        return None
    return last_day + ONE_DAY


def breaches_on(due_on: date | None, statutory_due_on: date | None, today: date) -> Breaches:
    """Of limits that end on these days, while the clock runs."""
    return Breaches(breach_day(due_on, today), breach_day(statutory_due_on, today))


def breaches_of(
    item: ItemWithEnd,
    spans: Iterable[HeldSpan],
    extension: GivenExtension | None,
    now: datetime,
    calendar: Calendar,
) -> Breaches:
    """Of an accepted item, from all its spans, its extension and the calendar.

    A limit that has passed is seen where it could have been hidden: when the clock stopped,
    when the limits were extended, and when the clock ended, or now. Each time by the limits
    as they were just before.
    """
    spans, found = list(spans), Breaches()
    for moment in _moments(item, spans, extension, now):
        days = extension.days if extension and extension.at < moment else 0
        ended = [span for span in spans if span.ended_at and span.ended_at <= moment]
        as_known = dates(*limits_of(item, days), pauses_of(ended), calendar)
        today = civil_day(moment)
        found = found.first(breaches_on(as_known.due_on, as_known.statutory_due_on, today))
    return found


def _moments(
    item: ItemWithEnd,
    spans: Iterable[HeldSpan],
    extension: GivenExtension | None,
    now: datetime,
) -> list[datetime]:
    """Those at which the clock ran, in order."""
    moments = [span.started_at for span in spans if span.holder == "stopped"]
    if extension:
        moments.append(extension.at)
    if item.decided_at:
        moments.append(item.decided_at)
    else:
        last = max(spans, key=lambda span: span.started_at, default=None)
        if last and last.holder != "stopped":
            moments.append(last.ended_at or now)
    return sorted(moments)
