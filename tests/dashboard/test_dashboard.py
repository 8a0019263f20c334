"""The leaders' page: its figures, the rows behind each, who may see it, what it costs."""

import csv
import io
import re
from datetime import datetime, time

import pytest
from django.urls import reverse
from django.utils.html import escape

from approvals.models import ApprovalItem, Status
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.dashboard import views
from huadu_portal.dashboard.figures import LISTINGS
from huadu_portal.dashboard.summary import summary
from huadu_portal.spreadsheets import cell
from projects.models import Project
from tests.conftest import SHANGHAI
from tests.demo.demo_days import AUTUMN
from tests.demo.demo_loading import loaded

pytestmark = pytest.mark.django_db

AT = datetime.combine(AUTUMN, time(10), SHANGHAI)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with loaded(AUTUMN, django_db_setup, django_db_blocker):
        yield


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(views, "now", lambda: AT)


@pytest.fixture
def address():
    return reverse("dashboard:dashboard")


@pytest.fixture
def leader(demo, client):
    client.force_login(User.objects.get(username="leader"))
    return client


def rows(client, **query):
    return client.get(reverse("dashboard:rows"), query)


class TestPage:
    def test_it_shows_the_headline_figures(self, leader, address):
        text = leader.get(address).content.decode()

        for figure in ("132.12", "354.33", "190.95", "98.35"):
            assert figure in text

    def test_it_says_as_of_when(self, leader, address):
        assert "2026-11-24 10:00" in leader.get(address).content.decode()

    def test_every_link_to_rows_leads_somewhere(self, leader, address):
        text = leader.get(address).content.decode()
        links = set(re.findall(r'href="(/dashboard/rows/[^"]*)"', text))

        answers = {link: leader.get(link.replace("&amp;", "&")).status_code for link in links}

        assert len(links) > 30
        assert set(answers.values()) == {200}

    def test_it_can_be_narrowed_to_a_town(self, leader, address):
        shown = leader.get(address, {"town": "440114108"}).context["summary"]

        assert shown.started == summary(at=AT, town="440114108").started
        assert 0 < shown.started.count < 13

    def test_it_can_be_narrowed_to_a_platform(self, leader, address):
        platform = Project.objects.exclude(platform=None).first().platform

        shown = leader.get(address, {"platform": platform.pk}).context["summary"]

        assert 0 < shown.started.count < 13

    @pytest.mark.parametrize(
        "query", [{"town": "nowhere"}, {"platform": "x"}, {"year": "1e9"}, {"industry": "\0"}]
    )
    def test_what_it_cannot_understand_narrows_nothing(self, leader, address, query):
        assert leader.get(address, query).context["summary"].started.count == 13

    def test_another_year_has_other_figures(self, leader, address):
        assert leader.get(address, {"year": 2024}).context["summary"].completed.count == 0

    def test_the_wall_renews_itself_and_has_nothing_to_fill_in(self, leader, address):
        text = leader.get(address, {"fullscreen": 1}).content.decode()

        assert 'data-renew="60"' in text
        assert 'class="filters"' not in text

    def test_nothing_in_it_needs_an_exception_from_the_policy(self, leader, address):
        text = leader.get(address).content.decode()

        assert " style=" not in text
        assert not re.search(r"\son[a-z]+=", text)
        assert not re.search(r'<script(?! src=| id="[a-z]+" type="application/json")', text)

    def test_it_costs_the_same_whatever_is_shown(
        self, leader, address, django_assert_max_num_queries
    ):
        leader.get(address)

        with django_assert_max_num_queries(18):
            leader.get(address)


