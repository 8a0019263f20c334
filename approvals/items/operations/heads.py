"""The daily head of the history, written once a day is over."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import Min
from django.utils import timezone

from approvals.items.models import HistoryHead, ItemEvent
from huadu_portal.clock import civil_day

ONE_DAY = timedelta(1)
# An act that began before midnight has committed by then, or never will: its statements
# and pauses are bounded by seconds, and the machines' clocks differ by minutes at most.
SETTLED = timedelta(hours=1)


def record_heads(at: datetime) -> int:
    """Write the head of every day that is over and has none; how many.

    Safe however often, late or parallel it runs: a day has one head, never changed.
    """
    days = list(_missing(civil_day(at - SETTLED)))
    for day in days:
        last = HistoryHead.objects.last()
        head = HistoryHead.over(day, last.digest if last else "", recorded_on(day))
        HistoryHead.objects.bulk_create([head], ignore_conflicts=True)
    return len(days)


def _missing(today: date) -> Iterator[date]:
    """From the day after the last head, at first from that of the first event."""
    last = HistoryHead.objects.last()
    day = last.day + ONE_DAY if last else _first_day(today)
    while day < today:
        yield day
        day += ONE_DAY


def _first_day(today: date) -> date:
    first = ItemEvent.objects.aggregate(first=Min("recorded_at"))["first"]
    return civil_day(first) if first else today


def recorded_on(day: date) -> Iterator[tuple[int, str]]:
    """Id and digest of all events that were recorded on a day, in order of id."""
    zone = timezone.get_default_timezone()
    begins, ends = (datetime.combine(d, time.min, zone) for d in (day, day + ONE_DAY))
    events = ItemEvent.objects.filter(recorded_at__gte=begins, recorded_at__lt=ends)
    return events.order_by("pk").values_list("pk", "digest").iterator()
