"""Working days by prefix sums. No database, no Django.

The days of the Administrative Licensing Law are working days (行政许可法 第82条). Day 0 is
the day a limit starts on, rolled on to a working day; day 1 is the next working day.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

ONE_DAY = timedelta(1)


@dataclass(frozen=True)
class Limit:
    """So many days of a unit, from a day 0 on."""

    days: int
    unit: str
    start: date


class Calendar:
    """Which days are working days; every question takes one step.

    `special` are the days that are not what their weekday says (调休), `published` the
    years they come from. In any other year the `statutory` holidays are off and all else is
    what its weekday says: no date is too early or too late for an answer, but such a year
    is provisional.
    """

    def __init__(
        self,
        special: Mapping[date, bool],
        published: Collection[int],
        statutory: Collection[date] = (),
    ):
        self.published = frozenset(published)
        years = {day.year for day in (*special, *statutory)} | self.published
        first = date(min(years), 1, 1) if years else date(2019, 1, 1)
        last = date(max(years), 12, 31) if years else date(2018, 12, 31)
        # Ordinals: the table begins at _first and ends before _after.
        self._first, self._after = first.toordinal(), last.toordinal() + 1
        days = [date.fromordinal(n) for n in range(self._first, self._after)]
        off = {day: False for day in statutory if day.year not in self.published}
        named = off | dict(special)
        working = [named.get(day, day.weekday() < 5) for day in days]
        # _before[n]: how many working days there are among the first n days.
        self._before = [0, *accumulate(map(int, working))]
        self._workdays = [day for day, is_on in zip(days, working, strict=True) if is_on]

    def add(self, start: date, days: int, unit: str = "working") -> date:
        """The last day of a limit of `days` that starts on `start`.

        A limit in calendar days that ends on a day off rolls on to the next working day.
        Negative days count back.
        """
        if unit == "calendar":
            start, days = start + timedelta(days), 0
        n = start.toordinal() - self._first
        if n >= 0:
            try:
                # A negative place would count from the end of the list.
                if (place := self._before[n] + days) >= 0:
                    return self._workdays[place]
            except IndexError:
                pass
        return self._workday(self._place(start) + days)

    def roll(self, day: date) -> date:
        """The day itself if it is a working day, otherwise the next one."""
        return self._workday(self._place(day))

    def next_workday(self, day: date) -> date:
        """The first working day after `day`."""
        return self.roll(day + ONE_DAY)

    def previous_workday(self, day: date) -> date:
        """The last working day before `day`."""
        return self._workday(self._place(day) - 1)

    def count(self, start: date, end: date) -> int:
        """Working days d with start <= d < end; negative when end comes first."""
        return self._place(end) - self._place(start)

    def is_workday(self, day: date) -> bool:
        return self.roll(day) == day

    def is_provisional(self, day: date) -> bool:
        """Whether the State Council has not published the day's year, as far as we know."""
        return day.year not in self.published

    def rests_on_provisional(self, start: date, end: date) -> bool:
        """Whether a year from start to end is provisional, and with it what was counted."""
        first, last = sorted([start.year, end.year])
        return any(year not in self.published for year in range(first, last + 1))

    def _place(self, day: date) -> int:
        """How many working days lie between the table's first day and `day`."""
        ordinal = day.toordinal()
        if ordinal < self._first:
            return _weekdays(ordinal) - _weekdays(self._first)
        if ordinal >= self._after:
            beyond = _weekdays(ordinal) - _weekdays(self._after)
            return len(self._workdays) + beyond
        return self._before[ordinal - self._first]

    def _workday(self, place: int) -> date:
        """The working day in that place: the reverse of `_place`."""
        if place < 0:
            return _weekday(_weekdays(self._first) + place)
        if place >= len(self._workdays):
            return _weekday(_weekdays(self._after) + place - len(self._workdays))
        return self._workdays[place]


def _weekdays(ordinal: int) -> int:
    """Mondays to Fridays before the day of that ordinal; day 1 was a Monday."""
    weeks, days = divmod(ordinal - 1, 7)
    return 5 * weeks + min(days, 5)


def _weekday(place: int) -> date:
    """The Monday to Friday with that many before it."""
    weeks, days = divmod(place, 5)
    return date.fromordinal(1 + 7 * weeks + days)
