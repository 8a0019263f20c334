"""Where the demonstration lies in time. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from huadu_portal.dashboard.scope import figure_year
from huadu_portal.workdays.arithmetic import Calendar


@dataclass(frozen=True)
class DemoDays:
    """The figure year as of a day, and the days of the source stretched onto it."""

    today: date
    calendar: Calendar
    source_as_of: date

    @property
    def year(self) -> int:
        return figure_year(self.today)

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        """The last day on which something can have been started or completed."""
        before_today = self.calendar.previous_workday(self.today)
        year_end = self.calendar.previous_workday(date(self.year + 1, 1, 1))
        return min(before_today, year_end)

    def ago(self, days: int) -> date:
        """So many working days before today; 1 is the last one."""
        return self.calendar.add(self.calendar.previous_workday(self.today), 1 - days)

    def stretched(self, day: date) -> date:
        """A day between 1 January and the source's as-of, at its place in our year.

        On a working day, and in the same order as before.
        """
        begun = date(day.year, 1, 1)
        end = min(self.today, date(self.year, 12, 31))
        share = (day - begun) / (self.source_as_of - begun)
        found = self.first + timedelta(round(share * (end - self.first).days))
        return min(self.calendar.roll(found), self.last)

    def of_story(self, completed_on: date) -> int:
        """The year whose July Jinhua's gas and water came in: before it was completed."""
        return self.year if completed_on >= date(self.year, 8, 1) else self.year - 1

    def before_the_year(self, completed_on: date, construction: int) -> date:
        """When a project completed in the year was started, in a year before it."""
        latest = self.calendar.previous_workday(self.first - timedelta(20))
        return min(self.calendar.add(completed_on, -construction), latest)
