"""Days as docs/states.md counts them, one by one: a set of stopped days, and one step per day."""

from datetime import timedelta
from functools import cache

from huadu_portal.workdays import notices, statutory

NOTICES = notices.packaged()
ONE_DAY = timedelta(1)


@cache
def works(day):
    special = {day.date: day.is_workday for notice in NOTICES for day in notice.days}
    if day in special:
        return special[day]
    published = {notice.year for notice in NOTICES}
    is_holiday = day.year not in published and day in statutory.holidays()
    return day.weekday() < 5 and not is_holiday


def stopped_days(pauses):
    found = set()
    for pause in pauses:
        day = pause.start
        while day < pause.end:
            found.add(day)
            day += ONE_DAY
    return found


def counts(day, unit):
    return unit == "calendar" or works(day)


def due_by_walking(limit, pauses):
    """Day 0 and then as many days as the limit has, leaving out those that are stopped; an
    end that falls on a day off, or into a stop, goes on to the next day of work."""
    stopped, left, day = stopped_days(pauses), limit.days + 1, limit.start
    while True:
        left -= counts(day, limit.unit) and day not in stopped
        if left <= 0 and works(day) and day not in stopped:
            return day
        day += ONE_DAY


def used_by_walking(start, today, unit, pauses):
    stopped, used, day = stopped_days(pauses), -1, start
    while day <= today:
        used += counts(day, unit) and day not in stopped
        day += ONE_DAY
    return max(used, 0)


def near_by_trying(days):
    """70 % used or two days left; up to five days the last day itself."""
    if days <= 5:
        return days
    return next(n for n in range(days) if 10 * n >= 7 * days or days - n <= 2)
