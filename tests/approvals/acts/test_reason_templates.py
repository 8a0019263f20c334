"""Reasons that a department uses again: kept at the desk, chosen into the field of an act."""

import pytest
from django.urls import reverse

from agents.triage.acts import APPLICATION_ACTS
from approvals.acts.forms.templates import FromTemplate
from approvals.items.rights import ITEM_ACTS
from approvals.models import ReasonTemplate, Status
from huadu_portal.accounts.models import Department
from projects.models import ApplicationStatus
from tests.approvals.moments import desk_of, url_of

LIST = "/admin/approvals/reasontemplate/"
TEXT = "申请事项依法不属于本行政机关职权范围。"
Use = ReasonTemplate.Use


def kept(use, text=TEXT, department="planning"):
    of = Department.objects.get(code=department)
    return ReasonTemplate.objects.create(department=of, use=use, text=text)


class TestKeeping:
    def test_every_act_that_takes_them_has_a_use_and_no_other(self):
        of_items = {
            name for name, act in ITEM_ACTS.items() if issubclass(act.form, FromTemplate)
        }
        of_applications = {
            f"{name}_application"
            for name, act in APPLICATION_ACTS.items()
            if issubclass(act.form, FromTemplate)
        }

        # Passing back in pre-review, stopping reminders and the like ask a colleague, not a firm.
        assert set(Use.values) <= of_items | of_applications
        assert of_applications <= set(Use.values)

    def test_a_head_keeps_those_of_the_department(self, client, hana):
        client.force_login(hana)
        typed = {"department": hana.department_id, "use": Use.DECLINE, "text": TEXT}

        client.post(f"{LIST}add/", typed)

        template = ReasonTemplate.objects.get()
        assert (template.department, template.text) == (hana.department, TEXT)

    def test_but_no_others(self, client, hana):
        other = kept(Use.DECLINE, department="water")
        client.force_login(hana)
        typed = {"department": other.department_id, "use": Use.REFUSE, "text": TEXT}

        client.post(f"{LIST}add/", typed)
        page = client.get(reverse("admin:approvals_reasontemplate_change", args=[other.pk]))

        assert list(ReasonTemplate.objects.all()) == [other]
        assert page.status_code == 302
        assert TEXT not in client.get(LIST).text

    def test_the_centers_head_keeps_all(self, client, chen):
        other = kept(Use.DECLINE, department="water")
        client.force_login(chen)

        client.post(
            reverse("admin:approvals_reasontemplate_change", args=[other.pk]),
            {"department": other.department_id, "use": Use.DECLINE, "text": "新的表述"},
        )

        other.refresh_from_db()
        assert other.text == "新的表述"

    @pytest.mark.parametrize("who", ["omar", "wei", "ada", "alice"])
    def test_nobody_else_does(self, client, request, who):
        client.force_login(request.getfixturevalue(who))

        assert client.get(f"{LIST}add/").status_code in {302, 403}

    def test_one_wording_is_kept_once(self, client, hana):
        kept(Use.DECLINE)
        client.force_login(hana)
        typed = {"department": hana.department_id, "use": Use.DECLINE, "text": TEXT}

        client.post(f"{LIST}add/", typed)

        assert ReasonTemplate.objects.count() == 1


class TestChoosing:
    @pytest.mark.parametrize("address", [url_of, desk_of])
    def test_those_of_the_act_and_department_are_offered(
        self, client, omar, submitted, address
    ):
        kept(Use.DECLINE)
        kept(Use.REFUSE, "不符合规划条件。")
        kept(Use.DECLINE, "水务部门的理由。", department="water")
        client.force_login(omar)

        page = client.get(address(submitted, "decline")).text

        assert TEXT in page
        assert 'data-fills="note"' in page
        assert "不符合规划条件。" not in page
        assert "水务部门的理由。" not in page

    @pytest.mark.parametrize("address", [url_of, desk_of])
    def test_without_a_script_the_chosen_one_is_the_reason(
        self, client, omar, submitted, address
    ):
        template = kept(Use.DECLINE)
        client.force_login(omar)
        typed = {"version": submitted.version, "template": template.pk, "note": ""}

        client.post(address(submitted, "decline"), typed)

        submitted.refresh_from_db()
        assert (submitted.status, submitted.reason) == (Status.DECLINED, TEXT)

    def test_what_was_typed_goes_before_it(self, client, omar, submitted):
        template = kept(Use.DECLINE)
        client.force_login(omar)
        typed = {"version": submitted.version, "template": template.pk, "note": "另行说明"}

        client.post(url_of(submitted, "decline"), typed)

        submitted.refresh_from_db()
        assert submitted.reason == "另行说明"

    def test_neither_is_asked_about_beside_the_field(self, client, omar, submitted):
        kept(Use.DECLINE)
        client.force_login(omar)

        response = client.post(url_of(submitted, "decline"), {"version": submitted.version})

        assert list(response.context["form"].errors) == ["note"]

    def test_one_of_another_department_is_no_choice(self, client, omar, submitted):
        kept(Use.DECLINE)
        other = kept(Use.DECLINE, "水务部门的理由。", department="water")
        client.force_login(omar)
        typed = {"version": submitted.version, "template": other.pk}

        response = client.post(url_of(submitted, "decline"), typed)

        submitted.refresh_from_db()
        assert "template" in response.context["form"].errors
        assert submitted.status == Status.SUBMITTED

    def test_it_is_a_line_of_a_correction(self, client, omar, submitted):
        template = kept(Use.REQUEST_CORRECTION, "总平面图缺少红线坐标。")
        client.force_login(omar)
        typed = {"version": submitted.version, "template": template.pk, "missing": ""}

        client.post(url_of(submitted, "request_correction"), typed)

        assert submitted.corrections.get().missing == [template.text]

    def test_and_of_what_the_window_returns(self, client, wei, application):
        template = kept(Use.RETURN_APPLICATION, "缺少公章。", department="centre")
        client.force_login(wei)
        address = f"/admin/projects/application/{application.pk}/acts/return/"
        typed = {"version": application.version, "template": template.pk, "missing": ""}

        client.post(address, typed)

        application.refresh_from_db()
        assert application.status == ApplicationStatus.RETURNED
        assert application.events.last().missing == [template.text]

    def test_where_there_are_none_nothing_is_offered(self, client, omar, submitted):
        client.force_login(omar)

        form = client.get(url_of(submitted, "decline")).context["form"]

        assert "template" not in form.fields
        assert form.fields["note"].required
