"""How long a certificate holds, and when those it concerns are told. Pure: no database."""

from calendar import monthrange
from datetime import date, timedelta

# 行政许可法第50条: renewal is asked for thirty days before the end, unless a rule says otherwise.
RENEWAL = timedelta(days=30)
SOON = timedelta(days=90)


def months_after(day: date, months: int) -> date:
    """The same day of the month, or its last."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
