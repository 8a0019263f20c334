"""How an item is followed up: its reminders, cards, orders and requests, for its page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from approvals.items.models import ApprovalItem
from approvals.supervision.models import LadderStop
from approvals.supervision.operations.item_subject import ITEMS
from huadu_portal.escalation.models import Reminder
from huadu_portal.escalation.operations.progress import (
    StepProgress,
    earlier_reminders,
    ladder_progress_of,
    reminders_of,
)
from huadu_portal.escalation.subjects import Course
from huadu_portal.workdays.arithmetic import Calendar


@dataclass(frozen=True)
class Outlook:
    """The policy an item stands on, the lowest step first, and the stop that holds it still."""

    course: Course
    rungs: list[StepProgress]
    stop: LadderStop | None


def outlook_of(
    item: ApprovalItem, reminders: Iterable[Reminder], at: datetime, published: Calendar
) -> Outlook | None:
    """What becomes of the item, given all its reminders; None while nobody has to be
    reminded of it."""
    progress = ladder_progress_of(ITEMS, item, reminders, at, published)
    if progress is None:
        return None
    stop = item.ladder_stops.filter(lifted_at=None).first() if progress.paused_until else None
    return Outlook(progress.course, progress.steps, stop)


def pushing_of(item: ApprovalItem, at: datetime, published: Calendar) -> dict[str, Any]:
    """How it is followed up, for its page at the desk."""
    reminders = list(reminders_of(ITEMS, item))
    outlook = outlook_of(item, reminders, at, published)
    return {
        "outlook": outlook,
        "earlier_reminders": earlier_reminders(reminders, outlook.rungs if outlook else []),
        "cards": item.cards.select_related("reminder"),
        "orders": item.orders.select_related("ordered_by").order_by("-ordered_at"),
        "order_proposals": item.order_proposals.filter(decided_at=None),
        "help_requests": item.help_requests.order_by("-asked_at"),
    }
