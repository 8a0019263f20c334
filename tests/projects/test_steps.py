"""Filling in: what is typed stays, right or wrong, whichever tab it came from."""

import re

import pytest
from django.urls import reverse

from projects.forms import STEPS, check_draft
from projects.models import Application
from projects.operations import applications
from tests.conftest import MONDAY
from tests.projects.conftest import TYPED


def url(application, step="project", name="step"):
    return reverse(f"projects:{name}", args=[application.pk, step])


def typed(application):
    application.refresh_from_db()
    return application.draft


class TestNext:
    def test_goes_on_when_all_is_right(self, client, alice, draft):
        client.force_login(alice)

        response = client.post(url(draft), TYPED)

        assert response.url == url(draft, "land")
        assert typed(draft)["fixed_assets_wan"] == "60000"

    def test_keeps_what_is_wrong_and_says_so(self, client, alice, draft):
        client.force_login(alice)
        wrong = TYPED | {"fixed_assets_wan": "六亿", "industry": "magic", "name": ""}

        response = client.post(url(draft), wrong)

        assert set(response.context["form"].errors) == {"fixed_assets_wan", "industry", "name"}
        assert 'value="六亿"' in response.text
        assert typed(draft)["fixed_assets_wan"] == "六亿"

    @pytest.mark.parametrize(("wish", "step"), [("anyway", "land"), ("back", "enterprise")])
    def test_goes_where_the_button_says_despite_errors(self, client, alice, draft, wish, step):
        client.force_login(alice)

        response = client.post(url(draft), {"name": "新工厂", "go": wish})

        assert response.url == url(draft, step)
        assert typed(draft)["name"] == "新工厂"

    def test_writes_no_field_of_another_step_or_of_the_record(self, client, alice, draft):
        client.force_login(alice)

        client.post(url(draft), TYPED | {"status": "accepted", "version": "9", "site": "x"})

        assert {"status", "version", "site"}.isdisjoint(typed(draft))


class TestPage:
    @pytest.mark.parametrize("step", [step.slug for step in STEPS])
    def test_opens(self, client, alice, draft, step):
        client.force_login(alice)

        assert client.get(url(draft, step)).status_code == 200

    def test_tells_nobody_off_before_they_began(self, client, alice, draft):
        client.force_login(alice)

        assert not client.get(url(draft)).context["form"].errors

    def test_points_out_what_is_missing_once_the_step_was_left(self, client, alice, draft):
        client.force_login(alice)
        client.post(url(draft), {"name": "新工厂", "go": "anyway"})

        assert "summary" in client.get(url(draft)).context["form"].errors

    def test_shows_the_latest_list_of_what_is_missing(self, client, alice, a_return):
        client.force_login(alice)

        assert "用地面积有误。" in client.get(url(a_return)).text

    def test_shows_a_returned_application_as_it_was_handed_in(self, client, alice, a_return):
        client.force_login(alice)

        assert client.get(url(a_return)).context["form"]["name"].value() == a_return.name

    def test_leads_away_from_what_is_handed_in(self, client, alice, application):
        client.force_login(alice)

        response = client.get(url(application))

        assert response.url == application.get_absolute_url()

    def test_shows_the_total_in_both_units(self, client, alice, ready):
        client.force_login(alice)

        page = client.get(url(ready)).text

        assert "68,000.00" in page
        assert "6.80" in page


class TestSave:
    def test_says_when(self, client, alice, draft):
        client.force_login(alice)

        response = client.post(url(draft, name="save"), {"name": "新工厂"})

        draft.refresh_from_db()
        assert response.json().keys() == {"saved_at"}
        assert draft.draft == {"name": "新工厂"}

    @pytest.mark.parametrize("text", ["-5", "NaN", "1e999", "六亿", "1" * 3000, "a\0b"])
    def test_never_refuses(self, client, alice, draft, text):
        client.force_login(alice)

        response = client.post(url(draft, name="save"), {"fixed_assets_wan": text})

        assert response.status_code == 200
        assert typed(draft)["fixed_assets_wan"] == text.replace("\0", "")

    def test_leaves_alone_what_a_second_tab_has_written(self, client, alice, draft):
        client.force_login(alice)
        client.post(url(draft, name="save"), {"name": "第一窗口", "was-name": ""})

        # The second tab still shows an empty name.
        client.post(url(draft), {"name": "", "was-name": "", "summary": "x", "was-summary": ""})

        assert typed(draft)["name"] == "第一窗口"
        assert typed(draft)["summary"] == "x"

    def test_keeps_a_box_that_was_unticked(self, client, alice, ready):
        client.force_login(alice)

        client.post(url(ready, "land", "save"), {"was-area_assessed": "on"})

        assert typed(ready)["area_assessed"] == ""

    def test_takes_line_ends_of_a_browser_for_what_they_are(self, client, alice, draft):
        client.force_login(alice)
        client.post(url(draft, name="save"), {"summary": "一\r\n二"})

        client.post(url(draft, name="save"), {"summary": "一\r\n二", "was-summary": "一\n二"})

        assert typed(draft)["summary"] == "一\n二"

    def test_of_what_is_handed_in_is_a_conflict(self, client, alice, application):
        client.force_login(alice)

        response = client.post(url(application, name="save"), {"name": "x"})

        assert response.status_code == 409

    def test_does_not_save_for_somebody_signed_out(self, client, draft):
        response = client.post(url(draft, name="save"), {"name": "x"})

        assert response.url.startswith("/accounts/login/?next=")
        assert typed(draft) == {}

    def test_asks_for_a_token(self, alice, draft, client_with_csrf):
        client_with_csrf.force_login(alice)

        response = client_with_csrf.post(url(draft, name="save"), {"name": "x"})

        assert response.status_code == 403

    @pytest.fixture
    def client_with_csrf(self, client):
        client.handler.enforce_csrf_checks = True
        return client


