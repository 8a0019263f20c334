"""What anybody sees without signing in: home, catalogue, privacy, the frame itself."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override

from approvals.models import ApprovalType, ClockSpan, MaterialRequirement, Stage
from huadu_portal.accounts.models import Department
from huadu_portal.dashboard import summary
from huadu_portal.ui import components
from huadu_portal.ui.templatetags import portal
from projects.models import MaterialKind, Phase, Project
from tests.conftest import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def planners():
    return Department.objects.create(
        code="test-planning", name="某规划局", short_name="规划", name_en="Planners"
    )


@pytest.fixture
def permit(planners):
    return ApprovalType.objects.create(
        code="HD-TEST-06",
        name="某规划许可证",
        name_en="Some planning permit",
        department=planners,
        stage=Stage.LAND,
        kind=ApprovalType.Kind.LICENCE,
        promised_days=3,
        statutory_days=20,
        position=900,
        source="某法第三十八条",
    )


@pytest.fixture
def works(firm, li):
    """Makes a project of Alice's firm that has got as far as its days say."""

    def make(number, **fields):
        return Project.objects.create(
            number=number,
            enterprise=firm,
            phase=Phase.STARTED,
            agent=li,
            created_at=MONDAY,
            **fields,
        )

    return make


class TestHome:
    def test_is_open_to_everyone_and_says_so_in_chinese(self, client):
        response = client.get("/")

        assert response.status_code == 200
        assert response.headers["Content-Language"] == "zh-hans"
        assert '<html lang="zh-CN"' in response.text

    def test_has_nothing_the_content_policy_forbids(self, client):
        page = client.get("/").text

        for forbidden in ("<style", " style=", " onclick=", "<script>", "javascript:"):
            assert forbidden not in page

    def test_loads_nothing_from_elsewhere(self, client):
        page = client.get("/").text

        assert 'src="http' not in page
        assert 'href="http' not in page

    def test_needs_few_queries(self, client, django_assert_max_num_queries):
        with django_assert_max_num_queries(6):
            client.get("/")


class TestFigures:
    def test_count_and_sum_the_year(self, works):
        works("T-1", started_on=date(2019, 3, 1), fixed_assets_wan=10_000)
        works("T-2", started_on=date(2019, 4, 1), working_capital_wan=3_200)

        shown = summary.public_figures(date(2019, 12, 31))

        assert shown["started"]["number"] == 2
        assert shown["started"]["investment_wan"] == Decimal(13_200)

    def test_fall_back_to_the_latest_year_that_has_any(self, works):
        works("T-1", started_on=date(2025, 3, 1))

        shown = summary.public_figures(date(2031, 1, 5))

        assert (shown["year"], shown["is_this_year"]) == (2025, False)

    def test_are_zero_rather_than_missing(self):
        shown = summary.public_figures(date(2001, 1, 1))

        assert shown["completed"] == {
            "number": 0,
            "investment_wan": 0,
            "annual_output_wan": 0,
        }


class TestCatalogue:
    def test_finds_by_a_part_of_the_name(self, client, permit):
        response = client.get("/catalogue/", {"q": "某规划许可"})

        assert permit.code in response.text

    def test_finds_by_department_and_word_together(self, client, permit):
        response = client.get("/catalogue/", {"q": "planners permit"})

        assert permit.code in response.text

    def test_says_when_nothing_was_found(self, client, permit):
        response = client.get("/catalogue/", {"q": "没有这样的事项"})

        assert permit.code not in response.text
        assert 'class="empty"' in response.text

    def test_entry_names_department_limits_and_materials(self, client, permit):
        kind = MaterialKind.objects.create(code="test-kind", name="某申请表")
        MaterialRequirement.objects.create(approval_type=permit, kind=kind, position=1)
        client.cookies["django_language"] = "en"

        page = client.get(f"/catalogue/{permit.code}/").text

        for expected in ("Planners", "3 working days", "20 working days", "某申请表"):
            assert expected in page

    def test_unknown_entry_is_not_found(self, client):
        assert client.get("/catalogue/HD-NONE-99/").status_code == 404


