"""Items by the programming interface: the list, one of them, and every act."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.acts import operations
from approvals.models import Status
from projects.models import MaterialKind
from projects.operations import add_document
from tests.conftest import DAY, MONDAY, item_of, stock

URL = "/api/v1/approval-items/"


def url_of(item, act=""):
    return f"{URL}{item.pk}/{act}/" if act else f"{URL}{item.pk}/"


def post(client, user, item, act, **body):
    client.force_login(user)
    body = {"version": item.version} | body
    return client.post(url_of(item, act), body, content_type="application/json")


@pytest.fixture
def at_monday(monkeypatch):
    """Requests come on the Monday of the cast."""
    for module in ("approvals.acts.api", "approvals.items.serializers"):
        monkeypatch.setattr(f"{module}.now", lambda: MONDAY)


class TestItem:
    def test_says_how_its_clock_stands(self, client, accepted, omar, monkeypatch):
        monkeypatch.setattr("approvals.items.serializers.now", lambda: MONDAY + 2 * DAY)
        client.force_login(omar)

        said = client.get(url_of(accepted)).json()

        wanted = {
            "status": "accepted",
            "lamp": "green",
            "clock": "running",
            "holder": "department",
            "due_on": "2025-03-17",
            "days_used": 2,
            "days_left": 8,
            "provisional": False,
            "version": accepted.version,
            "department": "planning",
        }
        assert said.items() >= wanted.items()
        assert said["approval_type"]["code"] == "HD-GC-01"

    def test_a_planned_one_has_no_holder_and_no_days(self, client, project, wei):
        planned = project.items.filter(status=Status.PLANNED).first()
        client.force_login(wei)

        said = client.get(url_of(planned)).json()

        assert (said["holder"], said["days_left"], said["clock"]) == (None, None, "pending")

    def test_history_and_spans_are_lists(self, client, accepted, alice):
        client.force_login(alice)

        events = client.get(url_of(accepted, "events")).json()
        spans = client.get(url_of(accepted, "spans")).json()

        assert [event["to_status"] for event in events][-2:] == ["submitted", "accepted"]
        assert [span["holder"] for span in spans][-1] == "department"


class TestList:
    @pytest.mark.parametrize(
        ("query", "is_there"),
        [
            ({"department": "planning"}, True),
            ({"department": "water"}, False),
            ({"status": "accepted"}, True),
            ({"status": "granted"}, False),
            ({"lamp": "green"}, True),
            ({"lamp": "red"}, False),
            ({"due_before": "2025-03-18"}, True),
            ({"due_before": "2025-03-17"}, False),
            ({"q": "锦华"}, True),
            ({"q": "nobody"}, False),
        ],
    )
    def test_is_narrowed_by(self, client, accepted, wei, at_monday, query, is_there):
        client.force_login(wei)

        found = client.get(URL, query | {"page_size": 200}).json()["results"]

        assert (str(accepted.pk) in [row["id"] for row in found]) is is_there

    def test_says_of_each_item_what_its_own_address_says(self, client, granted, wei, at_monday):
        client.force_login(wei)

        rows = client.get(URL, {"page_size": 200}).json()["results"]

        assert {row["status"] for row in rows} >= {"granted", "ready", "planned"}
        # In the same order, too: tables and diffs of clients rest on it.
        assert [list(client.get(f"{URL}{row['id']}/").json().items()) for row in rows] == [
            list(row.items()) for row in rows
        ]

    def test_in_order_of_due_day_those_without_last(self, client, accepted, wei):
        client.force_login(wei)

        found = client.get(URL, {"ordering": "due_on", "page_size": 1}).json()

        assert found["results"][0]["id"] == str(accepted.pk)
        assert found["next"] is not None

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"page_size": 201}, "page_size"),
            ({"page_size": "x"}, "page_size"),
            ({"status": "eaten"}, "status"),
            ({"lamp": "blue"}, "lamp"),
            ({"due_before": "tomorrow"}, "due_before"),
            ({"project": "x"}, "project"),
            ({"ordering": "secret"}, "ordering"),
            ({"cursor": "x"}, "cursor"),
            ({"q": "\0"}, "q"),
        ],
    )
    def test_bad_input_is_named(self, client, wei, query, field):
        client.force_login(wei)

        response = client.get(URL, query)

        assert (response.status_code, *response.json()["errors"]) == (400, field)

    @pytest.mark.parametrize("ordering", [{}, {"ordering": "-due_on"}])
    def test_costs_the_same_for_one_row_and_for_many(self, client, accepted, wei, ordering):
        client.force_login(wei)
        client.get(URL)

        one = queries_of(client, 1, ordering)
        many = queries_of(client, 38, ordering)

        # One more may look for those without a day, at the end of the list.
        assert len(one) <= len(many) <= len(one) + bool(ordering)
        of_items = [sql for sql in many if "approvals_approvalitem" in sql]
        assert of_items
        assert not any("COUNT(" in sql for sql in of_items)


def queries_of(client, size, ordering):
    with CaptureQueriesContext(connection) as queries:
        rows = client.get(URL, {"page_size": size} | ordering).json()["results"]
    assert len(rows) == size
    return [query["sql"] for query in queries]


# Who acts, from which status, with what, and what comes of it.
ACTS = [
    ("submit", "item", "alice", {}, "submitted"),
    ("accept", "submitted", "omar", {"note": "收"}, "accepted"),
    ("request_correction", "submitted", "omar", {"missing": ["红线图"]}, "correcting"),
    ("decline", "submitted", "omar", {"note": "不属于本局"}, "declined"),
    ("resubmit", "correcting", "alice", {"note": "补齐"}, "submitted"),
    ("withdraw", "submitted", "alice", {}, "withdrawn"),
    ("grant", "accepted", "omar", {}, "granted"),
    ("refuse", "accepted", "omar", {"note": "不符合规划"}, "refused"),
    (
        "deliver",
        "granted",
        "omar",
        {"nothing_to_hand_over": True, "note": "本事项只作备案，不发证件"},
        "delivered",
    ),
    ("mark_not_applicable", "item", "wei", {"note": "无需办理"}, "not_applicable"),
]


@pytest.fixture
def item(item, alice):
    """With all its materials in the firm's vault."""
    stock(item, alice)
    return item