class TestRows:
    @pytest.mark.parametrize("of", ["started", "completed"])
    def test_projects_sum_up_to_the_figure(self, leader, of):
        context = rows(leader, of=of).context

        assert context["total"] == getattr(summary(at=AT), of)
        assert len(context["page"].object_list) == context["total"].count

    def test_joint_cases_are_as_many_as_the_figure(self, leader):
        listed = rows(leader, of="joint_five").context["page"].paginator.count

        assert listed == summary(at=AT).joint_five.count == 6

    @pytest.mark.parametrize("lamp", ["green", "yellow", "red", "deep_red"])
    def test_items_of_a_lamp_are_as_many_as_the_figure(self, leader, lamp):
        count = rows(leader, of="items", lamp=lamp).context["page"].paginator.count

        assert count == summary(at=AT).lamps[lamp]

    def test_every_department_has_as_many_rows_as_the_table_says(self, leader):
        for row in summary(at=AT).departments:
            for of, figure in {"in_hand": row.open, "closed": row.on_time.whole}.items():
                found = rows(leader, of=of, department=row.code).context["page"]
                assert found.paginator.count == figure

    def test_overdue_late_and_due_are_as_many_as_the_figures(self, leader):
        figures = summary(at=AT)
        today = civil_day(AT)
        running = ApprovalItem.objects.filter(status=Status.ACCEPTED, due_on__gte=today)
        wanted = {
            "overdue": figures.counts["overdue"],
            "due": sum((item.due_on - today).days < 14 for item in running),
            "late": figures.on_time.whole - figures.on_time.part,
        }

        found = {of: rows(leader, of=of).context["page"].paginator.count for of in wanted}

        assert found == wanted

    @pytest.mark.parametrize("query", [{}, {"of": "secrets"}, {"of": "items", "lamp": "blue"}])
    def test_a_list_that_is_none_does_not_exist(self, leader, query):
        assert rows(leader, **query).status_code == 404

    @pytest.mark.parametrize("of", LISTINGS)
    def test_a_list_costs_the_same_however_long(
        self, leader, of, django_assert_max_num_queries
    ):
        rows(leader, of=of)

        with django_assert_max_num_queries(9):
            rows(leader, of=of)

    def test_a_long_list_has_pages(self, leader):
        first, second = (rows(leader, of="items", page=n).context["page"] for n in (1, 2))

        assert len(first.object_list) == 50
        assert not set(first.object_list) & set(second.object_list)


class TestExport:
    def test_it_holds_the_rows_of_the_list(self, leader):
        response = leader.get(reverse("dashboard:export"), {"of": "started"})

        table = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert len(table) == 1 + 13
        assert response["Content-Disposition"].startswith("attachment")

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
    def test_what_looks_like_a_formula_becomes_text(self, text):
        assert cell(text) == f"'{text}"

    def test_a_firms_formula_reaches_no_spreadsheet(self, leader):
        project = Project.objects.started_in(2026).first()
        Project.objects.filter(pk=project.pk).update(name="=cmd|' /C calc'!A0")

        text = leader.get(reverse("dashboard:export"), {"of": "started"}).content.decode()

        assert ",'=cmd|' /C calc'!A0," in text


class TestVisibility:
    @pytest.mark.parametrize(
        "username",
        ["leader", "head", "window", "agent", "chief", "auditor", "depthead"],
    )
    def test_overseers_may_look(self, demo, client, address, username):
        client.force_login(User.objects.get(username=username))

        assert client.get(address).status_code == 200

    @pytest.mark.parametrize("username", ["enterprise", "officer", "security", "admin"])
    @pytest.mark.parametrize("name", ["dashboard", "rows", "export"])
    def test_others_may_not(self, demo, client, username, name):
        client.force_login(User.objects.get(username=username))

        assert client.get(reverse(f"dashboard:{name}"), {"of": "items"}).status_code == 403

    @pytest.mark.parametrize("name", ["dashboard", "rows", "export"])
    def test_strangers_have_to_sign_in(self, demo, client, name):
        response = client.get(reverse(f"dashboard:{name}"), {"of": "items"})

        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))

    def test_a_departments_head_meets_no_other_departments_items(self, demo, client):
        client.force_login(User.objects.get(username="depthead"))

        found = rows(client, of="items").context["page"].object_list

        assert {item.department.code for item in found} == {"planning"}

    def test_a_departments_head_is_shown_no_projects(self, demo, client, address):
        client.force_login(User.objects.get(username="depthead"))

        text = client.get(address).content.decode()

        assert escape("of=started") not in text
        assert rows(client, of="projects").context["page"].paginator.count == 0
