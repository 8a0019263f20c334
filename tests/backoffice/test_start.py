"""The start checklist: what stands between a new installation and its first application."""

from datetime import date
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.utils import translation

from agents.models import ServiceAgent
from approvals.models import ApprovalType
from huadu_portal.accounts.models import Department, User
from huadu_portal.backoffice import site, start
from huadu_portal.backoffice.start_facts import Facts, Group, read_facts
from huadu_portal.escalation.models import EscalationPolicy
from huadu_portal.escalation.subjects import courses
from huadu_portal.notifications.models import Sweep
from tests.conftest import MONDAY, person

R = User.Role
PAGE = "/admin/start/"
CENTRE, PLANNING = uuid4(), uuid4()
EVERYBODY = [
    Group(role, CENTRE if role in {R.WINDOW, R.AGENT, R.CENTRE_HEAD} else PLANNING, 1, 0)
    for role in R
    if role != R.ENTERPRISE
]


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def set_up(settings):
    settings.DEMO, settings.HTTPS, settings.SECOND_FACTOR_REQUIRED = False, True, True
    settings.SITE_URL = "https://portal.huadu.gov.cn"
    settings.MAIL_GOES_OUT, settings.DEFAULT_FROM_EMAIL = True, "hello@huadu.gov.cn"


def known(**changed):
    """Everything is there, but for what a test takes away."""
    whole = {
        "today": date(2026, 3, 2),
        "staff": EVERYBODY,
        "departments": {CENTRE: "Centre", PLANNING: "Planning"},
        "agents": 1,
        "agents_without_phone": 0,
        "agents_without_record": 0,
        "years": {2026},
        "types": 55,
        "courses": {course.code for course in courses()},
        "has_sent": True,
        "unsent": 0,
        "late_sweeps": [],
    }
    return Facts(**whole | changed)


def lacking(**changed):
    return {point.label: point.sentence for point in _missing(known(**changed))}


def _missing(facts):
    return start.missing_points(start.sections(facts))


def without(*roles):
    return [group for group in EVERYBODY if group.role not in roles]


