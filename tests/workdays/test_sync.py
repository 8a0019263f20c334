from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from huadu_portal.workdays import libraries, notices, operations
from huadu_portal.workdays.models import PublishedYear, SpecialDay
from huadu_portal.workdays.published import calendar
from tests.workdays.moments import MONDAY

NATIONAL_DAY = date(2026, 10, 1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("packaged")]


@pytest.fixture
def unpublished():
    """2026 as it was before the notice."""
    SpecialDay.objects.filter(date__year=2026).delete()
    PublishedYear.objects.filter(year=2026).delete()


class TestOperation:
    def test_loads_a_year_and_says_which_days_change(self, unpublished):
        changed = operations.sync(2026, at=MONDAY)

        assert changed[NATIONAL_DAY] is False
        assert changed[date(2026, 2, 14)] is True
        # The weekends within the holidays were days off before.
        assert date(2026, 10, 3) not in changed
        assert not calendar().is_provisional(NATIONAL_DAY)

    def test_a_year_that_is_known_stays_as_it_is(self):
        before = calendar()

        assert operations.sync(2026, at=MONDAY) == {}
        assert calendar() is before

    def test_a_single_day_published_anew_is_corrected(self):
        SpecialDay.objects.filter(date=NATIONAL_DAY).update(is_workday=True)

        assert operations.sync(2026, at=MONDAY) == {NATIONAL_DAY: False}
        assert not calendar().is_workday(NATIONAL_DAY)

    def test_a_preview_changes_nothing(self, unpublished):
        before = calendar()

        assert operations.preview(2026)[NATIONAL_DAY] is False
        assert calendar() is before

    def test_a_year_nobody_knows_is_refused(self):
        with pytest.raises(libraries.NotPublished):
            operations.sync(2040, at=MONDAY)

    def test_disagreement_stops_with_the_days(self, unpublished, monkeypatch):
        monkeypatch.delitem(libraries.constants.holidays, NATIONAL_DAY)

        with pytest.raises(libraries.Disagreement) as refusal:
            operations.sync(2026, at=MONDAY)

        assert refusal.value.days == [NATIONAL_DAY]
        assert not PublishedYear.objects.filter(year=2026).exists()

    def test_loading_what_is_packaged_leaves_known_years_alone(self):
        SpecialDay.objects.filter(date=NATIONAL_DAY).update(name="edited")

        operations.load_packaged(at=MONDAY)

        assert SpecialDay.objects.get(date=NATIONAL_DAY).name == "edited"

    @pytest.mark.parametrize("notice", notices.packaged(), ids=lambda n: str(n.year))
    def test_the_package_is_what_the_libraries_know(self, notice):
        assert operations.changes(libraries.read(notice.year)) == {}


class TestCommand:
    def run(self, *arguments):
        out = StringIO()
        call_command("sync_calendar", *arguments, stdout=out)
        return out.getvalue()

    def test_shows_the_days_and_loads_them(self, unpublished):
        assert "2026-10-01" in self.run("--year", "2026")
        assert not calendar().is_workday(NATIONAL_DAY)

    def test_a_dry_run_shows_the_days_only(self, unpublished):
        assert "2026-10-01" in self.run("--year", "2026", "--dry-run")
        assert calendar().is_provisional(NATIONAL_DAY)

    def test_a_year_nobody_knows_fails(self):
        with pytest.raises(CommandError):
            self.run("--year", "2040")

    def test_disagreement_fails_with_the_days(self, unpublished, monkeypatch):
        monkeypatch.delitem(libraries.constants.holidays, NATIONAL_DAY)

        with pytest.raises(CommandError, match="2026-10-01"):
            self.run("--year", "2026")