class TestWhoMay:
    @pytest.mark.parametrize("name", ["step", "save"])
    def test_another_firm_does_not_know_of_it(self, client, draft, stranger_to_firm, name):
        client.force_login(stranger_to_firm)

        assert client.post(url(draft, name=name), {"name": "x"}).status_code == 404

    def test_the_window_does_not_know_of_a_draft(self, client, draft, wei):
        client.force_login(wei)

        assert client.get(url(draft)).status_code == 404

    def test_the_window_may_not_write_in_what_was_handed_in(self, client, a_return, wei):
        client.force_login(wei)

        assert client.post(url(a_return), TYPED).status_code == 403

    def test_an_unknown_step_is_not_found(self, client, draft, alice):
        client.force_login(alice)

        assert client.get(url(draft, "money")).status_code == 404


class TestCheck:
    def problems(self, application, **changed):
        application.draft |= changed
        return [problem.anchor for problem in check_draft(application).problems]

    def test_finds_nothing_wrong_with_what_is_ready(self, ready):
        assert check_draft(ready).problems == []

    def test_reads_figures_as_people_type_them(self, ready):
        ready.draft["fixed_assets_wan"] = "６０，０００.5"

        assert str(check_draft(ready).fields["fixed_assets_wan"]) == "60000.5"

    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ("fixed_assets_wan", "0"),
            ("fixed_assets_wan", "-1"),
            ("fixed_assets_wan", "1.005"),
            ("fixed_assets_wan", "1000000000000"),
            ("working_capital_wan", "NaN"),
            ("annual_output_wan", "Infinity"),
            ("contact_mobile", "12345678901"),
            ("town", "440114999"),
            ("platform", "not-a-uuid"),
            ("starts_on", "2025-02-30"),
            ("starts_on", "2024-12-31"),
            ("starts_on", "2097-01-01"),
            ("produces_on", "2096-01-01"),
            ("summary", "长" * 5001),
            ("name", "锦华\u202e"),
            ("energy_tce", "1.5"),
        ],
    )
    def test_finds_what_is_wrong(self, ready, field, text):
        problems = self.problems(ready, **{field: text})

        expected = "completes_on" if text == "2097-01-01" else field
        assert problems == [f"id_{expected}"]

    def test_finds_materials_that_are_missing(self, ready):
        ready.documents.filter(kind__name="营业执照").update(removed_at=MONDAY)

        (problem,) = check_draft(ready).problems

        assert problem.label == "营业执照"


class TestStart:
    url = "/apply/new/"

    def test_begins_with_the_persons_own_contact(self, client, alice, firm, catalogue):
        client.force_login(alice)

        response = client.post(self.url, {"enterprise": firm.pk})

        application = Application.objects.get()
        assert response.url == url(application, "enterprise")
        assert application.draft == {"contact_name": "Alice", "contact_mobile": "13800138000"}

    def test_sends_somebody_without_a_firm_to_register_it(self, client, eve):
        client.force_login(eve)

        assert client.get(self.url).url == reverse("projects:register_enterprise")

    def test_is_not_for_a_firm_of_others(self, client, alice, firm, other_firm):
        client.force_login(alice)

        client.post(self.url, {"enterprise": other_firm.pk})

        assert not Application.objects.exists()

    def test_has_a_limit_of_unfinished_ones(self, client, alice, firm, monkeypatch):
        monkeypatch.setattr(applications, "MAX_OPEN_DRAFTS", 1)
        client.force_login(alice)

        for _attempt in range(2):
            client.post(self.url, {"enterprise": firm.pk})

        assert Application.objects.count() == 1


class TestSchedule:
    @pytest.mark.parametrize("late", ["completes_on", "produces_on"])
    def test_what_is_out_of_order_is_called_as_its_field(self, client, alice, draft, late):
        client.force_login(alice)

        response = client.post(url(draft, "land"), TYPED | {late: "2095-05-01"})

        form = response.context["form"]
        assert [error.split("不能早于")[0] for error in form.errors[late]] == [form[late].label]


class TestTotalInvestment:
    def test_stands_on_the_review_and_on_what_was_submitted(
        self, client, alice, ready, application
    ):
        client.force_login(alice)

        for address in (url(ready, "review"), application.get_absolute_url()):
            page = client.get(address).text

            assert re.search(r"<dt>总投资</dt>\s*<dd>\s*68,000(\.00)?万元（6\.80?亿元）", page)

    def test_is_left_out_until_both_sums_are_known(self, client, alice, draft):
        client.force_login(alice)

        assert "<dt>总投资</dt>" not in client.get(url(draft, "review")).text
