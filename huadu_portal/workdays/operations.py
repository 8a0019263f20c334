"""What can be done to the tables of the calendar.

A publication is more than that: due dates rest on it. It is
huadu_portal/monitoring/calendar_publication.py that makes one.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from huadu_portal.workdays import notices
from huadu_portal.workdays.models import PublishedYear, SpecialDay
from huadu_portal.workdays.notices import Day, Notice
from huadu_portal.workdays.published import calendar, with_notice
from huadu_portal.workdays.statutory import of_year


@dataclass(frozen=True)
class DayChange:
    """A day that is worked and was not, or the reverse."""

    date: date
    is_workday: bool
    # As the notice calls it; "" where it is what its weekday says.
    name: str


@transaction.atomic
def replace_year(notice: Notice, *, at: datetime) -> None:
    """Make one year's notice the calendar of that year; recomputes nothing."""
    SpecialDay.objects.filter(date__year=notice.year).delete()
    SpecialDay.objects.bulk_create(
        SpecialDay(
            date=day.date,
            is_workday=day.is_workday,
            name=day.name,
            source=notice.source,
        )
        for day in notice.days
    )
    PublishedYear.objects.update_or_create(
        year=notice.year, defaults={"source_notice": notice.source, "loaded_at": at}
    )


@transaction.atomic
def load_packaged_years(*, at: datetime) -> None:
    """Load the years that come with the portal, leaving those alone that are there."""
    known = set(PublishedYear.objects.values_list("year", flat=True))
    for notice in notices.packaged():
        if notice.year not in known:
            replace_year(notice, at=at)


def in_force(year: int) -> Notice:
    """What is known of a year: its notice, or else its statutory holidays with no source."""
    published = PublishedYear.objects.filter(year=year).first()
    if published is None:
        days = [Day(day, False, name) for day, name in of_year(year).items()]
        return Notice(year, "", tuple(days))
    rows = SpecialDay.objects.filter(date__year=year).order_by("date")
    days = [Day(row.date, row.is_workday, row.name) for row in rows]
    return Notice(year, published.source_notice, tuple(days))


def is_in_force(notice: Notice) -> bool:
    return in_force(notice.year) == notice


def changes(notice: Notice) -> list[DayChange]:
    """The days of the year that the notice makes different from the calendar in force."""
    before, after = calendar(), with_notice(notice)
    names = {day.date: day.name for day in notice.days}
    first = date(notice.year, 1, 1)
    days = (first + timedelta(n) for n in range((date(notice.year + 1, 1, 1) - first).days))
    return [
        DayChange(day, after.is_workday(day), names.get(day, ""))
        for day in days
        if before.is_workday(day) != after.is_workday(day)
    ]


def missing_year(today: date) -> int | None:
    """The year whose notice we should have by now and do not.

    The State Council publishes the next one in November (2024: the 12th, 2025: the 4th).
    """
    due = today.year + (today.month >= 11)
    known = set(
        PublishedYear.objects.filter(year__in=[today.year, due]).values_list("year", flat=True)
    )
    return next((year for year in (today.year, due) if year not in known), None)
