"""Cards, supervision orders, requests for coordination and the ladder by the API."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.models import Card, HelpRequest, SupervisionOrder
from approvals.supervision import operations
from huadu_portal.escalation import operations as escalation
from huadu_portal.notifications.models import Kind
from tests.approvals.moments import told
from tests.conftest import DAY, FRIDAY, MONDAY, SHANGHAI, person

pytestmark = pytest.mark.django_db

CARDS, ORDERS, HELP = "cards", "supervision-orders", "coordination-requests"
OVERDUE = datetime(2025, 3, 18, 9, tzinfo=SHANGHAI)
NEXT_DAY = OVERDUE + DAY
WHY = "因停电顺延"


@pytest.fixture(autouse=True)
def later(time_machine, accepted):
    """Requests come on the day after the promise was broken."""
    time_machine.move_to(NEXT_DAY)


@pytest.fixture
def card(accepted, hana):
    escalation.remind(OVERDUE)
    return Card.objects.get()


@pytest.fixture
def order(accepted, hana):
    operations.order(
        accepted, by=hana, at=MONDAY + DAY, version=accepted.version, note="限三日内说明"
    )
    return SupervisionOrder.objects.get()


@pytest.fixture
def help_request(accepted, omar):
    operations.ask_help(
        accepted, by=omar, at=MONDAY + DAY, version=accepted.version, note="请协调"
    )
    return HelpRequest.objects.get()


@pytest.fixture
def thing(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def ask(client):
    def ask(user, address, **query):
        client.force_login(getattr(user, "user", user))
        return client.get(f"/api/v1/{address}/", query)

    return ask


@pytest.fixture
def send(client):
    def send(user, address, key=None, **body):
        client.force_login(getattr(user, "user", user))
        headers = {"Idempotency-Key": key} if key else {}
        return client.post(
            f"/api/v1/{address}/", body, content_type="application/json", headers=headers
        )

    return send


@pytest.fixture
def refused(send, request):
    """The codes with which people are refused, by name."""

    def refused(address, *names, **body):
        return {n: send(request.getfixturevalue(n), address, **body).status_code for n in names}

    return refused


ALL = pytest.mark.parametrize(
    ("address", "thing"),
    [(CARDS, "card"), (ORDERS, "order"), (HELP, "help_request")],
    indirect=["thing"],
)


@ALL
class TestReading:
    @pytest.mark.parametrize("who", ["omar", "hana", "wei", "ann", "chen", "li", "ada"])
    def test_who_may_see_the_item_sees_what_stands_beside_it(
        self, ask, address, thing, who, request
    ):
        reader = request.getfixturevalue(who)

        rows = ask(reader, address).json()["results"]

        assert str(thing.pk) in [row["id"] for row in rows]
        said = ask(reader, f"{address}/{thing.pk}").json()
        assert said["item"] == str(thing.item_id)
        assert said["project"]["name"] == thing.item.project.name
        assert (said["approval_type"]["code"], said["department"]) == ("HD-GC-01", "planning")

    @pytest.mark.parametrize("who", ["alice", "bob", "olga", "sun", "tom"])
    def test_nobody_else_does(self, ask, address, thing, who, request):
        stranger = request.getfixturevalue(who)

        assert ask(stranger, address).json()["results"] == []
        assert ask(stranger, f"{address}/{thing.pk}").status_code == 404

    @pytest.mark.parametrize(
        ("query", "is_there"),
        [
            ({"department": "planning"}, True),
            ({"department": "water"}, False),
            ({"since": "2025-03-01"}, True),
            ({"since": "2025-03-19"}, False),
            ({"until": "2025-03-18"}, True),
            ({"until": "2025-03-03"}, False),
            ({"since": "0001-01-01", "until": "9999-12-31"}, True),
        ],
    )
    def test_is_narrowed_by(self, ask, wei, address, thing, query, is_there):
        rows = ask(wei, address, **query).json()["results"]

        assert bool([row for row in rows if row["id"] == str(thing.pk)]) is is_there

    def test_is_narrowed_by_item_and_project(self, ask, wei, address, thing):
        own = {"item": thing.item_id, "project": thing.item.project_id}
        other = {"item": thing.item.project_id, "project": thing.item_id}

        for name in own:
            assert len(ask(wei, address, **{name: own[name]}).json()["results"]) == 1
            assert ask(wei, address, **{name: other[name]}).json()["results"] == []

    @pytest.mark.parametrize("moment", [(0, 15), (23, 45)])
    def test_days_are_the_districts(self, ask, wei, address, thing, moment):
        """A quarter past midnight is in the day already, a quarter to it still is."""
        name = {CARDS: "raised_at", ORDERS: "ordered_at", HELP: "asked_at"}[address]
        at = datetime(2025, 3, 6, *moment, tzinfo=SHANGHAI)
        type(thing).objects.update(**{name: at})

        found = {
            day: [
                len(ask(wei, address, **{q: day}).json()["results"]) for q in ("since", "until")
            ]
            for day in ("2025-03-05", "2025-03-06", "2025-03-07")
        }

        assert found == {"2025-03-05": [1, 0], "2025-03-06": [1, 1], "2025-03-07": [0, 1]}

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"item": "x"}, "item"),
            ({"project": "x"}, "project"),
            ({"since": "yesterday"}, "since"),
            ({"page_size": 201}, "page_size"),
            ({"ordering": "secret"}, "ordering"),
            ({"cursor": "x"}, "cursor"),
        ],
    )
    def test_bad_input_is_named(self, ask, wei, address, thing, query, field):
        response = ask(wei, address, **query)

        assert (response.status_code, *response.json()["errors"]) == (400, field)

    @pytest.mark.parametrize("word", ["maybe", "no", "2"])
    def test_neither_true_nor_false_is_named(self, ask, wei, address, thing, word):
        name = "standing" if address == CARDS else "unanswered"

        response = ask(wei, address, **{name: word})

        assert (response.status_code, *response.json()["errors"]) == (400, name)

    def test_a_list_costs_the_same_for_one_row_and_for_many(
        self, ask, wei, omar, address, thing, django_assert_num_queries
    ):
        ask(wei, address)
        with CaptureQueriesContext(connection) as one:
            ask(wei, address)
        for days in range(1, 4):
            another(thing, days)

        with django_assert_num_queries(len(one)):
            assert len(ask(wei, address).json()["results"]) == 4

    def test_pages_follow_each_other_the_newest_first(self, ask, wei, client, address, thing):
        newest = [another(thing, days) for days in range(1, 4)][-1]

        first = ask(wei, address, page_size=3).json()
        rest = client.get(first["next"]).json()

        assert first["results"][0]["id"] == str(newest.pk)
        assert [row["id"] for row in rest["results"]] == [str(thing.pk)]


def another(thing, days):
    """Like it, so many days later, answered."""
    like = type(thing).objects.get(pk=thing.pk)
    like.pk, like._state.adding = type(thing)().pk, True
    if isinstance(like, Card):
        like.reminder, like.event_number = None, 100 + days
    else:
        like.answer, like.answered_at = "已答复", MONDAY
    if isinstance(like, SupervisionOrder):
        like.number = f"DD-{days}"
    like.save()
    return like


class TestCards:
    def test_says_what_it_was_shown_for(self, ask, card, wei):
        said = ask(wei, f"{CARDS}/{card.pk}").json()

        wanted = {"level": "yellow", "cause": "delay", "raised_by": None, "cancelled_at": None}
        assert said.items() >= wanted.items()

    @pytest.mark.parametrize(
        ("query", "is_there"),
        [
            ({"level": "yellow"}, True),
            ({"level": "red"}, False),
            ({"cause": "delay"}, True),
            ({"cause": "ordered"}, False),
            ({"standing": "true"}, True),
            ({"standing": "false"}, False),
            ({"disputed": "false"}, True),
            ({"disputed": "true"}, False),
        ],
    )
    def test_are_narrowed_by(self, ask, wei, card, query, is_there):
        assert bool(ask(wei, CARDS, **query).json()["results"]) is is_there

    def test_a_disputed_one_is_found(self, ask, send, card, hana, wei):
        send(hana, f"{CARDS}/{card.pk}/appeal", appeal=WHY)

        assert ask(wei, CARDS, disputed="true").json()["results"]

    def test_a_department_sees_what_it_was_shown_for_anothers_item(self, ask, card, olga):
        Card.objects.update(department=olga.department)

        assert [row["id"] for row in ask(olga, CARDS).json()["results"]] == [str(card.pk)]

    def test_the_head_appeals_and_the_centre_decides(self, send, card, hana, chen):
        appealed = send(hana, f"{CARDS}/{card.pk}/appeal", appeal=WHY)
        decided = send(chen, f"{CARDS}/{card.pk}/decide", cancel=True, decision="属实")

        assert (appealed.status_code, appealed.json()["appeal"]) == (200, WHY)
        assert decided.json()["cancelled_because"] == "属实"
        assert (told(Kind.CARD_APPEALED), told(Kind.CARD_DECIDED)) == (["chen"], ["hana"])

    def test_or_it_stands(self, send, card, hana, chen):
        send(hana, f"{CARDS}/{card.pk}/appeal", appeal=WHY)
        decided = send(
            chen, f"{CARDS}/{card.pk}/decide", cancel=False, decision="无记录"
        ).json()

        assert (decided["decision"], decided["cancelled_at"]) == ("无记录", None)

    def test_is_cancelled_without_an_appeal(self, send, card, chen):
        cancelled = send(chen, f"{CARDS}/{card.pk}/cancel", cancelled_because="误发").json()

        assert cancelled["cancelled_because"] == "误发"

    def test_a_second_time_is_a_conflict(self, send, card, hana, chen):
        send(hana, f"{CARDS}/{card.pk}/appeal", appeal=WHY)
        assert send(hana, f"{CARDS}/{card.pk}/appeal", appeal=WHY).status_code == 409
        assert (
            send(chen, f"{CARDS}/{card.pk}/cancel", cancelled_because="误发").status_code == 409
        )

        send(chen, f"{CARDS}/{card.pk}/decide", cancel=True, decision="属实")
        again = send(chen, f"{CARDS}/{card.pk}/decide", cancel=True, decision="属实")
        assert again.status_code == 409

    def test_others_may_not(self, refused, card, hana, chen):
        may_not_appeal = refused(f"{CARDS}/{card.pk}/appeal", "omar", "wei", "chen", "li")
        may_not_decide = refused(
            f"{CARDS}/{card.pk}/decide", "hana", "omar", "wei", "li", "ada"
        )
        may_not_cancel = refused(f"{CARDS}/{card.pk}/cancel", "hana", "omar", "wei", "li")
        strangers = refused(f"{CARDS}/{card.pk}/appeal", "alice", "olga", "tom", appeal=WHY)

        codes = [*may_not_appeal.values(), *may_not_decide.values(), *may_not_cancel.values()]
        assert set(codes) == {403}
        assert set(strangers.values()) == {404}

    @pytest.mark.parametrize(
        ("act", "who", "body", "field"),
        [
            ("appeal", "hana", {}, "appeal"),
            ("appeal", "hana", {"appeal": " "}, "appeal"),
            ("appeal", "hana", {"appeal": "长" * 2001}, "appeal"),
            ("decide", "chen", {"decision": "属实"}, "cancel"),
            ("decide", "chen", {"decision": "属实", "cancel": "perhaps"}, "cancel"),
            ("cancel", "chen", {"cancelled_because": ""}, "cancelled_because"),
        ],
    )
    def test_what_lacks_is_named(self, send, card, act, who, body, field, request):
        by = request.getfixturevalue(who)

        response = send(by, f"{CARDS}/{card.pk}/{act}", **body)

        assert (response.status_code, *response.json()["errors"]) == (400, field)


class TestOrders:
    def test_says_who_demands_what_by_when(self, ask, order, hana):
        said = ask(hana, f"{ORDERS}/{order.pk}").json()

        wanted = {"number": "DD2025-0001", "demand": "限三日内说明", "due_on": "2025-03-07"}
        assert said.items() >= wanted.items()
        assert said["ordered_by"]["name"] == "Hana"

    @pytest.mark.parametrize(
        ("query", "is_there"),
        [
            ({"number": "DD2025-0001"}, True),
            ({"number": "DD2025-0002"}, False),
            ({"unanswered": "true"}, True),
            ({"unanswered": "false"}, False),
            ({"overdue": "true"}, True),
            ({"overdue": "false"}, False),
            ({"received": "false"}, True),
            ({"received": "true"}, False),
        ],
    )
    def test_are_narrowed_by(self, ask, wei, order, query, is_there):
        assert bool(ask(wei, ORDERS, **query).json()["results"]) is is_there

    def test_on_the_day_it_is_due_it_is_not_overdue(self, ask, wei, order, time_machine):
        time_machine.move_to(datetime(2025, 3, 7, 23, 0, tzinfo=SHANGHAI))

        assert ask(wei, ORDERS, overdue="true").json()["results"] == []

    @pytest.mark.parametrize("who", ["hana", "chen", "li"])
    def test_are_given_by_heads_and_leaders(self, send, accepted, who, request):
        by = request.getfixturevalue(who)

        given = send(
            by, ORDERS, item=str(accepted.pk), version=accepted.version, demand="限三日内说明"
        )

        assert given.status_code == 201
        assert given.json()["ordered_by"]["id"] == str(by.pk)
        assert SupervisionOrder.objects.get().demand == "限三日内说明"
        assert Card.objects.get().level == "supervision"
        assert "omar" in told(Kind.ORDER_GIVEN)

    def test_sent_again_with_its_key_it_is_the_same(self, send, accepted, hana):
        body = {"item": str(accepted.pk), "version": accepted.version, "demand": "限三日内说明"}

        first, again = (send(hana, ORDERS, key="k1", **body) for _ in range(2))
        other = send(hana, ORDERS, key="k1", **body | {"demand": "别的"})

        assert first.json() == again.json()
        assert again["Idempotency-Replayed"] == "true"
        assert (other.status_code, SupervisionOrder.objects.count()) == (422, 1)

    def test_not_a_second_one_and_not_of_what_has_moved(self, send, order, hana):
        item = order.item
        item.refresh_from_db()
        body = {"item": str(item.pk), "demand": "再催"}

        second = send(hana, ORDERS, version=item.version, **body)
        stale = send(hana, ORDERS, version=item.version - 1, **body)

        assert (second.status_code, stale.status_code) == (409, 409)
        assert stale.json()["version"] == item.version

    def test_by_nobody_else(self, refused, send, accepted):
        body = {"item": str(accepted.pk), "version": accepted.version, "demand": "x"}
        other_head = person("ho", "department_head", "water")

        codes = refused(ORDERS, "omar", "wei", "ann", "alice", "ada", "tom", **body)
        unseen = send(other_head, ORDERS, **body)

        assert set(codes.values()) == {403}
        assert (unseen.status_code, *unseen.json()["errors"]) == (400, "item")

    @pytest.mark.parametrize("lacking", ["item", "version", "demand"])
    def test_what_lacks_is_named(self, send, accepted, hana, lacking):
        body = {"item": str(accepted.pk), "version": accepted.version, "demand": "x"}
        del body[lacking]

        response = send(hana, ORDERS, **body)

        assert (response.status_code, *response.json()["errors"]) == (400, lacking)

    def test_is_received_and_answered(self, send, order, omar):
        received = send(omar, f"{ORDERS}/{order.pk}/receive").json()
        answered = send(omar, f"{ORDERS}/{order.pk}/answer", answer="预计 20 日出具意见").json()

        assert received["received_at"] == answered["received_at"]
        assert answered["answer"] == "预计 20 日出具意见"
        assert told(Kind.ORDER_ANSWERED) == ["hana"]

    def test_a_second_answer_is_a_conflict_a_second_receipt_is_none(self, send, order, omar):
        for _ in range(2):
            assert send(omar, f"{ORDERS}/{order.pk}/receive").status_code == 200
        send(omar, f"{ORDERS}/{order.pk}/answer", answer="已办")

        again = send(omar, f"{ORDERS}/{order.pk}/answer", answer="又办")

        assert again.status_code == 409

    def test_others_may_not_answer(self, refused, order):
        watching = refused(f"{ORDERS}/{order.pk}/answer", "wei", "chen", "li", "ada")
        strangers = refused(f"{ORDERS}/{order.pk}/receive", "alice", "olga", "tom")

        assert set(watching.values()) == {403}
        assert set(strangers.values()) == {404}

    def test_an_empty_answer_is_named(self, send, order, omar):
        response = send(omar, f"{ORDERS}/{order.pk}/answer", answer="")

        assert (response.status_code, *response.json()["errors"]) == (400, "answer")


class TestHelp:
    def test_says_what_is_needed_by_when(self, ask, help_request, omar):
        said = ask(omar, f"{HELP}/{help_request.pk}").json()

        assert said.items() >= {"question": "请协调", "due_on": "2025-03-07"}.items()
        assert said["asked_by"]["name"] == "Omar"

    @pytest.mark.parametrize(
        ("query", "is_there"),
        [
            ({"unanswered": "true"}, True),
            ({"unanswered": "false"}, False),
            ({"overdue": "true"}, True),
            ({"overdue": "false"}, False),
        ],
    )
    def test_is_narrowed_by(self, ask, wei, help_request, query, is_there):
        assert bool(ask(wei, HELP, **query).json()["results"]) is is_there

    def test_the_department_asks(self, send, accepted, omar, wei):
        asked = send(
            omar, HELP, item=str(accepted.pk), version=accepted.version, question="消防意见冲突"
        )

        assert asked.status_code == 201
        assert HelpRequest.objects.get().question == asked.json()["question"] == "消防意见冲突"
        assert told(Kind.HELP_ASKED) == ["ann", "wei"]

    def test_sent_again_with_its_key_it_is_the_same(self, send, accepted, omar):
        body = {"item": str(accepted.pk), "version": accepted.version, "question": "请协调"}

        first, again = (send(omar, HELP, key="k1", **body) for _ in range(2))

        assert first.json() == again.json()
        assert HelpRequest.objects.count() == 1

    def test_one_at_a_time(self, send, help_request, omar):
        item = help_request.item
        item.refresh_from_db()

        again = send(omar, HELP, item=str(item.pk), version=item.version, question="再请协调")

        assert again.status_code == 409

    def test_others_do_not_ask(self, refused, accepted):
        body = {"item": str(accepted.pk), "version": accepted.version, "question": "x"}

        # The window's role may, of the centre's own items; this one is a department's.
        codes = refused(HELP, "wei", "chen", "ann", "li", "alice", "ada", **body)

        assert set(codes.values()) == {403}

    @pytest.mark.parametrize("who", ["wei", "chen", "ann"])
    def test_the_centre_or_the_agent_answers_once(self, send, help_request, who, request):
        by = request.getfixturevalue(who)

        answered = send(by, f"{HELP}/{help_request.pk}/answer", answer="周四下午现场协调")
        again = send(by, f"{HELP}/{help_request.pk}/answer", answer="再议")

        assert answered.json()["answer"] == "周四下午现场协调"
        assert again.status_code == 409
        assert told(Kind.HELP_ANSWERED) == ["omar"]

    def test_others_do_not_answer(self, refused, help_request):
        watching = refused(f"{HELP}/{help_request.pk}/answer", "omar", "li", "ada")
        strangers = refused(f"{HELP}/{help_request.pk}/answer", "alice", "olga", "tom")

        assert set(watching.values()) == {403}
        assert set(strangers.values()) == {404}


class TestReminders:
    def address(self, item):
        return f"approval-items/{item.pk}/reminders"

    def test_says_what_was_told_what_comes_when_and_to_whom(
        self, ask, accepted, omar, hana, time_machine
    ):
        escalation.remind(FRIDAY)
        time_machine.move_to(FRIDAY)

        said = ask(omar, self.address(accepted)).json()

        rungs = {rung["code"]: rung for rung in said["outlook"]["rungs"]}
        assert said["outlook"]["course"] == "review"
        states = [rungs[code]["state"] for code in ("assigned", "quiet", "half")]
        assert states == ["told", "superseded", "ahead"]
        overdue = rungs["overdue"]
        assert (overdue["state"], overdue["card"]) == ("ahead", "yellow")
        assert overdue["at"] == "2025-03-18T09:00:00+08:00"
        assert [user["name"] for user in overdue["people"]] == ["Omar", "Ann", "Hana"]
        recorded = {row["rung"]: row["is_superseded"] for row in said["reminders"]}
        assert recorded == {"assigned": False, "quiet": True}

    def test_says_a_stop(self, ask, accepted, hana, omar):
        operations.stop_ladder(
            accepted,
            by=hana,
            at=MONDAY + DAY,
            version=accepted.version,
            until=date(2025, 3, 25),
            note="系统升级",
        )

        said = ask(omar, self.address(accepted)).json()

        assert said["outlook"]["stop"] == {"until": "2025-03-25", "reason": "系统升级"}

    def test_of_what_nobody_waits_for_there_is_no_outlook(self, ask, project, wei):
        planned = project.items.filter(status="planned").first()

        assert ask(wei, self.address(planned)).json() == {"outlook": None, "reminders": []}

    def test_is_for_the_desk(self, ask, accepted, alice, bob, olga):
        assert ask(alice, self.address(accepted)).status_code == 403
        assert ask(bob, self.address(accepted)).status_code == 404
        assert ask(olga, self.address(accepted)).status_code == 404

    def test_asks_no_more_after_many_reminders(
        self, ask, accepted, wei, django_assert_max_num_queries
    ):
        ask(wei, self.address(accepted))
        with CaptureQueriesContext(connection) as few:
            ask(wei, self.address(accepted))
        for days in range(1, 60, 5):
            escalation.remind(MONDAY + timedelta(days))

        with django_assert_max_num_queries(len(few)):
            ask(wei, self.address(accepted))
