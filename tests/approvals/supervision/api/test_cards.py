"""Cards by API: what they say, the appeal and the decision."""

import pytest

from approvals.models import Card
from huadu_portal.notifications.models import Kind
from tests.approvals.moments import told
from tests.approvals.supervision.api.conftest import CARDS, WHY

pytestmark = pytest.mark.django_db


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
