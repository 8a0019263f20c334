"""督办 at the desk: what stalls, orders and requests, the ladders and their new versions."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.models import ApprovalItem, HelpRequest, LadderStop, SupervisionOrder
from approvals.supervision import operations
from huadu_portal.escalation import operations as escalation
from huadu_portal.escalation.models import Reminder
from tests.approvals.moments import levels
from tests.conftest import DAY, FRIDAY, HOUR, MONDAY, SHANGHAI, person
from tests.escalation.reminders import reminders_of

pytestmark = pytest.mark.django_db

STALLED = "/admin/approvals/stalleditem/"
OVERDUE = datetime(2025, 3, 18, 10, tzinfo=SHANGHAI)


def bulk(client, action, items, **typed):
    chosen = {"_selected_action": [str(item.pk) for item in items], "action": action}
    versions = {f"version_{item.pk}": item.version for item in items}
    return client.post(STALLED, chosen | versions | {"confirmed": "1"} | typed)


class TestStalled:
    @pytest.fixture(autouse=True)
    def later(self, time_machine, accepted, client):
        time_machine.move_to(OVERDUE)

    def test_what_is_overdue_is_listed_with_the_reason_given(
        self, accepted, omar, hana, client
    ):
        operations.explain(
            accepted, by=omar, at=MONDAY + DAY, version=accepted.version, note="等专家名单"
        )
        client.force_login(hana)

        page = client.get(STALLED).content.decode()

        assert accepted.project.name in page
        assert "等专家名单" in page

    def test_so_is_what_has_been_silent_for_three_working_days(
        self, accepted, hana, client, time_machine
    ):
        time_machine.move_to(MONDAY + 2 * DAY)
        client.force_login(hana)
        assert accepted.project.name not in client.get(STALLED).content.decode()

        time_machine.move_to(MONDAY + 4 * DAY)
        client.force_login(hana)

        assert accepted.project.name in client.get(f"{STALLED}?tab=quiet").content.decode()

    def test_another_department_sees_none_of_it(self, accepted, olga, client):
        client.force_login(olga)

        assert accepted.project.name not in client.get(STALLED).content.decode()

    def test_its_row_leads_to_the_item(self, accepted, hana, client):
        client.force_login(hana)

        response = client.get(f"{STALLED}{accepted.pk}/change/")

        assert response.url == f"/admin/approvals/approvalitem/{accepted.pk}/change/"

    def test_a_head_orders_several_at_once(self, accepted, hana, client):
        client.force_login(hana)

        bulk(client, "order_all", [accepted], note="限三日内说明")

        assert SupervisionOrder.objects.get().ordered_by == hana

    def test_stops_several_with_a_reason_and_a_day(self, accepted, hana, client):
        client.force_login(hana)

        bulk(client, "stop_ladder_all", [accepted], note="系统升级", until="2025-03-25")

        assert str(LadderStop.objects.get().until) == "2025-03-25"

    def test_hands_several_to_a_colleague(self, accepted, hana, client):
        otto = person("otto", "officer", "planning")
        client.force_login(hana)

        bulk(client, "transfer_all", [accepted], to=str(otto.pk))

        accepted.refresh_from_db()
        assert accepted.officer == otto

    @pytest.mark.parametrize("action", ["transfer_all", "order_all", "stop_ladder_all"])
    def test_the_page_that_asks_leads_back_to_the_same_act(
        self, accepted, hana, client, action
    ):
        client.force_login(hana)

        asks = client.post(STALLED, {"_selected_action": [str(accepted.pk)], "action": action})

        assert asks.context["action"] == action

    def test_an_officer_orders_nobody(self, accepted, omar, client):
        client.force_login(omar)

        bulk(client, "order_all", [accepted], note="限三日内说明")

        assert not SupervisionOrder.objects.exists()

    def test_the_number_of_questions_does_not_grow(self, accepted, project, omar, hana, client):
        client.force_login(hana)
        client.get(STALLED)
        first = count_queries(client, STALLED)
        others = project.items.filter(department=omar.department).exclude(pk=accepted.pk)
        more = others.exclude(approval_type__kind="milestone")[:3]
        ApprovalItem.objects.filter(pk__in=more.values("pk")).update(
            status="accepted",
            submitted_at=MONDAY,
            accepted_at=MONDAY,
            due_on=MONDAY.date(),
            officer=omar,
        )
        assert len(client.get(STALLED).context["cl"].result_list) == 4

        assert count_queries(client, STALLED) == first


def count_queries(client, address):
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return len(asked)


class TestOrders:
    @pytest.fixture
    def order(self, accepted, hana):
        operations.order(
            accepted, by=hana, at=MONDAY + DAY, version=accepted.version, note="限三日内说明"
        )
        return SupervisionOrder.objects.get()

    def test_the_officer_receives_and_answers_it(self, order, omar, client):
        client.force_login(omar)
        base = f"/admin/approvals/supervisionorder/{order.pk}/"
        assert "限三日内说明" in client.get(f"{base}change/").content.decode()

        client.post(f"{base}acts/receive/", {"confirm": "1"})
        client.post(f"{base}acts/answer/", {"text": "21 日办结"})

        order.refresh_from_db()
        assert (order.received_by, order.answer) == (omar, "21 日办结")

    def test_an_empty_reply_loses_nothing(self, order, omar, client):
        client.force_login(omar)

        address = f"/admin/approvals/supervisionorder/{order.pk}/acts/answer/"
        response = client.post(address, {"text": " "})

        assert response.context["form"].errors["text"]

    def test_an_answered_one_is_not_answered_again(self, order, omar, client):
        operations.answer_order(order, by=omar, at=FRIDAY, text="21 日办结")
        client.force_login(omar)

        address = f"/admin/approvals/supervisionorder/{order.pk}/acts/answer/"
        response = client.post(address, {"text": "又一次"}, follow=True)

        assert levels(response) == ["error"]

    def test_whoever_may_not_answer_is_refused(self, order, wei, client):
        client.force_login(wei)

        address = f"/admin/approvals/supervisionorder/{order.pk}/acts/answer/"
        assert client.get(address).status_code == 403


class TestHelp:
    def test_the_window_answers(self, accepted, omar, wei, client):
        operations.ask_help(
            accepted, by=omar, at=MONDAY + DAY, version=accepted.version, note="请协调"
        )
        request = HelpRequest.objects.get()
        client.force_login(wei)

        address = f"/admin/approvals/helprequest/{request.pk}/acts/answer/"
        client.post(address, {"text": "周四协调会"})

        request.refresh_from_db()
        assert request.answer == "周四协调会"


class TestFilterByDepartment:
    """For those who see several."""

    @pytest.mark.parametrize("listed", ["supervisionorder", "card", "stalleditem"])
    @pytest.mark.parametrize(
        ("who", "offered"), [("omar", False), ("hana", False), ("wei", True)]
    )
    def test_is_offered(self, client, request, listed, who, offered):
        client.force_login(request.getfixturevalue(who))

        page = client.get(f"/admin/approvals/{listed}/")

        titles = [str(spec.title) for spec in page.context["cl"].filter_specs]
        assert ("部门" in titles) == offered

    def test_the_cards_of_a_department_are_open_from_their_figures(self, client, omar):
        client.force_login(omar)

        asked = {"department__id__exact": str(omar.department_id), "tab": "standing"}

        assert client.get("/admin/approvals/card/", asked).status_code == 200


def test_the_receipt_of_an_order_is_not_called_as_that_of_an_item():
    field = SupervisionOrder._meta.get_field("received_at")

    assert str(field.verbose_name) == "签收时间"


class TestItemPage:
    def test_shows_what_has_fired_what_comes_and_whom(self, accepted, omar, hana, client):
        escalation.remind(FRIDAY)
        client.force_login(omar)

        page = client.get(f"/admin/approvals/approvalitem/{accepted.pk}/change/")

        rungs = page.context["outlook"].rungs
        states = [str(rung.state) for rung in rungs]
        assert states[:3] == ["told", "superseded", "ahead"]
        overdue = next(rung for rung in rungs if rung.card == "yellow")
        assert [user.username for user in overdue.people] == ["omar", "ann", "hana"]

    def test_what_is_no_rung_of_the_ladder_any_more_stands_below(self, accepted, omar, client):
        """Of an earlier epoch; those that the ladder shows are not said twice."""
        escalation.remind(MONDAY + HOUR)
        now_shown = reminders_of(accepted).get()
        earlier = Reminder.objects.create(
            subject_kind="item",
            subject_key=accepted.pk,
            course="review",
            epoch=accepted.epoch + 7,
            rung="near",
            rung_name="临近到期",
            rung_name_en="due soon",
            reached_at=MONDAY,
            recorded_at=MONDAY,
        )
        client.force_login(omar)

        page = client.get(f"/admin/approvals/approvalitem/{accepted.pk}/change/")

        assert list(page.context["earlier_reminders"]) == [earlier]
        assert now_shown in [rung.reminder for rung in page.context["outlook"].rungs]

    def test_shows_a_stop(self, accepted, hana, client):
        operations.stop_ladder(
            accepted,
            by=hana,
            at=MONDAY + DAY,
            version=accepted.version,
            until=OVERDUE.date(),
            note="系统升级",
        )
        client.force_login(hana)

        page = client.get(f"/admin/approvals/approvalitem/{accepted.pk}/change/")

        assert page.context["outlook"].stop.reason == "系统升级"
        assert "系统升级" in page.content.decode()
