"""Supervision orders by API: given, received, answered."""

from datetime import datetime

import pytest

from approvals.models import Card, SupervisionOrder
from huadu_portal.notifications.models import Kind
from tests.approvals.moments import told
from tests.approvals.supervision.api.conftest import ORDERS
from tests.conftest import SHANGHAI, person

pytestmark = pytest.mark.django_db


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
