"""The command: from the libraries, from a file, and what it says."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from approvals.models import ApprovalItem
from huadu_portal.workdays import files, libraries
from huadu_portal.workdays.models import CalendarChange, PublishedYear, SpecialDay
from huadu_portal.workdays.published import calendar
from tests.workdays.notices import of_2027, with_days_off

NATIONAL_DAY = date(2026, 10, 1)
# A Monday within the ten days of the item of Monday 3 March 2025.
EXTRA = date(2025, 3, 10)


@pytest.fixture(autouse=True)
def in_english(catalogue):
    with translation.override("en"):
        yield


@pytest.fixture
def unpublished(catalogue):
    """2026 as it was before the notice."""
    SpecialDay.objects.filter(date__year=2026).delete()
    PublishedYear.objects.filter(year=2026).delete()


@pytest.fixture
def file(tmp_path):
    """Writes a notice into a file; its path."""

    def write(notice, name="2025.csv"):
        path = tmp_path / name
        path.write_text(files.as_csv(notice), encoding="utf-8")
        return str(path)

    return write


def run(*arguments):
    out = StringIO()
    call_command("sync_calendar", *arguments, stdout=out)
    return out.getvalue()


class TestFromTheLibraries:
    def test_shows_the_days_and_loads_them(self, unpublished):
        said = run("--year", "2026")

        assert "2026-02-14  working day  调休上班" in said
        assert "2026-10-07  day off" in said
        # Off before the notice as well: by law, or as a Saturday.
        assert "2026-10-01" not in said
        assert not calendar().is_provisional(NATIONAL_DAY)

    def test_a_dry_run_shows_the_days_only(self, unpublished):
        assert "2026-02-14" in run("--year", "2026", "--dry-run")
        assert calendar().is_provisional(NATIONAL_DAY)
        assert not CalendarChange.objects.exists()

    def test_a_year_that_is_known_stays_as_it_is(self):
        before = calendar()

        assert "2026: 0 days change." in run("--year", "2026")
        assert calendar() is before
        assert not CalendarChange.objects.exists()

    def test_a_single_day_published_anew_is_corrected(self):
        SpecialDay.objects.filter(date=NATIONAL_DAY).update(is_workday=True)

        assert "2026-10-01  day off  国庆节" in run("--year", "2026")
        assert not calendar().is_workday(NATIONAL_DAY)

    def test_a_year_nobody_knows_fails(self):
        with pytest.raises(CommandError, match="2040"):
            run("--year", "2040")

    def test_disagreement_fails_with_the_days(self, unpublished, monkeypatch):
        monkeypatch.delitem(libraries.constants.holidays, NATIONAL_DAY)

        with pytest.raises(CommandError, match="2026-10-01"):
            run("--year", "2026")
        assert calendar().is_provisional(NATIONAL_DAY)


class TestFromAFile:
    def test_shows_every_due_date_that_moves_and_moves_it(self, accepted, file):
        said = run("--file", file(with_days_off(2025, EXTRA)))

        assert "2025-03-10  day off  临时放假" in said
        assert "Due dates move of 1 items." in said
        assert "promised by 2025-03-17 → 2025-03-18" in said
        accepted.refresh_from_db()
        assert accepted.due_on == date(2025, 3, 18)

    def test_the_operator_is_no_user_in_the_audit(self, file):
        run("--file", file(of_2027()))

        change = CalendarChange.objects.get()
        assert (change.by, change.year, change.source_notice) == (
            None,
            2027,
            of_2027().source,
        )

    def test_a_dry_run_moves_nothing(self, accepted, file):
        before = ApprovalItem.objects.values().get(pk=accepted.pk)

        said = run("--file", file(with_days_off(2025, EXTRA)), "--dry-run")

        assert "2025-03-17 → 2025-03-18" in said
        assert ApprovalItem.objects.values().get(pk=accepted.pk) == before

    def test_a_file_without_the_year_fails(self, file):
        with pytest.raises(CommandError, match="2028"):
            run("--file", file(of_2027()), "--year", "2028")

    def test_a_file_that_is_not_there_fails(self, tmp_path):
        with pytest.raises(CommandError):
            run("--file", str(tmp_path / "2027.csv"))

    def test_a_wrong_file_fails_with_what_is_wrong(self, tmp_path):
        path = tmp_path / "2027.csv"
        path.write_text("start,end,kind,name,source\n2027-01-01,,free,元旦,x\n")

        with pytest.raises(CommandError, match="Line 2"):
            run("--file", str(path))
