"""首席服务官: appointed at the desk, told, with a start page and acts of their own."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from agents import operations
from agents.models import ChiefAppointment
from approvals.models import HelpRequest
from approvals.supervision import operations as supervision
from huadu_portal.accounts import role_records
from huadu_portal.accounts.models import User
from huadu_portal.dashboard.worklist import tasks_of
from huadu_portal.errors import NotAllowed, Stale
from huadu_portal.escalation.operations import remind
from huadu_portal.monitoring.reconcile.histories import of_item as findings_of
from huadu_portal.notifications.models import Kind
from tests.approvals.moments import by_api, desk_of, reminded, told, url_of
from tests.conftest import DAY, HOUR, MONDAY, person

derive_demands = import_module("approvals.migrations.0057_open_explanations").derive
pytestmark = pytest.mark.django_db
WHY = "承诺时限将至，请说明进度"


@pytest.fixture
def ou(catalogue):
    return person("ou", User.Role.CHIEF_OFFICER, "centre")


def appoint(project, chief, *, by, at, **asked):
    return operations.appoint_chief(
        project, by=by, at=at, version=project.version, chief=chief, **asked
    )


@pytest.fixture
def appointed(project, ou, chen):
    return appoint(project, ou, by=chen, at=MONDAY, reason="重大项目")


def desk(project, act="appoint_chief"):
    return f"/admin/projects/project/{project.pk}/acts/{act}/"


class TestAppointment:
    def test_the_project_has_its_chief_officer_with_history(self, appointed, ou, chen):
        row = ChiefAppointment.objects.get()

        assert appointed.chief_officer == ou
        assert (row.chief, row.by, row.started_at, row.ended_at) == (ou, chen, MONDAY, None)

    def test_the_person_and_the_agent_are_told(self, appointed):
        assert told(Kind.CHIEF_APPOINTED) == ["ann", "ou"]

    def test_another_one_follows_without_a_gap(self, appointed, chen):
        other = person("oy", User.Role.CHIEF_OFFICER, "centre")

        appoint(appointed, other, by=chen, at=MONDAY + DAY)

        later, earlier = ChiefAppointment.objects.all()
        assert earlier.ended_at == later.started_at == MONDAY + DAY
        assert told(Kind.CHIEF_APPOINTED) == ["ann", "ann", "ou", "ou", "oy"]

    def test_it_ends_without_a_successor(self, appointed, chen):
        project = appoint(appointed, None, by=chen, at=MONDAY + DAY)

        assert project.chief_officer is None
        assert ChiefAppointment.objects.get().ended_at == MONDAY + DAY
        assert told(Kind.CHIEF_ENDED) == ["ann", "ou"]

    def test_of_two_heads_at_once_the_second_is_told_what_has_moved_on(
        self, project, ou, chen, li
    ):
        other = person("oy", User.Role.CHIEF_OFFICER, "centre")
        appoint(project, ou, by=chen, at=MONDAY)

        with pytest.raises(Stale):
            appoint(project, other, by=li, at=MONDAY)

        project.refresh_from_db()
        assert project.chief_officer == ou

    def test_the_same_again_is_refused(self, appointed, ou, chen):
        with pytest.raises(NotAllowed):
            appoint(appointed, ou, by=chen, at=MONDAY + DAY)

    def test_only_a_chief_officer_can_be_one(self, project, wei, chen):
        with pytest.raises(NotAllowed):
            appoint(project, wei, by=chen, at=MONDAY)

    @pytest.mark.parametrize("who", ["wei", "ann", "omar", "alice", "ou", "ada"])
    def test_is_for_the_centres_head_and_leaders(self, project, ou, who, request):
        by = request.getfixturevalue(who)
        with pytest.raises(PermissionDenied):
            appoint(project, ou, by=getattr(by, "user", by), at=MONDAY)

    def test_the_database_keeps_one_at_a_time(self, appointed, ou):
        with pytest.raises(IntegrityError, match="chief_appointment_one_at_a_time"):
            ChiefAppointment.objects.create(project=appointed, chief=ou, started_at=MONDAY)

    def test_an_account_that_still_is_one_is_not_switched_off(self, appointed, ou):
        (sentence,) = role_records.held_by(ou)

        assert appointed.number in str(sentence)


class TestDeskAndApi:
    def test_is_appointed_by_a_dialog_at_the_desk(self, client, project, ou, li):
        client.force_login(li)
        assert str(ou) in client.get(desk(project)).text

        client.post(
            desk(project),
            {"version": project.version, "chief": str(ou.pk), "reason": "重大项目"},
        )

        project.refresh_from_db()
        assert project.chief_officer == ou
        page = client.get(f"/admin/projects/project/{project.pk}/change/").text
        assert "重大项目" in page

    def test_whoever_may_not_appoint_finds_no_dialog(self, client, project, wei):
        client.force_login(wei)

        assert client.get(desk(project)).status_code == 403

    def test_by_api(self, client, project, ou, chen):
        client.force_login(chen)

        said = client.post(
            f"/api/v1/projects/{project.pk}/appoint_chief/",
            {"version": project.version, "chief": str(ou.pk)},
            content_type="application/json",
        )

        assert (said.status_code, said.json()["chief_officer"]["id"]) == (200, str(ou.pk))

    @pytest.mark.parametrize(("who", "code"), [("wei", 403), ("alice", 403), ("eve", 404)])
    def test_by_api_for_nobody_else(self, client, project, ou, who, code, request):
        client.force_login(request.getfixturevalue(who))

        said = client.post(
            f"/api/v1/projects/{project.pk}/appoint_chief/",
            {"version": project.version, "chief": str(ou.pk)},
            content_type="application/json",
        )

        assert said.status_code == code


class TestTheirWork:
    def test_the_start_page_leads_to_their_projects_and_what_is_due(
        self, client, appointed, accepted, ou
    ):
        client.force_login(ou)

        page = client.get("/admin/")

        counts = {figure.url: figure.count for figure in page.context["figures"]}
        assert counts["/admin/projects/project/?tab=mine"] == 1
        assert [task.item for task in page.context["tasks"].tasks] == [accepted]
        listed = client.get("/admin/projects/project/?tab=mine").context["cl"].result_list
        assert list(listed) == [appointed]

    def test_they_answer_requests_for_coordination_of_their_projects(
        self, client, appointed, accepted, omar, ou
    ):
        supervision.ask_help(
            accepted, by=omar, at=MONDAY + HOUR, version=accepted.version, note="请协调"
        )
        asked = HelpRequest.objects.get()
        client.force_login(ou)
        base = f"/admin/approvals/helprequest/{asked.pk}"
        assert "acts/answer/" in client.get(f"{base}/change/").text

        client.post(f"{base}/acts/answer/", {"text": "周四上午协调"})

        asked.refresh_from_db()
        assert asked.answered_by == ou

    @pytest.mark.parametrize("address", [url_of, desk_of])
    def test_they_demand_an_explanation_by_page_and_at_the_desk(
        self, client, appointed, accepted, hana, ou, address
    ):
        client.force_login(ou)

        client.post(
            address(accepted, "demand_explanation"),
            {"version": accepted.version, "note": WHY},
        )

        accepted.refresh_from_db()
        assert accepted.events.last().act == "demand_explanation"
        assert told(Kind.EXPLANATION_ASKED) == ["hana", "omar"]
        assert list(findings_of(accepted)) == []

    def test_by_api(self, client, appointed, accepted, ou):
        said = by_api(client, ou, accepted, "demand_explanation", note=WHY)

        assert said.status_code == 200

    def test_not_of_another_project(self, client, accepted, ou):
        assert by_api(client, ou, accepted, "demand_explanation", note=WHY).status_code == 403

    def test_it_is_a_row_of_the_officer_until_the_delay_is_explained(
        self, client, appointed, accepted, ou, omar, hana, olga
    ):
        by_api(client, ou, accepted, "demand_explanation", note=WHY)
        demand = accepted.explanation_demands.get()
        rows = {
            who.username: [
                (task.url, task.due_on)
                for task in tasks_of(who).tasks
                if task.kind == "explanation"
            ]
            for who in (omar, hana, olga, ou)
        }
        here = [(demand.get_absolute_url(), demand.due_on)]
        assert rows == {"omar": here, "hana": here, "olga": [], "ou": []}

        accepted.refresh_from_db()
        by_api(client, omar, accepted, "explain", note="等待环评批复")

        assert [task.kind for task in tasks_of(omar).tasks] == ["decide"]
        demand.refresh_from_db()
        assert demand.answered_by == omar

    def test_the_officer_and_then_the_head_are_reminded_of_it(
        self, client, appointed, accepted, ou, omar, hana
    ):
        at = MONDAY + HOUR
        supervision.demand_explanation(
            accepted, by=ou, at=at, version=accepted.version, note=WHY
        )
        assert accepted.explanation_demands.get().due_on == (at + 2 * DAY).date()

        remind(MONDAY + 2 * DAY)
        remind(MONDAY + 3 * DAY)

        assert reminded("explanation", "near") == ["omar"]
        assert reminded("explanation", "overdue") == ["hana", "omar"]

    def test_demanded_again_the_day_stays(self, client, appointed, accepted, ou):
        for at in (MONDAY + HOUR, MONDAY + DAY):
            accepted.refresh_from_db()
            supervision.demand_explanation(
                accepted, by=ou, at=at, version=accepted.version, note=WHY
            )

        assert accepted.explanation_demands.get().asked_at == MONDAY + HOUR

    def test_one_of_before_gets_its_day(self, client, appointed, accepted, ou):
        by_api(client, ou, accepted, "demand_explanation", note=WHY)
        demand = accepted.explanation_demands.get()
        demand.delete()

        derive_demands(apps, None)

        assert accepted.explanation_demands.get().due_on == demand.due_on

    def test_no_firm_reads_of_it(self, client, appointed, accepted, ou, alice):
        by_api(client, ou, accepted, "demand_explanation", note=WHY)
        client.force_login(alice)

        assert WHY not in client.get(accepted.get_absolute_url()).text
