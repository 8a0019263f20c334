"""Notices as tests need them."""

from dataclasses import replace
from datetime import date

from huadu_portal.workdays import statutory
from huadu_portal.workdays.notices import WORKED, Day, Notice, packaged

NEW_YEAR_2027 = [date(2027, 1, 4), date(2027, 1, 5)]


def with_days_off(year, *days):
    """A packaged year with these days off besides."""
    notice = next(notice for notice in packaged() if notice.year == year)
    more = [Day(day, False, "临时放假") for day in days]
    return replace(notice, days=tuple(sorted([*notice.days, *more], key=lambda d: d.date)))


def of_2027(*more_off):
    """What the notice of 2027 might be: the statutory days, some more, a Sunday worked."""
    days = [Day(day, False, name) for day, name in statutory.of_year(2027).items()]
    days += [Day(day, False, "元旦") for day in more_off]
    days.append(Day(date(2027, 1, 10), True, WORKED))
    return Notice(2027, "国办发明电〔2026〕9号", tuple(sorted(days, key=lambda d: d.date)))
