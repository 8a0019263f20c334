"""When people may be disturbed. Pure: no database."""

from datetime import datetime, time, tzinfo

from huadu_portal.workdays.arithmetic import Calendar

OFFICE_OPENS, OFFICE_CLOSES = time(9), time(18)


def is_office_hour(at: datetime, calendar: Calendar, zone: tzinfo) -> bool:
    """Whether people may be disturbed: never on days off, never at night."""
    local = at.astimezone(zone)
    return calendar.is_workday(local.date()) and OFFICE_OPENS <= local.time() < OFFICE_CLOSES
