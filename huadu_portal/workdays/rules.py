"""What a notice has to be before it becomes the calendar. No database."""

from collections import Counter
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from huadu_portal.workdays import statutory
from huadu_portal.workdays.notices import Day, Notice

FIRST_YEAR, LAST_YEAR = 2000, statutory.LAST_YEAR
LONGEST_SOURCE, LONGEST_NAME = 200, 40


def check_notice(notice: Notice) -> None:
    """Raises ValidationError with everything that is wrong with the notice."""
    if complaints := list(_complaints(notice)):
        raise ValidationError(complaints)


def _complaints(notice: Notice) -> Iterator[str]:
    if not FIRST_YEAR <= notice.year <= LAST_YEAR:
        yield _("The year must be between %(first)s and %(last)s.") % {
            "first": FIRST_YEAR,
            "last": LAST_YEAR,
        }
        return
    yield from _complaints_about_words(notice)
    elsewhere = [day for day in notice.days if day.date.year != notice.year]
    if elsewhere:
        yield _("Not in %(year)s: %(days)s.") % {"year": notice.year, "days": _list(elsewhere)}
    counted = Counter(day.date for day in notice.days)
    if twice := [day for day in notice.days if counted[day.date] > 1]:
        yield _("Listed more than once: %(days)s.") % {"days": _list(twice)}
    if idle := [day for day in notice.days if day.is_workday and day.date.weekday() < 5]:
        yield _("Only a Saturday or Sunday can be a make-up working day: %(days)s.") % {
            "days": _list(idle)
        }
    yield from _worked_holidays(notice)


def _complaints_about_words(notice: Notice) -> Iterator[str]:
    if not 0 < len(notice.source.strip()) <= LONGEST_SOURCE:
        yield _("Please name the notice, in at most %(most)s characters.") % {
            "most": LONGEST_SOURCE
        }
    unnamed = [day for day in notice.days if not 0 < len(day.name.strip()) <= LONGEST_NAME]
    if unnamed:
        yield _("These days need a name of at most %(most)s characters: %(days)s.") % {
            "most": LONGEST_NAME,
            "days": _list(unnamed),
        }


def _worked_holidays(notice: Notice) -> Iterator[str]:
    """A list that leaves one out has been cut off or mistyped (放假办法第二条)."""
    off = {day.date for day in notice.days if not day.is_workday}
    worked = [
        Day(day, False, name)
        for day, name in statutory.of_year(notice.year).items()
        if day not in off
    ]
    if worked:
        yield _("Statutory holidays must be days off: %(days)s.") % {"days": _list(worked)}


def _list(days: list[Day]) -> str:
    shown = dict.fromkeys(f"{day.date} {day.name}".strip() for day in days)
    return "、".join(shown)
