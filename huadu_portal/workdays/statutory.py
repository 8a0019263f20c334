"""Statutory holidays: what a year has for certain before its notice is out.

全国年节及纪念日放假办法 (国务院令第795号, in force since 1 January 2025), 第二条: 元旦 one day, 春节 four
from 除夕 on, 清明节 one, 劳动节 two, 端午节 one, 中秋节 one, 国庆节 three. Which further days are moved
(调休) only the notice says. Pure: no database, no Django.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data/statutory.toml"
# The years the file has. Beyond the last, only weekdays are known.
FIRST_YEAR, LAST_YEAR = 2025, 2099

# Those that lie on the same day of every year: name, month, first day, how many.
FIXED = [("元旦", 1, 1, 1), ("劳动节", 5, 1, 2), ("国庆节", 10, 1, 3)]
# Those that follow the moon or the sun, as the file lists their first days.
MOVING = [("春节", 4), ("清明节", 1), ("端午节", 1), ("中秋节", 1)]


@cache
def holidays() -> Mapping[date, str]:
    """Every statutory holiday from 2025 to 2099 with its name, read once per process."""
    first_days = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        day: name
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        for day, name in _of(year, first_days[str(year)])
    }


def of_year(year: int) -> dict[date, str]:
    """One year's, in order; none for a year outside the file."""
    return {day: name for day, name in sorted(holidays().items()) if day.year == year}


def _of(year: int, first_days: list[date]) -> Iterator[tuple[date, str]]:
    spans = [(name, date(year, month, day), days) for name, month, day, days in FIXED]
    for (name, days), first in zip(MOVING, first_days, strict=True):
        spans.append((name, first, days))
    for name, first, days in spans:
        for n in range(days):
            yield first + timedelta(n), name
