"""What a person has to do, in one order by date: on the start page of the desk and by API."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.acts import operations as acts
from approvals.joint import operations as joint
from approvals.models import ApprovalItem, JointBundle, OrderProposal, Status
from approvals.supervision import operations as supervision
from huadu_portal.accounts.models import Department
from huadu_portal.dashboard import worklist
from huadu_portal.dashboard.worklist import TaskPlace, tasks_of
from tests.approvals.moments import a_reminder
from tests.conftest import DAY, HOUR, MONDAY, person

pytestmark = pytest.mark.django_db
START, API = "/admin/", "/api/v1/worklist/"


def kinds(user, after=None):
    return [str(task.kind) for task in tasks_of(user, after).tasks]


@pytest.fixture
def others(project, omar):
    """Items of the department in every state in which something has to be done, by day."""
    rows = project.items.filter(department=omar.department).exclude(
        approval_type__kind="milestone"
    )
    picked = list(rows.order_by("pk")[:4])
    day = MONDAY.date()
    states = [
        {"status": Status.GRANTED, "decided_at": MONDAY, "deliver_by": day + timedelta(9)},
        {"status": Status.SUBMITTED, "notice_due_on": day + timedelta(4)},
        {"status": Status.ACCEPTED, "due_on": day + timedelta(6)},
        {"status": Status.ACCEPTED},
    ]
    for item, state in zip(picked, states, strict=True):
        said = {"submitted_at": MONDAY, "accepted_at": MONDAY} | state
        ApprovalItem.objects.filter(pk=item.pk).update(**said)
    return picked


class TestOrder:
    def test_is_by_date_whatever_has_to_be_done(self, others, omar):
        page = tasks_of(omar)

        assert [str(task.kind) for task in page.tasks] == [
            "accept",
            "decide",
            "deliver",
            "decide",
        ]
        days = [task.due_on for task in page.tasks]
        assert days[:3] == sorted(days[:3])
        assert days[3] is None
        assert page.next is None

    def test_what_is_received_says_that_silence_accepts_it(self, submitted, omar):
        (task,) = tasks_of(omar).tasks

        assert (task.due_on, task.is_deemed_next) == (submitted.notice_due_on, True)

    def test_page_after_page_has_every_row_once(self, others, omar, monkeypatch):
        everything = [task.place for task in tasks_of(omar).tasks]
        monkeypatch.setattr(worklist, "PAGE_SIZE", 1)
        seen, after = [], None
        while True:
            page = tasks_of(omar, after)
            seen += [task.place for task in page.tasks]
            after = page.next
            if after is None:
                break

        assert seen == everything

    def test_asks_as_many_statements_for_many_rows_as_for_one(self, others, omar):
        ApprovalItem.objects.exclude(pk=others[0].pk).update(status=Status.WITHDRAWN)
        with CaptureQueriesContext(connection) as few:
            assert len(tasks_of(omar).tasks) == 1
        ApprovalItem.objects.filter(department=omar.department).exclude(pk=others[0].pk).update(
            status=Status.SUBMITTED, notice_due_on=MONDAY.date()
        )
        with CaptureQueriesContext(connection) as many:
            assert len(tasks_of(omar).tasks) > 3

        assert len(few) == len(many) == 2


class TestWhose:
    def test_a_colleagues_items_are_not_mine(self, accepted, omar):
        otto = person("otto", "officer", "planning")

        assert (kinds(omar), kinds(otto)) == (["decide"], [])

    def test_a_head_has_the_departments_and_another_department_none(self, accepted, hana, olga):
        assert (kinds(hana), kinds(olga)) == (["decide"], [])

    def test_a_consulted_officer_has_the_opinion_that_is_asked(self, accepted, omar, olga):
        acts.consult(
            accepted,
            by=omar,
            at=MONDAY + HOUR,
            version=accepted.version,
            department=olga.department,
            note="取水口位置是否可行",
        )
        asked = accepted.consultations.get()

        (task,) = tasks_of(olga).tasks

        assert (task.kind, task.due_on) == ("consultation", asked.due_on)
        assert task.url == asked.get_absolute_url()

    def test_an_officer_has_the_opinions_in_pre_review(self, project, alice, omar):
        case = joint.open_case(
            project,
            bundle=JointBundle.objects.get(code="industrial-five"),
            by=alice,
            at=MONDAY,
            risk_accepted=True,
        )

        tasks = tasks_of(omar).tasks

        assert {str(task.kind) for task in tasks} == {"pre_review"}
        assert {task.due_on for task in tasks} == {case.opinions_due_on}

    def test_an_order_waits_for_the_departments_reply(self, accepted, omar, chen):
        supervision.order(
            accepted, by=chen, at=MONDAY + DAY, version=accepted.version, note="限期说明"
        )

        assert kinds(omar) == ["order", "decide"]

    def test_a_proposal_waits_for_those_who_decide(self, accepted, omar, hana, chen, li):
        OrderProposal.objects.create(
            item=accepted,
            department=accepted.department,
            reminder=a_reminder(accepted),
            demand="x",
            proposed_at=MONDAY + DAY,
            due_on=MONDAY.date(),
        )

        assert [kinds(who) for who in (li, chen, hana)] == [
            ["proposal"],
            ["proposal"],
            ["proposal", "decide"],
        ]
        assert kinds(omar) == ["decide"]

    def test_a_request_for_coordination_waits_for_the_centre_and_the_agent(
        self, accepted, omar, wei, ann
    ):
        supervision.ask_help(
            accepted, by=omar, at=MONDAY + DAY, version=accepted.version, note="请协调"
        )

        assert kinds(wei) == ["help"]
        assert kinds(ann.user) == ["help", "decide"]

    def test_the_window_has_the_applications_that_wait(self, application, wei):
        (task,) = tasks_of(wei).tasks

        assert (task.kind, task.due_on) == ("application", application.due_on)

    def test_the_window_may_accept_whatever_is_received(self, submitted, wei):
        assert kinds(wei) == ["accept"]

    def test_of_the_centres_own_items_the_window_has_all(self, accepted, wei):
        ApprovalItem.objects.update(department=Department.objects.get(code="centre"))

        assert kinds(wei) == ["decide"]

    @pytest.mark.parametrize("who", ["ada", "tom", "sun"])
    def test_others_have_nothing(self, accepted, who, request):
        assert kinds(request.getfixturevalue(who)) == []


class TestStartPage:
    def test_shows_the_list_with_its_dates(self, client, omar, submitted):
        client.force_login(omar)

        page = client.get(START)

        assert submitted.approval_type.name in page.text
        assert "视为受理" in page.text

    def test_leads_to_the_next_page(self, client, others, omar, monkeypatch):
        monkeypatch.setattr(worklist, "PAGE_SIZE", 2)
        client.force_login(omar)
        first = client.get(START).context["tasks"]

        second = client.get(START, {"after": str(first.next)}).context["tasks"]

        assert len(first.tasks) == len(second.tasks) == 2
        assert not {task.place for task in first.tasks} & {task.place for task in second.tasks}

    @pytest.mark.parametrize("after", ["x", "2025-03-03_x", "_", "2025-99-99_", "\x00"])
    def test_begins_at_the_beginning_where_the_place_is_none(
        self, client, omar, submitted, after
    ):
        client.force_login(omar)

        assert len(client.get(START, {"after": after}).context["tasks"].tasks) == 1

    def test_has_consultations_among_tiles_and_menu(self, client, accepted, omar, olga):
        acts.consult(
            accepted,
            by=omar,
            at=MONDAY + HOUR,
            version=accepted.version,
            department=olga.department,
            note="取水口位置是否可行",
        )
        client.force_login(olga)

        page = client.get(START)

        counts = {figure.url: figure.count for figure in page.context["figures"]}
        assert counts["/consultations/"] == 1
        assert page.text.count('href="/consultations/"') == 2


class TestApi:
    def test_says_the_same(self, client, omar, submitted):
        client.force_login(omar)

        said = client.get(API).json()

        (row,) = said["results"]
        assert (row["kind"], row["item"]) == ("accept", str(submitted.pk))
        assert row["due_on"] == str(submitted.notice_due_on)
        assert said["next"] is None

    def test_is_closed_to_firms(self, client, alice, submitted):
        client.force_login(alice)

        assert client.get(API).status_code == 403

    def test_a_place_that_is_none_is_said_beside_it(self, client, omar):
        client.force_login(omar)

        said = client.get(API, {"after": "x"})

        assert (said.status_code, list(said.json()["errors"])) == (400, ["after"])


def test_a_place_is_read_as_it_is_written():
    place = TaskPlace(MONDAY.date(), worklist.UUID(int=7))

    assert TaskPlace.parse(str(place)) == place
