from datetime import date

import pytest
from django.db import transaction

from huadu_portal.workdays import published
from huadu_portal.workdays.models import PublishedYear, SpecialDay
from huadu_portal.workdays.published import calendar

NATIONAL_DAY = date(2026, 10, 1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("packaged")]


class TestCalendar:
    def test_is_what_the_migration_loaded(self):
        assert not calendar().is_workday(NATIONAL_DAY)
        assert not calendar().is_provisional(NATIONAL_DAY)
        assert calendar().is_provisional(date(2027, 1, 1))

    def test_is_built_once(self, django_assert_num_queries):
        first = calendar()

        with django_assert_num_queries(1):
            assert calendar() is first

    @pytest.mark.parametrize("lost", [SpecialDay, PublishedYear])
    def test_notices_a_change_by_any_door(self, lost):
        before = calendar()

        lost.objects.all().delete()

        assert calendar() is not before

    def test_a_change_that_is_undone_leaves_nothing_behind(self):
        before = calendar()

        with transaction.atomic():
            SpecialDay.objects.filter(date=NATIONAL_DAY).update(is_workday=True)
            during = calendar().is_workday(NATIONAL_DAY)
            transaction.set_rollback(True)

        assert during
        assert calendar() is before

    def test_without_a_version_nothing_is_kept(self):
        published.CalendarVersion.objects.all().delete()

        assert calendar() is not calendar()
