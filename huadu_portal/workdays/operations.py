"""What can be done to the calendar. Due dates that rest on it are recomputed by the desk."""

from datetime import date, datetime

from django.db import transaction

from huadu_portal.workdays import libraries, notices
from huadu_portal.workdays.models import PublishedYear, SpecialDay
from huadu_portal.workdays.notices import Notice


def preview(year: int) -> dict[date, bool]:
    """The days that `sync` would change, each with what it becomes (True: worked)."""
    return changes(libraries.read(year))


@transaction.atomic
def sync(year: int, *, at: datetime) -> dict[date, bool]:
    """Take over the year as published; returns the days that changed.

    Raises libraries.NotPublished or libraries.Disagreement and then changes nothing.
    """
    notice = libraries.read(year)
    changed = changes(notice)
    # A year that is already as published keeps its names, its source and its version.
    if changed or not PublishedYear.objects.filter(year=year).exists():
        publish(notice, at=at)
    return changed


@transaction.atomic
def publish(notice: Notice, *, at: datetime) -> None:
    """Make one year's notice the calendar of that year."""
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
def load_packaged(*, at: datetime) -> None:
    """Load the years that come with the portal, leaving those alone that are there."""
    known = set(PublishedYear.objects.values_list("year", flat=True))
    for notice in notices.packaged():
        if notice.year not in known:
            publish(notice, at=at)


def changes(notice: Notice) -> dict[date, bool]:
    """Where the notice departs from the calendar in force."""
    was = dict(
        SpecialDay.objects.filter(date__year=notice.year).values_list("date", "is_workday")
    )
    becomes = {day.date: day.is_workday for day in notice.days}
    return {
        day: now
        for day in sorted(was.keys() | becomes.keys())
        if (now := becomes.get(day, day.weekday() < 5)) != was.get(day, day.weekday() < 5)
    }
