"""The tables: what is loaded, what a notice would change, what is missing."""

from datetime import date

import pytest

from huadu_portal.workdays import libraries, notices, operations
from huadu_portal.workdays.models import PublishedYear, SpecialDay
from huadu_portal.workdays.published import calendar, with_notice
from tests.workdays.moments import MONDAY
from tests.workdays.notices import of_2027

NATIONAL_DAY = date(2026, 10, 1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("packaged")]


class TestLoading:
    def test_leaves_known_years_alone(self):
        SpecialDay.objects.filter(date=NATIONAL_DAY).update(name="edited")

        operations.load_packaged_years(at=MONDAY)

        assert SpecialDay.objects.get(date=NATIONAL_DAY).name == "edited"

    @pytest.mark.parametrize("notice", notices.packaged(), ids=lambda n: str(n.year))
    def test_the_package_is_what_the_libraries_know(self, notice):
        assert operations.changes(libraries.notice_from_libraries(notice.year)) == []

    @pytest.mark.parametrize("notice", notices.packaged(), ids=lambda n: str(n.year))
    def test_a_packaged_year_is_in_force(self, notice):
        assert operations.in_force(notice.year) == notice


class TestChanges:
    def test_are_the_days_that_become_others(self):
        changed = operations.changes(of_2027(date(2027, 1, 4)))

        assert [(day.date, day.is_workday, day.name) for day in changed] == [
            (date(2027, 1, 4), False, "元旦"),
            (date(2027, 1, 10), True, "调休上班"),
        ]

    def test_write_nothing(self):
        before = calendar()

        assert not with_notice(of_2027()).is_provisional(date(2027, 1, 1))
        assert calendar() is before


class TestInForce:
    def test_a_year_without_a_notice_has_its_statutory_holidays_and_no_source(self):
        known = operations.in_force(2027)

        assert (known.source, len(known.days)) == ("", 13)


class TestMissingYear:
    @pytest.mark.parametrize(
        ("today", "missing"),
        [
            (date(2026, 10, 31), None),
            (date(2026, 11, 1), 2027),
            (date(2026, 12, 31), 2027),
            (date(2027, 1, 1), 2027),
            (date(2025, 11, 30), None),
        ],
    )
    def test_is_the_next_one_from_november_on_and_then_this_one(self, today, missing):
        assert operations.missing_year(today) == missing

    def test_is_none_once_it_is_loaded(self):
        operations.replace_year(of_2027(), at=MONDAY)

        assert operations.missing_year(date(2026, 12, 1)) is None
        assert PublishedYear.objects.filter(year=2027).exists()