class TestJudgement:
    def test_nothing_is_missing_where_everything_is_there(self):
        assert lacking() == {}

    @pytest.mark.parametrize(
        "role",
        [R.SYSTEM_ADMIN, R.SECURITY_ADMIN, R.AUDITOR, R.WINDOW, R.CENTRE_HEAD, R.LEADER],
    )
    def test_each_role_has_somebody(self, role):
        assert str(role.label) in lacking(staff=without(role))

    def test_a_chief_officer_is_only_good_to_have(self):
        assert lacking(staff=without(R.CHIEF_OFFICER)) == {}

    @pytest.mark.parametrize(
        "agents",
        [{"agents": 0}, {"agents_without_record": 1}, {"agents_without_phone": 1}],
    )
    def test_agents_can_be_chosen_and_called(self, agents):
        assert list(lacking(**agents)) == [str(R.AGENT.label)]

    def test_departments_without_an_officer_are_named(self):
        found = lacking(staff=without(R.OFFICER))

        assert found == {"Officers": "None can sign in at 1 of 2 departments: Planning"}

    @pytest.mark.parametrize("role", [R.SYSTEM_ADMIN, R.WINDOW, R.CENTRE_HEAD])
    def test_whoever_has_no_password_yet_is_not_counted(self, role):
        staff = [*without(role), Group(role, CENTRE, 0, 1, waiting=1)]

        found = lacking(staff=staff)

        assert "1 account, no password set yet" in found[str(role.label)]

    def test_an_agent_without_a_password_is_not_available(self):
        staff = [*without(R.AGENT), Group(R.AGENT, CENTRE, 0, 0, waiting=1)]

        found = lacking(staff=staff, agents=0)

        assert "1 account, no password set yet" in found[str(R.AGENT.label)]

    def test_an_officer_without_a_password_leaves_the_department_open(self):
        staff = [*without(R.OFFICER), Group(R.OFFICER, PLANNING, 0, 0, waiting=1)]

        assert "Planning" in lacking(staff=staff)["Officers"]

    def test_of_the_first_administrators_the_accounts_are_enough_at_the_installation(self):
        role = R.SECURITY_ADMIN
        staff = [*without(role), Group(role, None, 0, 0, waiting=1)]

        assert (
            start.missing_points([start.Section("", start.essentials(known(staff=staff)))])
            == []
        )

    def test_the_window_answers_for_the_centre(self):
        assert "Centre" in lacking(staff=without(R.WINDOW))["Officers"]

    def test_departments_without_a_head_are_named(self):
        assert "Planning" in lacking(staff=without(R.DEPARTMENT_HEAD))["Heads of departments"]

    def test_a_second_factor_that_somebody_lacks(self):
        assert list(lacking(staff=[*EVERYBODY, Group(R.WINDOW, CENTRE, 2, 2)])) == [
            "Second factor"
        ]

    def test_a_second_factor_that_nobody_needs(self, settings):
        settings.SECOND_FACTOR_REQUIRED = False

        assert list(lacking()) == ["Second factor"]

    @pytest.mark.parametrize(
        ("today", "years", "is_there"),
        [
            (date(2026, 3, 2), {2026}, True),
            (date(2026, 3, 2), {2025}, False),
            (date(2026, 11, 2), {2026}, False),
            (date(2026, 11, 2), {2026, 2027}, True),
        ],
    )
    def test_the_next_year_is_awaited_from_november_on(self, today, years, is_there):
        assert (lacking(today=today, years=years) == {}) is is_there

    @pytest.mark.parametrize("lost", [{"types": 0}, {"courses": {"review"}}])
    def test_catalogue_and_ladders_are_there(self, lost):
        assert list(lacking(**lost)) == ["Catalogue and ladders"]

    def test_silent_sweeps_are_named(self):
        assert "reminders" in lacking(late_sweeps=["reminders"])["Sweeps"]

    @pytest.mark.parametrize(
        ("name", "value", "label"),
        [
            ("MAIL_GOES_OUT", False, "Mail server"),
            ("DEFAULT_FROM_EMAIL", "noreply@huadu-projects.example", "Sender address"),
            ("DEFAULT_FROM_EMAIL", "花都 <noreply@huadu-projects.example>", "Sender address"),
            ("SITE_URL", "https://localhost:8000", "Address of the portal"),
            ("SITE_URL", "http://portal.huadu.gov.cn", "HTTPS"),
            ("HTTPS", False, "HTTPS"),
        ],
    )
    def test_settings_are_those_of_a_real_portal(self, settings, name, value, label):
        setattr(settings, name, value)

        assert list(lacking()) == [label]


class TestFacts:
    def test_of_an_empty_centre(self, catalogue):
        found = read_facts(MONDAY)

        deciding = ApprovalType.objects.exclude(department__kind="intermediary")
        departments = set(deciding.values_list("department", flat=True))
        assert (found.staff, found.agents, set(found.departments)) == ([], 0, departments)

    def test_agents_are_those_who_can_be_chosen(self, ann):
        person("bare", R.AGENT, "centre")
        off = person("off", R.AGENT, "centre", is_active=False)
        ServiceAgent.objects.create(user=off, phone="1")
        unset = person("unset", R.AGENT, "centre")
        unset.set_unusable_password()
        unset.save()
        ServiceAgent.objects.create(user=unset, phone="1")
        silent = person("silent", R.AGENT, "centre")
        ServiceAgent.objects.create(user=silent, phone="")

        found = read_facts(MONDAY)

        counts = (found.agents, found.agents_without_phone, found.agents_without_record)
        assert counts == (2, 1, 1)

    def test_those_without_a_password_are_counted_apart(self, wei):
        wei.set_unusable_password()
        wei.save()

        (group,) = read_facts(MONDAY).staff

        assert (group.count, group.waiting) == (0, 1)

    def test_firms_and_those_switched_off_are_no_staff(self, alice, catalogue):
        person("off", R.WINDOW, "centre", is_active=False)

        assert read_facts(MONDAY).staff == []

    def test_hourly_work_that_never_was_is_still_to_come(self, db):
        for kind in Sweep.Kind:
            if kind not in {Sweep.Kind.HEADS, Sweep.Kind.REMIND}:
                Sweep.record(kind, MONDAY)

        assert read_facts(MONDAY).late_sweeps == [str(Sweep.Kind.REMIND.label)]

    def test_cost_the_same_however_many_people(self, catalogue, django_assert_num_queries):
        for department in Department.objects.all():
            person(f"o-{department.code}", R.OFFICER, department.code)
        person("ann1", R.AGENT, "centre")

        with django_assert_num_queries(11):
            read_facts(MONDAY)


