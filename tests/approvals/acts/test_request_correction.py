"""一次性告知: saying once what is missing."""

import pytest
from django.core.exceptions import PermissionDenied

from approvals.acts import operations
from approvals.models import Card, Clock, Holder, Status
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Delivery
from tests.approvals.moments import told, url_of
from tests.conftest import MONDAY

MISSING = ["缺总平面图", "消防车道宽度未注明"]


def ask(item, by, missing=MISSING):
    return operations.request_correction(
        item, by=by, at=MONDAY, version=item.version, missing=missing
    )


@pytest.fixture
def answered(omar, submitted, alice):
    asked = ask(submitted, omar)
    return operations.resubmit(
        asked, by=alice, at=MONDAY, version=asked.version, unchanged=True
    )


class TestOperation:
    def test_the_firm_has_it_and_no_clock_runs(self, submitted, omar):
        asked = ask(submitted, omar)

        assert (asked.holder, asked.clock) == (Holder.ENTERPRISE, Clock.PENDING)

    def test_all_that_is_missing_is_kept(self, submitted, omar):
        ask(submitted, omar, [*MISSING, "  ", ""])

        assert submitted.corrections.get().missing == MISSING

    def test_the_firm_is_sent_the_list(self, submitted, omar):
        ask(submitted, omar)

        assert told("item_correction") == ["alice", "ann"]
        mail = Delivery.objects.get(
            to="alice@example.com", notification__kind="item_correction"
        )
        assert "2. 消防车道宽度未注明" in mail.body

    def test_an_empty_list_is_refused(self, submitted, omar):
        with pytest.raises(NotAllowed):
            ask(submitted, omar, ["  "])

    def test_a_second_time_an_officer_may_not(self, answered, omar):
        with pytest.raises(NotAllowed):
            ask(answered, omar)

    def test_a_second_time_the_head_may(self, answered, hana):
        assert ask(answered, hana).status == Status.CORRECTING

    def test_which_costs_the_department_a_red_card(self, answered, hana, chen):
        asked = ask(answered, hana)

        card = Card.objects.get(item=asked)
        assert (card.level, card.cause) == ("red", "second_correction")
        assert (card.department, card.raised_by) == (asked.department, hana)
        assert card.event_number == asked.version
        assert told("card_red") == ["chen", "hana"]

    def test_the_first_time_costs_none(self, submitted, hana):
        ask(submitted, hana)

        assert not Card.objects.exists()

    def test_the_firm_cannot_ask_itself(self, submitted, alice):
        with pytest.raises(PermissionDenied):
            ask(submitted, alice)

    def test_once_accepted_nothing_can_be_asked(self, accepted, omar):
        with pytest.raises(NotAllowed):
            ask(accepted, omar)


class TestPage:
    def test_a_line_is_a_thing_that_is_missing(self, client, omar, submitted):
        client.force_login(omar)
        typed = {"version": submitted.version, "missing": "缺总平面图\r\n\r\n 缺日照分析 "}

        client.post(url_of(submitted, "request_correction"), typed)

        assert submitted.corrections.get().missing == ["缺总平面图", "缺日照分析"]

    def test_without_a_list_the_note_stays(self, client, omar, submitted):
        client.force_login(omar)
        typed = {"version": submitted.version, "missing": " ", "note": "请尽快"}

        response = client.post(url_of(submitted, "request_correction"), typed)

        assert "missing" in response.context["form"].errors
        assert "请尽快" in response.content.decode()

    def test_a_second_time_says_who_has_to_ask(self, client, omar, answered):
        client.force_login(omar)
        typed = {"version": answered.version, "missing": "再补一份"}

        response = client.post(url_of(answered, "request_correction"), typed, follow=True)

        assert [m.level_tag for m in response.context["messages"]] == ["error"]

    def test_the_firm_reads_what_is_missing(self, client, alice, omar, submitted):
        ask(submitted, omar)
        client.force_login(alice)

        shown = client.get(submitted.get_absolute_url()).content.decode()

        assert all(line in shown for line in MISSING)
