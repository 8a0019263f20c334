"""A year's notice as two independent libraries know it.

Asked only when a notice is loaded: what counts days reads the tables.
"""

from datetime import date
from importlib.metadata import version

import chinese_calendar
import holidays
from chinese_calendar import constants

from huadu_portal.workdays.notices import WORKED, Day, Notice


class NotPublished(LookupError):
    """No library knows the year's notice yet."""


class Disagreement(ValueError):
    """The two libraries read the notice differently on these days."""

    def __init__(self, days: list[date]):
        super().__init__(", ".join(map(str, days)))
        self.days = days


def notice_from_libraries(year: int) -> Notice:
    """The year's notice as `chinesecalendar` has it, if `holidays` does not object.

    Raises NotPublished, or Disagreement with the days.
    """
    off = {day: name for day, name in constants.holidays.items() if day.year == year}
    if not off:
        raise NotPublished(year)
    if days := _disputed(year):
        raise Disagreement(days)
    worked = [day for day in constants.workdays if day.year == year]
    found = [Day(day, False, constants.Holiday(name).chinese) for day, name in off.items()]
    found += [Day(day, True, WORKED) for day in worked]
    source = f"chinesecalendar {version('chinesecalendar')}, holidays {version('holidays')}"
    return Notice(year, source, tuple(sorted(found, key=lambda day: day.date)))


def _disputed(year: int) -> list[date]:
    other = holidays.country_holidays("CN", years=year)
    # By its rules alone `holidays` answers for every year; only a notice it has read
    # makes it know the weekends that are worked.
    if not any(day.year == year for day in other.weekend_workdays):
        return []
    return [
        day
        for day in map(date.fromordinal, _ordinals(year))
        if chinese_calendar.is_workday(day) != other.is_working_day(day)
    ]


def _ordinals(year: int) -> range:
    return range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