@pytest.fixture
def correcting(submitted, omar):
    return operations.request_correction(
        submitted, by=omar, at=MONDAY, version=submitted.version, missing=["红线图"]
    )


@pytest.mark.parametrize(("act", "start", "who", "body", "then"), ACTS)
class TestActs:
    def test_moves_the_item_on(self, client, request, act, start, who, body, then):
        item, user = request.getfixturevalue(start), request.getfixturevalue(who)

        response = post(client, user, item, act, **body)

        assert response.status_code == 200
        said = response.json()
        assert (said["status"], said["version"]) == (then, item.version + 1)
        last = item.events.last()
        assert (last.to_status, last.by) == (then, user)

    def test_a_stale_version_is_a_conflict_that_says_what_holds(
        self, client, request, act, start, who, body, then
    ):
        item, user = request.getfixturevalue(start), request.getfixturevalue(who)

        response = post(client, user, item, act, **body | {"version": item.version + 7})

        assert response.status_code == 409
        assert response.json()["version"] == item.version

    def test_a_second_time_is_a_conflict(self, client, request, act, start, who, body, then):
        item, user = request.getfixturevalue(start), request.getfixturevalue(who)
        first = post(client, user, item, act, **body).json()

        response = post(client, user, item, act, **body | {"version": first["version"]})

        assert response.status_code == 409

    def test_a_version_that_is_none_is_named(
        self, client, request, act, start, who, body, then
    ):
        item, user = request.getfixturevalue(start), request.getfixturevalue(who)

        for version in [None, "x", -1, 10**30, [], {}]:
            response = post(client, user, item, act, **body | {"version": version})
            codes = {400, 409} if version == 10**30 else {400}
            assert response.status_code in codes, version

    def test_anonymous_is_unauthenticated(self, client, request, act, start, who, body, then):
        item = request.getfixturevalue(start)

        response = client.post(
            url_of(item, act), body | {"version": 0}, content_type="application/json"
        )

        assert response.status_code == 401

    def test_strangers_do_not_find_it(self, client, request, act, start, who, body, then):
        item = request.getfixturevalue(start)

        for stranger in ["stranger_to_firm", "olga", "eve", "sun", "tom"]:
            response = post(client, request.getfixturevalue(stranger), item, act, **body)
            assert response.status_code == 404, stranger

    def test_those_who_only_watch_may_not(self, client, request, act, start, who, body, then):
        item = request.getfixturevalue(start)

        for watcher in ["li", "ada"]:
            response = post(client, request.getfixturevalue(watcher), item, act, **body)
            assert response.status_code == 403, watcher

        item.refresh_from_db()
        assert item.status != then


class TestRefusals:
    def test_a_firm_does_not_accept(self, client, submitted, alice):
        assert post(client, alice, submitted, "accept").status_code == 403

    def test_an_officer_does_not_hand_in(self, client, item, omar):
        assert post(client, omar, item, "submit").status_code == 403

    def test_the_window_does_not_decide_for_a_department(self, client, accepted, wei):
        assert post(client, wei, accepted, "grant").status_code == 403

    @pytest.mark.parametrize("act", ["decline", "request_correction"])
    def test_what_the_act_needs_is_asked_for(self, client, submitted, omar, act):
        assert post(client, omar, submitted, act).status_code == 400

    def test_a_status_cannot_be_written(self, client, submitted, omar):
        body = {"status": "granted", "due_on": "2030-01-01", "epoch": 9}
        post(client, omar, submitted, "accept", **body)

        submitted.refresh_from_db()
        assert (submitted.status, submitted.epoch) == ("accepted", 0)
        assert submitted.due_on != date(2030, 1, 1)

    def test_another_firms_documents_are_unknown(
        self, client, item, alice, other_firm, bob, pdf
    ):
        kind = MaterialKind.objects.first()
        from_elsewhere = add_document(other_firm, by=bob, at=MONDAY, kind=kind, upload=pdf)

        response = post(client, alice, item, "submit", documents=[from_elsewhere.pk])

        assert (response.status_code, *response.json()["errors"]) == (400, "documents")


class TestMilestone:
    def test_is_recorded_by_the_window_for_its_day(self, client, project, wei):
        milestone = item_of(project, "HD-JG-12")
        for before in project.items.filter(approval_type__dependants=milestone.approval_type):
            post(client, wei, before, "mark_not_applicable", note="无需办理")
        milestone.refresh_from_db()
        assert milestone.status == Status.READY

        response = post(client, wei, milestone, "record", on="2025-02-28")

        assert response.json()["status"] == "granted"

    def test_what_does_not_apply_may_apply_after_all(self, client, item, wei):
        gone = post(client, wei, item, "mark_not_applicable", note="无需办理").json()

        response = post(
            client, wei, item, "undo_not_applicable", note="误标", version=gone["version"]
        )

        assert response.json()["status"] == "ready"