class TestPage:
    @pytest.fixture(autouse=True)
    def let_in(self, settings):
        settings.SECOND_FACTOR_REQUIRED = False

    @pytest.mark.parametrize("name", ["sun", "tom", "ada", "chen"])
    def test_is_for_administrators_and_the_centres_head(self, client, name, request):
        client.force_login(request.getfixturevalue(name))

        assert client.get(PAGE).status_code == 200

    @pytest.mark.parametrize("name", ["wei", "omar", "hana", "li"])
    def test_is_for_nobody_else(self, client, name, request):
        client.force_login(request.getfixturevalue(name))

        assert client.get(PAGE).status_code == 403
        assert PAGE not in client.get("/admin/").text

    def test_leads_to_where_it_is_done(self, client, sun, catalogue):
        client.force_login(sun)

        assert 'href="/admin/accounts/user/"' in client.get(PAGE).text.split("<main")[-1]

    def test_says_who_does_it_to_those_who_may_not(self, client, tom, catalogue):
        client.force_login(tom)

        assert "安全管理员" in client.get(PAGE).text

    def test_names_nobody(self, client, tom, catalogue, wei):
        """The administrator of the system may not look at accounts."""
        client.force_login(tom)

        assert "Wei" not in client.get(PAGE).text

    def test_is_offered_on_the_start_page_while_something_is_missing(self, client, tom):
        client.force_login(tom)

        assert PAGE in client.get("/admin/").text

    def test_is_offered_no_more_once_nothing_is(self, client, tom, monkeypatch, settings):
        settings.SECOND_FACTOR_REQUIRED = True
        Authenticator.objects.create(user=tom, type=Authenticator.Type.TOTP, data={})
        monkeypatch.setattr(site, "read_facts", lambda at: known())
        client.force_login(tom)

        assert PAGE not in client.get("/admin/").text

    def test_is_not_offered_in_a_demonstration(self, client, tom, settings):
        settings.DEMO = True
        client.force_login(tom)

        assert PAGE not in client.get("/admin/").text


def test_every_point_leads_to_a_page_and_a_right_that_exist(client, sun, catalogue, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    EscalationPolicy.objects.all().delete()
    client.force_login(sun)

    assert client.get(PAGE).status_code == 200


class TestListsOfANewInstallation:
    LIST = "/admin/projects/application/"

    def test_say_that_nothing_has_come_in(self, client, wei, settings):
        settings.SECOND_FACTOR_REQUIRED = False
        client.force_login(wei)

        page = client.get(self.LIST).text

        assert "产生记录后显示在此处" in page
        assert "没有符合条件的记录" not in page

    def test_lead_to_all_from_what_was_looked_for(self, client, wei, settings):
        settings.SECOND_FACTOR_REQUIRED = False
        client.force_login(wei)

        page = client.get(self.LIST, {"q": "x"}).text

        assert 'class="desk-button" href="?tab=all">显示全部' in page
