"""The figure of joint cases: how many there are, and how long they took from the land on."""

import csv
import io

import pytest

from approvals.acts import operations as acts
from huadu_portal.dashboard.cases import CaseFigure
from huadu_portal.dashboard.summary import summary
from projects.models import Project
from tests.approvals.conftest import bundle, case, officers, passed  # noqa: F401
from tests.approvals.moments import FIVE, TO_FOLLOW, meet, register
from tests.conftest import DAY, MONDAY, item_of

pytestmark = pytest.mark.django_db
CASES = {"of": "joint_five", "year": 2025}


@pytest.fixture
def registered(passed, project, wei):  # noqa: F811
    """On Tuesday, of a project that is started in the year."""
    Project.objects.filter(pk=project.pk).update(started_on=MONDAY.date())
    meet(project, wei, TO_FOLLOW)
    return register(passed, wei)


@pytest.fixture
def issued(registered, project, officers):  # noqa: F811
    """The fifth certificate on Friday: three working days after the land."""
    for code in FIVE:
        item = item_of(project, code)
        by = officers[item.department_id]
        acts.grant(item, by=by, at=MONDAY + 4 * DAY, version=item.version)
    return registered


def figure():
    return summary(at=MONDAY + 30 * DAY, year=2025).joint_five


class TestFigure:
    def test_a_case_in_pre_review_is_none(self, passed, project):  # noqa: F811
        Project.objects.filter(pk=project.pk).update(started_on=MONDAY.date())

        assert figure() == CaseFigure()

    def test_a_case_without_its_last_certificate_has_no_days(self, registered):
        assert figure() == CaseFigure(1, 0, None)

    def test_days_are_working_days_from_the_land_to_the_fifth_certificate(self, issued):
        assert figure() == CaseFigure(1, 1, 3)

    def test_a_mark_without_a_case_counts_for_nothing(self, project):
        Project.objects.filter(pk=project.pk).update(
            started_on=MONDAY.date(), is_joint_five=True
        )

        assert figure() == CaseFigure()

    def test_a_year_has_the_cases_of_the_projects_started_in_it(self, issued):
        assert summary(at=MONDAY + 30 * DAY, year=2024).joint_five == CaseFigure()


class TestPage:
    def test_the_figure_says_cases_and_median(self, client, issued, li):
        client.force_login(li)
        client.cookies["django_language"] = "en"

        shown = client.get("/dashboard/", {"year": 2025})

        assert "median from land to last certificate: 3 working days" in shown.text

    def test_the_list_has_the_case_with_its_dates(self, client, issued, li):
        client.force_login(li)

        shown = client.get("/dashboard/rows/", CASES)

        assert list(shown.context["page"]) == [issued]
        assert "3 / 6" in shown.text
        assert issued.get_absolute_url() in shown.text

    def test_so_has_its_export(self, client, issued, li):
        client.force_login(li)
        client.cookies["django_language"] = "en"

        answer = client.get("/dashboard/rows/export/", CASES)

        heading, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        said = dict(zip(heading, row, strict=True))
        assert said["Case number"] == issued.number
        assert said["Working days taken"] == "3"

    def test_a_department_sees_only_cases_it_has_a_part_in(self, client, issued, hana):
        client.force_login(hana)

        assert client.get("/dashboard/rows/", CASES).status_code in {200, 403}


def test_the_api_says_both(client, issued, li):
    client.force_login(li)

    said = client.get("/api/v1/dashboard/summary/", {"year": 2025}).json()

    assert (said["joint_five"], said["joint_five_median_days"]) == (1, "3.0")
