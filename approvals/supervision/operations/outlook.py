"""What has fired on an item's ladder, what comes next and when, and who will be told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from approvals.items.models import ApprovalItem
from approvals.supervision.models import CardLevel, Course, LadderRung, LadderStop, Reminder
from approvals.supervision.operations.audience import Audience
from approvals.supervision.operations.reminders import Watch, follow
from approvals.supervision.operations.watched import ITEMS
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.ui.choices import ColoredText
from huadu_portal.workdays.published import calendar


class RungState(ColoredText):
    TOLD = "told", "green", _("told")
    SUPERSEDED = "superseded", "neutral", _("superseded by a higher one")
    DUE = "due", "yellow", _("at the next sweep")
    AHEAD = "ahead", "blue", _("ahead")
    SKIPPED = "skipped", "neutral", _("no longer told")


@dataclass(frozen=True)
class Rung:
    """A step of the ladder as it stands now; `people` are those who will be told."""

    code: str
    name: str
    state: RungState
    at: datetime
    card: CardLevel | None
    people: list[User]
    reminder: Reminder | None


@dataclass(frozen=True)
class Outlook:
    course: Course
    rungs: list[Rung]
    stop: LadderStop | None


def outlook_of(item: ApprovalItem, at: datetime, published) -> Outlook | None:
    """None while nobody has to be reminded of the item."""
    (watch,) = follow(ITEMS, [item], published, civil_day(at))
    if watch.course is None:
        return None
    recorded = {
        (reminder.rung, reminder.occasion): reminder
        for reminder in item.reminders.filter(epoch=item.epoch, course=watch.course)
    }
    reached = [step for step in watch.steps if step.at <= at]
    audience = Audience([ITEMS.standing_of(item)])
    rungs = [_shown(item, watch, step, recorded, reached, audience) for step in watch.steps]
    stop = item.ladder_stops.filter(lifted_at=None).first() if watch.still_until else None
    return Outlook(watch.course, rungs, stop)


def pushing_of(item: ApprovalItem, at: datetime) -> dict[str, Any]:
    """How it is pushed, for its page at the desk."""
    outlook = outlook_of(item, at, calendar())
    return {
        "outlook": outlook,
        "earlier_reminders": earlier_reminders(item, outlook),
        "cards": item.cards.all(),
        "orders": item.orders.order_by("-ordered_at"),
        "help_requests": item.help_requests.order_by("-asked_at"),
    }


def earlier_reminders(item: ApprovalItem, outlook: Outlook | None) -> QuerySet[Reminder]:
    """Those that are no rung of the ladder as it stands: of another matter, epoch, version
    or silence."""
    rungs = outlook.rungs if outlook else []
    shown = [rung.reminder.pk for rung in rungs if rung.reminder]
    return item.reminders.exclude(pk__in=shown)


def _shown(item, watch: Watch, step, recorded, reached, audience: Audience) -> Rung:
    rung: LadderRung = step.rung
    reminder = recorded.get((rung.code, step.occasion))
    state = _state(step, reminder, reached)
    is_ahead = state in {RungState.DUE, RungState.AHEAD}
    people = audience.of(ITEMS.standing_of(item), rung.hearers) if is_ahead else []
    card = CardLevel(rung.card) if rung.card else None
    return Rung(rung.code, str(rung), state, step.at, card, people, reminder)


def _state(step, reminder: Reminder | None, reached) -> RungState:
    if reminder:
        return RungState.SUPERSEDED if reminder.is_superseded else RungState.TOLD
    if step not in reached:
        return RungState.AHEAD
    return RungState.DUE if step is reached[-1] else RungState.SKIPPED
