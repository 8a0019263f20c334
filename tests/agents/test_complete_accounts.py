"""An account is complete with its role: made at the desk, it can do its work at once."""

from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.utils.translation import override
from rest_framework.test import APIClient

from agents.forms import AgentChoice
from agents.models import ServiceAgent
from agents.operations import assign
from huadu_portal.accounts import operations, role_records
from huadu_portal.accounts.models import Department, User
from huadu_portal.errors import NotAllowed
from projects.models import ApplicationStatus, Phase, Project
from tests.conftest import DAY, MONDAY, person

ACCOUNTS = "/admin/accounts/user/"
AGENTS = "/admin/agents/serviceagent/"


@pytest.fixture
def security(client, sun):
    client.force_login(sun)
    return client


@pytest.fixture
def centre(catalogue):
    return Department.objects.get(code="centre")


def typed(centre, **fields):
    account = {"username": "bo", "name": "薄一", "email": "bo@example.com", "role": "agent"}
    return account | {"department": centre.pk, "mobile": "13800138001"} | fields


def act(user, name):
    return f"{ACCOUNTS}{user.pk}/acts/{name}/"


class TestNewAgent:
    def test_can_be_chosen_for_the_next_application(self, security, centre, application, wei):
        security.post(f"{ACCOUNTS}add/", typed(centre))
        security.force_login(wei)

        page = security.get(f"/admin/projects/application/{application.pk}/acts/take_on/")

        assert "薄一" in page.text

    @pytest.mark.parametrize(("given", "shown"), [("020-1", "020-1"), ("", "13800138001")])
    def test_has_a_number_for_enterprises(self, security, centre, given, shown):
        security.post(f"{ACCOUNTS}add/", typed(centre, phone=given))

        assert ServiceAgent.objects.get(user__username="bo").phone == shown

    def test_has_no_number_that_reads_backwards(self, security, centre):
        response = security.post(f"{ACCOUNTS}add/", typed(centre, phone="\u202e020-1"))

        assert "phone" in response.context["form"].errors
        assert not User.objects.filter(username="bo").exists()

    def test_is_not_made_without_any_number(self, security, centre):
        response = security.post(f"{ACCOUNTS}add/", typed(centre, mobile=""))

        assert "phone" in response.context["form"].errors
        assert not User.objects.filter(username="bo").exists()

    def test_is_nothing_at_all_if_its_record_fails(self, sun, centre, monkeypatch):
        def fail(user, phone):
            raise NotAllowed("no")

        monkeypatch.setattr(
            role_records, "_registered", [role_records.RoleRecord(fail, lambda user: [])]
        )
        with pytest.raises(NotAllowed):
            operations.create_staff(
                by=sun,
                username="bo",
                email="bo@example.com",
                name="Bo",
                mobile="",
                role="agent",
                department=centre,
            )

        assert not User.objects.filter(username="bo").exists()


def test_an_agent_who_has_set_no_password_is_offered_last_and_marked(ann, project):
    unset = person("aaa", User.Role.AGENT, "centre")
    unset.set_unusable_password()
    unset.save()
    ServiceAgent.objects.create(user=unset, phone="1")

    offered = [label for _value, label in AgentChoice().choices]

    assert [label.split(" · ")[0] for label in offered] == ["Ann", "Aaa"]
    assert ["账户未启用" in label for label in offered] == [False, True]


class TestChangeOfRole:
    def test_to_agent_makes_the_record(self, security, omar, centre):
        role = {"role": "agent", "department": centre.pk, "phone": "020-2"}

        security.post(act(omar, "change_role"), role)

        assert omar.service_agent.phone == "020-2"

    def test_back_to_agent_keeps_the_record(self, security, ann, centre, sun):
        for role in ("window", "agent"):
            operations.change_role(ann.user, by=sun, role=role, department=centre)

        assert ServiceAgent.objects.get().phone == "020-36888888"

    def test_is_refused_while_projects_are_accompanied(self, sun, ann, project, centre):
        with pytest.raises(NotAllowed, match=project.number):
            operations.change_role(ann.user, by=sun, role="window", department=centre)

        assert User.objects.get(pk=ann.user_id).role == User.Role.AGENT

    def test_is_open_again_once_they_are_handed_on(self, sun, wei, ann, project, centre):
        ben = ServiceAgent.objects.create(user=person("ben", User.Role.AGENT, "centre"))
        assign(project, ben, by=wei, at=MONDAY + DAY)

        operations.change_role(ann.user, by=sun, role="window", department=centre)

        assert not ServiceAgent.objects.serving().filter(pk=ann.pk).exists()

    def test_is_open_when_all_of_them_have_ended(self, sun, ann, project, centre):
        Project.objects.update(phase=Phase.ENDED)

        operations.change_role(ann.user, by=sun, role="window", department=centre)

        assert User.objects.get(pk=ann.user_id).role == User.Role.WINDOW


