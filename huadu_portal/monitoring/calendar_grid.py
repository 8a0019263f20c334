"""A year of the working-day calendar as twelve months of weeks, to be shown."""

from calendar import Calendar as Weeks
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huadu_portal.workdays.arithmetic import Calendar

MONDAY = 0


@dataclass(frozen=True)
class Cell:
    """A day: what it is, and whether that is what its weekday says."""

    day: date
    is_workday: bool
    name: str

    @property
    def is_special(self) -> bool:
        return self.is_workday != (self.day.weekday() < 5) or bool(self.name)

    @property
    def kind(self) -> str:
        if self.is_special:
            return "worked" if self.is_workday else "holiday"
        return "work" if self.is_workday else "weekend"

    @property
    def state(self) -> Promise:
        return _("working day") if self.is_workday else _("day off")


@dataclass(frozen=True)
class Month:
    first: date
    # None where a week reaches into another month.
    weeks: list[list[Cell | None]]


def months(year: int, published: Calendar, names: dict[date, str]) -> list[Month]:
    """The twelve months of a year; `names` are those of its holidays."""
    weeks = Weeks(MONDAY)
    return [
        Month(
            date(year, month, 1),
            [
                [
                    Cell(day, published.is_workday(day), names.get(day, ""))
                    if day.month == month
                    else None
                    for day in week
                ]
                for week in weeks.monthdatescalendar(year, month)
            ],
        )
        for month in range(1, 13)
    ]
