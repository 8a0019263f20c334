"""Tells the system administrators that a year's notice has not been loaded yet."""

from datetime import datetime

from django.utils import timezone

from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.notifications.models import Kind, Notification
from huadu_portal.notifications.operations import notify
from huadu_portal.workdays.office_hours import is_office_hour
from huadu_portal.workdays.operations import missing_year
from huadu_portal.workdays.published import calendar


def tell_of_missing_year(at: datetime) -> None:
    """Once a week to each, from 1 November until the year is there, in office hours.

    Safe however often, late or parallel it runs: a message is one per person and key, and
    the key names the year and the ISO week.
    """
    today = civil_day(at)
    if not is_office_hour(at, calendar(), timezone.get_default_timezone()):
        return
    year = missing_year(today)
    if year is None:
        return
    week = today.isocalendar()
    key = f"calendar:{year}:{week.year}-W{week.week:02}"
    told = Notification.objects.filter(event_key=key).values("recipient")
    administrators = User.objects.filter(role=User.Role.SYSTEM_ADMIN, is_active=True)
    notify(
        administrators.exclude(pk__in=told),
        Kind.CALENDAR_MISSING,
        params={"year": str(year)},
        url=f"/admin/workdays/publishedyear/?year={year}",
        event_key=key,
        at=at,
    )