class TestSwitchingOff:
    def test_says_which_projects_are_left_behind(self, security, ann, project):
        page = security.get(act(ann.user, "deactivate"))

        assert project.number in page.text

    def test_says_nothing_of_the_kind_otherwise(self, security, ann, catalogue):
        assert security.get(act(ann.user, "deactivate")).context["form"].left_behind == []

    def test_is_not_held_up_by_them(self, security, ann, project):
        security.post(act(ann.user, "deactivate"), {"sure": "yes"})

        assert not User.objects.get(pk=ann.user_id).is_active

    def test_ends_being_chosen(self, wei, ann, project):
        ben = ServiceAgent.objects.create(user=person("ben", User.Role.AGENT, "centre"))
        # As somebody read it before the account was switched off.
        User.objects.filter(pk=ben.user_id).update(is_active=False)

        with pytest.raises(NotAllowed):
            assign(project, ben, by=wei, at=MONDAY + DAY)


class TestWithoutAnyAgent:
    def test_the_dialog_says_who_adds_one(self, client, application, wei, sun):
        client.force_login(wei)

        page = client.get(f"/admin/projects/application/{application.pk}/acts/take_on/")

        assert page.context["form"]["agent"].field.nobody().count("Sun") == 1
        assert 'role="status"' in page.text

    def test_so_does_the_interface(self, application, wei, sun):
        client = APIClient()
        client.force_authenticate(wei)
        address = f"/api/v1/applications/{application.pk}/accept/"

        response = client.post(address, {"version": application.version}, format="json")

        assert response.status_code == 400
        assert "Sun" in str(response.json())
        application.refresh_from_db()
        assert application.status == ApplicationStatus.SUBMITTED

    def test_so_does_the_list(self, client, wei, sun):
        client.force_login(wei)

        assert "Sun" in client.get(AGENTS).context["nobody"]

    def test_the_list_names_those_who_have_no_record(self, client, wei, ann):
        person("bare", User.Role.AGENT, "centre")
        client.force_login(wei)

        assert "Bare" in client.get(AGENTS).text


class TestListAndChoice:
    """The list of agents and the choice of one say the same of each."""

    def said(self, client, wei, ann, language):
        client.force_login(wei)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page = client.get(AGENTS).text
        with override(language):
            choice = AgentChoice()
            return page, choice.label_from_instance(choice.queryset.get(pk=ann.pk))

    @pytest.mark.parametrize(
        ("language", "words"), [("zh-hans", "已达上限"), ("en", "ceiling reached")]
    )
    def test_who_has_as_many_projects_as_may_be(
        self, client, wei, ann, project, language, words
    ):
        ServiceAgent.objects.update(ceiling=1)

        for said in self.said(client, wei, ann, language):
            assert words in said

    def test_who_cannot_sign_in_yet(self, client, wei, ann):
        ann.user.set_unusable_password()
        ann.user.save()

        for said in self.said(client, wei, ann, "zh-hans"):
            assert "账户未启用，尚不能登录" in said


class TestRecordAtTheDesk:
    @pytest.mark.parametrize("name", ["wei", "chen"])
    def test_is_changed_by_whoever_hands_out_projects(self, client, ann, name, request):
        client.force_login(request.getfixturevalue(name))
        change = {"phone": "020-7", "ceiling": 3, "is_on_duty": "on"}

        client.post(f"{AGENTS}{ann.pk}/change/", change)

        ann.refresh_from_db()
        assert (ann.phone, ann.ceiling, ann.is_on_duty) == ("020-7", 3, True)
        assert LogEntry.objects.filter(object_id=str(ann.pk)).exists()

    @pytest.mark.parametrize("name", ["ann", "li", "ada", "omar", "sun", "tom"])
    def test_is_not_for_others(self, client, ann, name, request):
        who = request.getfixturevalue(name)
        client.force_login(who.user if name == "ann" else who)

        response = client.post(f"{AGENTS}{ann.pk}/change/", {"phone": "1", "ceiling": 3})

        assert response.status_code == 403
        ann.refresh_from_db()
        assert ann.phone == "020-36888888"

    def test_is_never_added_or_deleted_by_hand(self, client, ann, chen):
        client.force_login(chen)

        assert client.get(f"{AGENTS}add/").status_code == 403
        assert client.post(f"{AGENTS}{ann.pk}/delete/").status_code == 403


def test_older_accounts_are_completed_by_the_migration(ann):
    person("bare", User.Role.AGENT, "centre", mobile="13800138002")
    migration = import_module("agents.migrations.0002_missing_agents")

    for _ in range(2):
        migration.add_missing(apps, connection.schema_editor())

    phones = ServiceAgent.objects.values_list("user__username", "phone")
    assert dict(phones) == {"ann": "020-36888888", "bare": "13800138002"}