class TestFrame:
    def test_language_is_switched_and_kept_with_the_person(self, client, eve):
        client.force_login(eve)

        client.post("/i18n/setlang/", {"language": "en", "next": "/"})
        eve.refresh_from_db()

        assert client.get("/").headers["Content-Language"] == "en"
        assert eve.language == "en"

    def test_elder_mode_goes_on_and_off(self, client):
        client.post("/elder-mode/", {"next": "/privacy/"})
        assert 'class="elder"' in client.get("/").text

        client.post("/elder-mode/")
        assert 'class="elder"' not in client.get("/").text

    def test_elder_mode_does_not_send_people_elsewhere(self, client):
        response = client.post("/elder-mode/", {"next": "https://evil.example/"})

        assert response.url == "/"

    def test_form_without_its_token_is_explained(self):
        client = Client(enforce_csrf_checks=True)

        response = client.post("/lookup/", {"number": "SB20260105-0001"})

        assert response.status_code == 403
        assert 'class="refusal"' in response.text

    def test_the_place_of_messages_is_empty(self, client):
        """A space in it counts as a message for the style: a dark box on every page."""
        assert re.search(r"<div [^>]*data-live[^>]*></div>", client.get("/").text)

    def test_missing_page_keeps_the_frame(self, client):
        response = client.get("/nowhere-at-all/")

        assert response.status_code == 404
        assert 'class="refusal"' in response.text

    def test_privacy_notice_has_a_version(self, client):
        assert "1.0" in client.get("/privacy/").text


class TestSums:
    @pytest.mark.parametrize(
        ("language", "filter_", "shown"),
        [
            ("zh-hans", "yi", "1.32"),
            ("zh-hans", "wan", "13,200.00"),
            ("en", "yi", "CNY 132 million"),
            ("en", "wan", "CNY 132,000,000"),
        ],
    )
    def test_are_exact_in_both_languages(self, language, filter_, shown):
        with override(language):
            assert shown in getattr(components, filter_)(Decimal("13200"))

    def test_that_are_no_whole_millions_keep_two_decimals(self):
        with override("en"):
            assert components.yi(Decimal("14345.50")) == "CNY 143.46 million"
            assert components.yi(Decimal("14350")) == "CNY 143.50 million"

    @pytest.mark.parametrize(("language", "shown"), [("en", " (7)"), ("zh-hans", "（7）")])
    def test_stand_in_the_brackets_of_the_language(self, language, shown):
        with override(language):
            assert components.bracketed("7") == shown

    @pytest.mark.parametrize(
        ("took", "shown"),
        [
            (timedelta(minutes=59), "less than an hour"),
            (timedelta(hours=1), "1 hour"),
            (timedelta(hours=23, minutes=59), "23 hours"),
            (timedelta(days=72, hours=5), "72 days"),
        ],
    )
    def test_a_holders_time_is_said_in_days_or_hours(self, took, shown):
        span = ClockSpan(started_at=MONDAY, ended_at=MONDAY + took)
        with override("en"):
            assert portal.lasting(span) == shown

    @pytest.mark.parametrize(("language", "shown"), [("en", "甲, 乙"), ("zh-hans", "甲、乙")])
    def test_names_are_parted_as_the_language_does(self, language, shown):
        with override(language):
            assert portal.listed(["甲", "乙"]) == shown

    def test_headline_figure_of_the_year_is_not_rounded_away(self):
        with override("zh-hans"):
            assert components.yi(Decimal("1321200")).startswith("132.12")


class TestTag:
    def test_takes_its_colour_from_the_choice(self, works):
        project = works("T-9", started_on=date(2025, 3, 1))
        source = '{% load portal %}{% tag of=thing field="phase" %}'

        shown = Template(source).render(Context({"thing": project}))

        assert 'class="tag tag-blue"' in shown


class TestErrorPages:
    @pytest.mark.parametrize("name", ["400.html", "500.html", "503.html"])
    def test_ask_for_their_style_by_the_name_that_is_served(self, monkeypatch, name):
        """Only hashed names are kept (WHITENOISE_KEEP_ONLY_HASHED_FILES)."""
        monkeypatch.setattr(staticfiles_storage, "url", lambda path: f"/kept/{path}")

        assert 'href="/kept/css/error.css"' in render_to_string(name)
