"""Requests for coordination by API: asked and answered."""

import pytest

from approvals.models import HelpRequest
from huadu_portal.notifications.models import Kind
from tests.approvals.moments import told
from tests.approvals.supervision.api.conftest import HELP

pytestmark = pytest.mark.django_db


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
