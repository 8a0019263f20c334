"""The staff desk as a whole: who may open which page, and that looking changes nothing."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from agents.models import Assignment, ServiceAgent
from approvals.joint import operations as joint
from approvals.models import (
    ApprovalItem,
    ApprovalType,
    Card,
    Certificate,
    Commitment,
    HelpRequest,
    ItemEvent,
    JointBundle,
    JointCase,
    OrderProposal,
    ReasonTemplate,
    StalledItem,
    SupervisionOrder,
)
from approvals.papers import operations as papers
from huadu_portal.accounts.models import Department, ErasureRequest, User
from huadu_portal.accounts.tokens import Token
from huadu_portal.backoffice.unfold import menu
from huadu_portal.escalation import operations as escalation
from huadu_portal.escalation.models import EscalationPolicy, Reminder
from huadu_portal.notifications.models import Delivery, Notification
from huadu_portal.workdays.models import CalendarChange, PublishedYear, SpecialDay
from projects.models import (
    Application,
    ApplicationEvent,
    CounterNotice,
    Enterprise,
    MaterialKind,
    Membership,
    Project,
)
from projects.operations import add_document
from tests.conftest import MONDAY

CENTRE = {"wei", "ann", "chen", "li", "ada"}
DEPARTMENT = {"omar", "hana", "olga"}
ADMINISTRATORS = {"sun", "tom"}
FIRM = {"alice", "bob", "eve"}
# Who may open the list of a model; everybody else must not.
READERS = {
    Application: CENTRE,
    CounterNotice: CENTRE,
    Enterprise: CENTRE,
    Project: CENTRE,
    ServiceAgent: CENTRE,
    ApprovalItem: CENTRE | DEPARTMENT,
    ApprovalType: CENTRE | DEPARTMENT | {"tom"},
    Certificate: CENTRE | DEPARTMENT,
    Commitment: CENTRE | DEPARTMENT,
    JointCase: CENTRE | DEPARTMENT,
    JointBundle: CENTRE | {"tom"},
    Reminder: CENTRE | DEPARTMENT,
    EscalationPolicy: CENTRE | DEPARTMENT | {"tom"},
    StalledItem: CENTRE | DEPARTMENT,
    ReasonTemplate: {"hana", "chen"},
    Card: CENTRE | DEPARTMENT,
    SupervisionOrder: CENTRE | DEPARTMENT,
    OrderProposal: CENTRE | DEPARTMENT,
    HelpRequest: CENTRE | DEPARTMENT,
    Membership: {"wei", "chen", "ada"},
    SpecialDay: {"wei", "chen", "tom"},
    PublishedYear: {"wei", "chen", "tom"},
    CalendarChange: {"tom", "ada"},
    Department: {"tom", "sun"},
    User: {"sun", "ada"},
    ErasureRequest: {"sun", "ada"},
    Delivery: {"tom"},
    LogEntry: {"ada"},
}
# What a page leads to at the desk.
ADDRESS = re.compile(r'href="(/admin/[^"?]+/change/)"')
ROWS = [
    ApprovalItem,
    ItemEvent,
    Application,
    ApplicationEvent,
    Project,
    Assignment,
    Membership,
    Delivery,
    Notification,
    User,
    LogEntry,
    Token,
]


def list_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def page_of(thing):
    opts = thing._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[thing.pk])


@pytest.fixture
def everybody(request):
    names = CENTRE | DEPARTMENT | ADMINISTRATORS
    people = {name: request.getfixturevalue(name) for name in names}
    people["ann"] = people["ann"].user
    return people


@pytest.fixture
def subjects(submitted, other_project, alice, eve, firm, pdf):
    """One thing of every model that has a page, the firm with a material."""
    add_document(firm, by=alice, at=MONDAY, kind=MaterialKind.objects.first(), upload=pdf)
    membership = Membership.objects.create(
        enterprise=firm, user=eve, asked_at=submitted.submitted_at
    )
    bundle = JointBundle.objects.get(code="industrial-five")
    case = joint.open_case(
        submitted.project, bundle=bundle, by=alice, at=MONDAY, risk_accepted=True
    )
    return [
        case,
        bundle,
        submitted,
        submitted.project,
        submitted.project.application,
        firm,
        membership,
        submitted.approval_type,
        ServiceAgent.objects.get(),
        Department.objects.first(),
        eve,
        Delivery.objects.first(),
        SpecialDay.objects.first(),
    ]


def test_every_registered_list_has_its_readers():
    ours = {
        "accounts",
        "admin",
        "agents",
        "approvals",
        "escalation",
        "notifications",
        "projects",
        "workdays",
    }
    registered = {m for m in admin.site._registry if m._meta.app_label in ours}

    assert registered == set(READERS)


class TestLists:
    def test_open_to_their_readers_only(self, client, everybody):
        opened = {model: set() for model in READERS}
        for name, person in everybody.items():
            client.force_login(person)
            for model in READERS:
                if client.get(list_of(model)).status_code == 200:
                    opened[model].add(name)

        assert opened == READERS

    def test_send_strangers_to_sign_in(self, client, db):
        ends = [client.get(list_of(m), follow=True).redirect_chain[-1] for m in READERS]

        assert {url.split("?")[0] for url, _code in ends} == {reverse("account_login")}

    @pytest.mark.parametrize(
        ("name", "models"),
        [
            ("chen", [Project, Enterprise, Membership, ServiceAgent, Reminder]),
            ("tom", [Delivery, ApprovalType]),
            ("sun", [User]),
        ],
    )
    def test_ask_no_more_for_more_rows(
        self, client, request, name, models, accepted, django_assert_max_num_queries
    ):
        client.force_login(request.getfixturevalue(name))
        addresses = [list_of(model) + "?tab=all" for model in models]
        asked = {}
        for address in addresses * 2:  # the first time fills caches
            with django_assert_max_num_queries(100) as queries:
                client.get(address)
            asked[address] = len(queries)
        escalation.remind(accepted.accepted_at + timedelta(days=60))
        request.getfixturevalue("other_project")

        for address, few in asked.items():
            with django_assert_max_num_queries(few):
                client.get(address)

    def test_are_closed_to_a_firms_people(self, client, alice, firm):
        client.force_login(alice)

        codes = [client.get(list_of(m), follow=True).status_code for m in READERS]

        assert set(codes) == {403}


class TestPages:
    def test_open_to_the_same_people_as_their_list(self, client, everybody, subjects):
        wrong = []
        for name, person in everybody.items():
            client.force_login(person)
            for thing in subjects:
                code = client.get(page_of(thing)).status_code
                # Neither the item nor one of the case is her department's.
                hidden = isinstance(thing, ApprovalItem | JointCase) and name == "olga"
                wanted = 404 if hidden else 200 if name in READERS[type(thing)] else 403
                if code != wanted:
                    wrong.append((name, type(thing).__name__, code, wanted))

        assert wrong == []

    def test_lead_nobody_to_a_page_that_is_closed_to_them(
        self, client, everybody, subjects, granted
    ):
        certificate = papers.certify(granted, at=MONDAY, number="1", issued_on=MONDAY.date())
        closed = set()
        for name, person in everybody.items():
            client.force_login(person)
            led_to = set()
            for thing in [*subjects, certificate]:
                led_to |= set(ADDRESS.findall(client.get(page_of(thing)).content.decode()))
            closed |= {(name, to) for to in led_to if client.get(to).status_code == 403}

        assert closed == set()

    def test_never_change_anything_when_looked_at(self, client, everybody, subjects):
        """Every act of every thing, asked for by GET by everyone."""
        codes = Counter()
        before = [list(model.objects.order_by("pk").values()) for model in ROWS]
        for person in everybody.values():
            client.force_login(person)
            for thing in subjects:
                for act in getattr(admin.site._registry[type(thing)], "acts", {}):
                    answer = client.get(page_of(thing).replace("/change/", f"/acts/{act}/"))
                    codes[answer.status_code] += 1
        after = [list(model.objects.order_by("pk").values()) for model in ROWS]

        logins = {"last_login"}
        assert codes[200] > 20
        assert [without(rows, logins) for rows in after] == [
            without(rows, logins) for rows in before
        ]


def without(rows, names):
    return [{k: v for k, v in row.items() if k not in names} for row in rows]


class TestApps:
    """Where the first word of a page's path leads."""

    def test_name_the_lists_that_a_person_may_open(self, client, wei, sun):
        address = reverse("admin:app_list", args=["projects"])
        client.force_login(wei)
        page = client.get(address).text
        client.force_login(sun)

        assert all(list_of(model) in page for model in (Application, Enterprise, Project))
        assert client.get(address).status_code == 404


