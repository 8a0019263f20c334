"""Working days counted one by one, from the published tables; slow, and plain to check.

On purpose nothing of workdays.arithmetic or approvals.items.clock: what they have written is
what is checked here.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from huadu_portal.workdays import statutory
from huadu_portal.workdays.models import PublishedYear, SpecialDay, Unit

ONE_DAY = timedelta(1)


@dataclass(frozen=True)
class Days:
    """Which days are worked."""

    special: dict[date, bool]
    published: Collection[int]
    # Off in years whose notice is not there yet.
    certain: Collection[date] = field(default_factory=statutory.holidays)

    @classmethod
    def in_force(cls) -> "Days":
        special = dict(SpecialDay.objects.values_list("date", "is_workday"))
        return cls(special, set(PublishedYear.objects.values_list("year", flat=True)))

    def is_worked(self, day: date) -> bool:
        if day in self.special:
            return self.special[day]
        if day.year not in self.published and day in self.certain:
            return False
        return day.weekday() < 5

    def rolled(self, day: date) -> date:
        while not self.is_worked(day):
            day += ONE_DAY
        return day

    def end_of(self, start: date, days: int, unit: str = Unit.WORKING) -> date:
        """The last day of a limit: day 0 is `start`, in working days a worked one."""
        if unit == Unit.CALENDAR:
            return self.rolled(start + days * ONE_DAY)
        day = self.rolled(start)
        for _ in range(days):
            day = self.rolled(day + ONE_DAY)
        return day

    def end_with_stops(
        self, start: date, days: int, unit: str, stops: Iterable[tuple[date, date]]
    ) -> date:
        """The same, longer by the stopped days (from, until before) of its unit.

        A stop that begins after the last day does not count.
        """
        stops, longer = sorted(stops), days
        while True:
            end = self.end_of(start, longer, unit)
            begun = [stop for stop in stops if stop[0] <= end]
            stopped = sum(self._counts(day, unit) for day in _days_in(begun))
            if days + stopped == longer:
                return end
            longer = days + stopped

    def _counts(self, day: date, unit: str) -> bool:
        return unit == Unit.CALENDAR or self.is_worked(day)


def _days_in(stops: Iterable[tuple[date, date]]) -> set[date]:
    return {start + n * ONE_DAY for start, end in stops for n in range((end - start).days)}
