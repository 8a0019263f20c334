"""Cards, supervision orders and requests for coordination by API: lists, filters, who reads them."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.models import Card, SupervisionOrder
from tests.approvals.supervision.api.conftest import CARDS, HELP, ORDERS
from tests.conftest import MONDAY, SHANGHAI

pytestmark = pytest.mark.django_db


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
