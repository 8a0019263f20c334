"""Triage at the staff desk: the queue, the page, and the three answers."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agents.models import ServiceAgent
from agents.triage.forms import TakeOnForm
from approvals.models import ApprovalItem, ApprovalType, Status
from huadu_portal.accounts.models import User
from huadu_portal.errors import NotAllowed
from projects import operations as projects
from projects.models import Application, ApplicationStatus, MaterialKind, Project
from tests.conftest import DESCRIPTION, MONDAY, person

LIST = "/admin/projects/application/"
S = ApplicationStatus


def address(application, act):
    return f"{LIST}{application.pk}/acts/{act}/"


def filled(application, **typed):
    """What the take-on page sends when nothing but `typed` is changed."""
    form = TakeOnForm(thing=application)
    chosen = {
        name: "on" if field.initial is True else field.initial
        for name, field in form.fields.items()
        if field.initial
    }
    return chosen | {"version": application.version} | typed


@pytest.fixture
def window(client, wei):
    client.force_login(wei)
    return client


def waiting(firm, alice, name):
    draft = projects.start_application(firm, by=alice, at=MONDAY)
    fields = DESCRIPTION | {"name": name}
    return projects.submit_application(draft, by=alice, at=MONDAY, fields=fields)


class TestQueue:
    def test_shows_what_waits_longest_first(self, window, application, firm, alice):
        second = waiting(firm, alice, "二期")

        rows = window.get(LIST).context["cl"].result_list

        assert list(rows) == [application, second]

    def test_asks_no_more_for_many_rows_than_for_one(
        self, window, application, firm, alice, django_assert_max_num_queries
    ):
        window.get(LIST)
        with django_assert_max_num_queries(100) as one:
            window.get(LIST)
        for number in range(12):
            waiting(firm, alice, f"第{number}期")

        with django_assert_max_num_queries(len(one)):
            window.get(LIST)

    def test_finds_by_credit_code(self, window, application):
        found = window.get(LIST, {"q": "91440114MADEM0142P"}).context["cl"].result_list

        assert list(found) == [application]


class TestPage:
    def test_shows_the_material_as_a_picture(self, window, firm, alice, pdf, catalogue):
        draft = projects.start_application(firm, by=alice, at=MONDAY)
        kind = MaterialKind.objects.filter(with_application=True).first()
        document = projects.add_document(
            firm, by=alice, at=MONDAY, kind=kind, upload=pdf, application=draft
        )
        asked = projects.submit_application(draft, by=alice, at=MONDAY, fields=DESCRIPTION)

        projects.render_previews()
        picture = f"{LIST}{asked.pk}/documents/{document.pk}/preview.png"

        assert picture in window.get(f"{LIST}{asked.pk}/change/").content.decode()
        assert b"".join(window.get(picture)).startswith(b"\x89PNG")

    def test_a_draft_is_nobodys_at_the_window(self, window, firm, alice, catalogue):
        draft = projects.start_application(firm, by=alice, at=MONDAY)

        assert window.get(f"{LIST}{draft.pk}/change/").status_code == 404


class TestTakeOn:
    def test_makes_the_project_its_items_and_its_agent(self, window, application, ann):
        window.post(address(application, "take_on"), filled(application, agent=ann.pk))

        project = Project.objects.get(application=application)
        assert (project.agent, project.items.count()) == (ann.user, 38)

    def test_what_is_left_out_needs_a_reason(self, window, application, ann):
        typed = filled(application, agent=ann.pk)
        del typed["plan_HD-GC-03"]

        response = window.post(address(application, "take_on"), typed)

        assert "reason_HD-GC-03" in response.context["form"].errors
        assert not Project.objects.exists()

    def test_a_form_that_comes_back_says_first_what_is_wrong(self, window, application, ann):
        typed = filled(application, agent=ann.pk)
        del typed["plan_HD-GC-03"]

        page = window.post(address(application, "take_on"), typed).text

        summary = page[page.index("data-error-summary") :]
        name = ApprovalType.objects.get(code="HD-GC-03").name
        assert 'href="#id_reason_HD-GC-03"' in summary
        assert f"请说明“{name}”不涉及的理由" in summary
        assert 'id="id_reason_HD-GC-03_error"' in summary

    def test_with_a_reason_it_is_recorded_as_not_applicable(self, window, application, ann):
        reason = {"reason_HD-GC-03": "地块内无人防工程。"}
        typed = filled(application, agent=ann.pk, **reason)
        del typed["plan_HD-GC-03"]

        window.post(address(application, "take_on"), typed)

        item = ApprovalItem.objects.get(approval_type__code="HD-GC-03")
        assert (item.status, item.reason) == (
            Status.NOT_APPLICABLE,
            reason["reason_HD-GC-03"],
        )

    def test_the_second_person_at_the_window_is_told(self, window, application, ann, chen):
        seen = filled(application, agent=ann.pk)
        projects.return_application(
            application, by=chen, at=MONDAY, version=application.version, missing=["章"]
        )

        response = window.post(address(application, "take_on"), seen, follow=True)

        assert [m.level_tag for m in response.context["messages"]] == ["error"]
        assert not Project.objects.exists()

    def test_keeps_what_was_typed_when_a_prerequisite_is_missing(
        self, window, application, ann, monkeypatch
    ):
        def refuse(*args, **kwargs):
            raise NotAllowed("先选前置事项。")

        monkeypatch.setattr("agents.triage.operations.plan_items", refuse)
        typed = filled(application, agent=ann.pk)

        form = window.post(address(application, "take_on"), typed).context["form"]

        assert form.non_field_errors() == ["先选前置事项。"]
        assert form["agent"].value() == str(ann.pk)

    def test_is_not_for_those_who_only_look(self, client, ada, application):
        client.force_login(ada)

        assert client.get(address(application, "take_on")).status_code == 403


class TestOtherAnswers:
    def test_return_sends_one_list(self, window, application):
        typed = {"version": application.version, "missing": "章\n\n 签字页 "}

        window.post(address(application, "return"), typed)

        event = application.events.last()
        assert (event.to_status, event.missing) == (S.RETURNED, ["章", "签字页"])

    def test_decline_says_why_and_what_else(self, window, application):
        typed = {"version": application.version, "reason": "不符", "remedy": "另选"}

        window.post(address(application, "decline"), typed)

        assert application.events.last().note == "不符\n另选"


class TestSeveral:
    def test_nothing_happens_before_it_is_confirmed(self, window, application):
        chosen = {"action": "take_on_all", ACTION_CHECKBOX_NAME: [application.pk]}

        response = window.post(LIST, chosen)

        assert [thing for thing, _field in response.context["rows"]] == [application]
        assert not Project.objects.exists()

    def test_each_row_says_what_became_of_it(self, window, application, firm, alice, ann, chen):
        other = waiting(firm, alice, "二期")
        confirmed = {
            "action": "take_on_all",
            "confirmed": "yes",
            ACTION_CHECKBOX_NAME: [application.pk, other.pk],
            f"version_{application.pk}": application.version,
            f"version_{other.pk}": other.version,
            f"agent_{application.pk}": ann.pk,
            f"agent_{other.pk}": ann.pk,
        }
        projects.return_application(
            other, by=chen, at=MONDAY, version=other.version, missing=["章"]
        )

        response = window.post(LIST + "?tab=all", confirmed, follow=True)

        outcomes = {o.thing: o.is_done for o in response.context["outcomes"]}
        assert outcomes == {application: True, other: False}
        assert Application.objects.get(pk=application.pk).status == S.ACCEPTED


class TestSpreading:
    """Taken on together, applications go to whoever has the fewest projects by then."""

    @pytest.fixture
    def bo(self, project):
        """Without a project, where Ann has one."""
        return ServiceAgent.objects.create(
            user=person("bo", User.Role.AGENT, "centre"), phone="020-1"
        )

    @pytest.fixture
    def three(self, firm, alice):
        return [waiting(firm, alice, name) for name in ("二期", "三期", "四期")]

    def ask(self, window, chosen, **typed):
        data = {"action": "take_on_all", ACTION_CHECKBOX_NAME: [each.pk for each in chosen]}
        versions = {f"version_{each.pk}": each.version for each in chosen}
        return window.post(LIST, data | versions | typed)

    def test_shows_who_gets_what_before_it_is_done(self, window, three, ann, bo):
        response = self.ask(window, three)

        proposed = [field.initial for _thing, field in response.context["rows"]]
        assert proposed == [str(agent.pk) for agent in (bo, ann, bo)]
        assert "在办 0 个，上限 8 个" in response.text
        assert Project.objects.count() == 1

    def test_does_what_was_shown(self, window, three, ann, bo):
        shown = self.ask(window, three).context["rows"]
        typed = {field.html_name: field.initial for _thing, field in shown}

        self.ask(window, three, confirmed="yes", **typed)

        agents = Project.objects.filter(application__in=three).order_by("application_id")
        assert [project.agent for project in agents] == [bo.user, ann.user, bo.user]

    def test_the_window_may_choose_otherwise(self, window, three, ann, bo):
        typed = {f"agent_{each.pk}": str(ann.pk) for each in three}

        self.ask(window, three, confirmed="yes", **typed)

        assert Project.objects.filter(agent=ann.user).count() == 4

    def test_one_without_an_agent_is_named_and_nothing_is_done(self, window, three, ann, bo):
        typed = {f"agent_{each.pk}": str(ann.pk) for each in three[1:]}

        response = self.ask(window, three, confirmed="yes", **typed)

        field = f"agent_{three[0].pk}"
        assert list(response.context["form"].errors) == [field]
        assert f'href="#id_{field}"' in response.text
        assert Project.objects.count() == 1

    def test_costs_no_query_per_row(
        self, window, three, ann, bo, django_assert_max_num_queries
    ):
        with CaptureQueriesContext(connection) as one:
            self.ask(window, three[:1])

        with django_assert_max_num_queries(len(one)):
            self.ask(window, three)

    def test_nobody_is_proposed_above_the_ceiling_while_others_are_below(
        self, window, three, ann, bo
    ):
        bo.ceiling = 1
        bo.save()

        shown = self.ask(window, three).context["rows"]

        assert [field.initial for _thing, field in shown] == [
            str(agent.pk) for agent in (bo, ann, ann)
        ]

    def test_whoever_cannot_sign_in_yet_is_passed_over(self, window, three, ann, bo):
        bo.user.set_unusable_password()
        bo.user.save()

        shown = self.ask(window, three).context["rows"]

        assert {field.initial for _thing, field in shown} == {str(ann.pk)}


class TestAssign:
    def test_hands_the_project_to_another(self, window, project, catalogue):
        bo = person("bo", User.Role.AGENT, "centre")
        agent = ServiceAgent.objects.create(user=bo, phone="020-1")
        url = reverse("admin:projects_project_act", args=[project.pk, "assign"])

        window.post(url, {"agent": agent.pk, "reason": "休假"})

        project.refresh_from_db()
        assert project.agent == bo