class TestMenu:
    """Of the entries one is lit: that of the page, or of what it belongs to."""

    @pytest.mark.parametrize(
        ("address", "lit"),
        [
            ("/admin/", "今日工作"),
            ("/admin/approvals/card/", "红黄牌"),
            ("/admin/approvals/card/scoreboard/", "部门亮牌情况"),
            ("/admin/approvals/card/1/change/", "红黄牌"),
            ("/admin/approvals/", None),
        ],
    )
    def test_lights_one_entry(self, rf, chen, address, lit):
        request = rf.get(address)
        request.user = chen

        entries = [entry for group in menu(request) for entry in group["items"]]

        found = [str(entry["title"]) for entry in entries if entry["active"]]
        assert found == ([lit] if lit else [])


class TestStart:
    def test_everyone_sees_work_of_their_own(self, client, everybody, submitted):
        for person in everybody.values():
            client.force_login(person)
            assert client.get(reverse("admin:index")).status_code == 200

    def test_the_officer_finds_what_waits(self, client, omar, submitted):
        client.force_login(omar)

        figures = client.get(reverse("admin:index")).context["figures"]

        assert {f.url.rpartition("tab=")[2]: f.count for f in figures}["received"] == 1


class TestPolicy:
    def test_only_the_desk_may_evaluate(self, client, wei):
        client.force_login(wei)

        desk = client.get(reverse("admin:index")).headers["Content-Security-Policy"]

        assert "script-src 'self' 'unsafe-eval'" in desk
        assert "unsafe-inline" not in desk


class TestStatus:
    def test_open_to_those_who_oversee(self, client, everybody, monkeypatch):
        monkeypatch.setattr("huadu_portal.monitoring.status._workers", lambda: [])
        opened = set()
        for name, person in everybody.items():
            client.force_login(person)
            if client.get(reverse("admin:status")).status_code == 200:
                opened.add(name)

        assert opened == {"tom", "ada", "chen"}
