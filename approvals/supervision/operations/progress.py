"""How an item is followed up: its reminders, cards, orders and requests, for its page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from approvals.items.models import ApprovalItem
from approvals.supervision.models import LadderStop
from approvals.supervision.operations.subjects import ITEMS
from huadu_portal.escalation.operations.progress import (
    StepProgress,
    earlier_reminders,
    ladder_progress_of,
)
from huadu_portal.escalation.subjects import Course
from huadu_portal.workdays.arithmetic import Calendar
from huadu_portal.workdays.published import calendar


@dataclass(frozen=True)
class Outlook:
    """The policy an item stands on, the lowest step first, and the stop that holds it still."""

    course: Course
    rungs: list[StepProgress]
    stop: LadderStop | None


def outlook_of(item: ApprovalItem, at: datetime, published: Calendar) -> Outlook | None:
    """None while nobody has to be reminded of the item."""
    progress = ladder_progress_of(ITEMS, item, at, published)
    if progress is None:
        return None
    stop = item.ladder_stops.filter(lifted_at=None).first() if progress.paused_until else None
    return Outlook(progress.course, progress.steps, stop)


def pushing_of(item: ApprovalItem, at: datetime) -> dict[str, Any]:
    """How it is followed up, for its page at the desk."""
    outlook = outlook_of(item, at, calendar())
    return {
        "outlook": outlook,
        "earlier_reminders": earlier_reminders(ITEMS, item, outlook.rungs if outlook else []),
        "cards": item.cards.all(),
        "orders": item.orders.order_by("-ordered_at"),
        "help_requests": item.help_requests.order_by("-asked_at"),
    }
