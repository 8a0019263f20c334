"""Explain, ask for help, nudge, order: pushing without moving."""

from datetime import datetime, time

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from approvals.joint import operations as joint
from approvals.models import Card, HelpRequest, Nudge, Status, SupervisionOrder
from approvals.supervision import operations as supervision
from huadu_portal.errors import NotAllowed, Stale
from huadu_portal.escalation import operations as escalation
from huadu_portal.escalation.models import CardLevel, Step
from huadu_portal.monitoring.reconcile.histories import of_item as findings_of
from huadu_portal.notifications.models import Delivery, Kind, Notification
from huadu_portal.workdays.published import calendar
from tests.approvals.moments import by_api, desk_of, five, reminded, swept, told
from tests.conftest import DAY, HOUR, MONDAY, SHANGHAI, person, stock
from tests.escalation.reminders import reminders_of

pytestmark = pytest.mark.django_db

WHY = "专家组名单未定，预计 20 日出具意见"
OVERDUE = datetime(2025, 3, 18, 9, tzinfo=SHANGHAI)
THIRD_DAY = datetime(2025, 3, 20, 9, tzinfo=SHANGHAI)


def push(act, item, by, at=MONDAY + DAY, **said):
    return act(item, by=by, at=at, version=item.version, **said)


class TestExplain:
    def test_stands_in_the_history_and_the_head_reads_it(self, accepted, omar, hana):
        explained = push(supervision.explain, accepted, omar, note=WHY)

        event = explained.events.last()
        assert (event.act, event.note, event.by) == ("explain", WHY, omar)
        assert told(Kind.DELAY_EXPLAINED) == ["hana"]
        assert explained.status == Status.ACCEPTED
        assert not list(findings_of(explained))

    def test_is_the_departments_own(self, accepted, olga, wei, ann, alice, li):
        for stranger in (olga, wei, ann.user, alice, li):
            with pytest.raises(PermissionDenied):
                push(supervision.explain, accepted, stranger, note=WHY)

    def test_needs_words(self, accepted, omar):
        with pytest.raises(NotAllowed):
            push(supervision.explain, accepted, omar, note=" ")

    def test_of_the_item_that_was_seen(self, accepted, omar):
        with pytest.raises(Stale):
            supervision.explain(
                accepted, by=omar, at=MONDAY, version=accepted.version - 1, note=WHY
            )

    def test_the_firm_does_not_read_it(self, accepted, omar, alice, client):
        push(supervision.explain, accepted, omar, note=WHY)
        client.force_login(alice)

        page = client.get(accepted.get_absolute_url()).content.decode()
        events = client.get(f"/api/v1/approval-items/{accepted.pk}/events/").json()

        assert WHY not in page
        assert WHY not in str(events)

    def test_the_officer_does(self, accepted, omar, client):
        push(supervision.explain, accepted, omar, note=WHY)
        client.force_login(omar)

        assert WHY in client.get(accepted.get_absolute_url()).content.decode()


class TestHelp:
    def test_the_centre_is_asked_and_owes_an_answer(self, accepted, omar, wei):
        push(supervision.ask_help, accepted, omar, note="消防意见与规划条件冲突")

        request = HelpRequest.objects.get()
        assert str(request.due_on) == "2025-03-07"
        assert told(Kind.HELP_ASKED) == ["ann", "wei"]

    @pytest.mark.parametrize("who", ["wei", "chen"])
    def test_the_centre_answers(self, accepted, omar, who, request):
        by = request.getfixturevalue(who)
        push(supervision.ask_help, accepted, omar, note="请协调")

        answered = supervision.answer_help(
            HelpRequest.objects.get(), by=by, at=MONDAY + 2 * DAY, text="周四下午现场协调"
        )

        assert answered.answered_by == by
        assert told(Kind.HELP_ANSWERED) == ["omar"]
        assert not list(findings_of(answered.item))

    def test_so_does_the_agent_and_nobody_else(self, accepted, omar, ann, olga, alice):
        push(supervision.ask_help, accepted, omar, note="请协调")
        request = HelpRequest.objects.get()
        for stranger in (omar, olga, alice):
            with pytest.raises(PermissionDenied):
                supervision.answer_help(request, by=stranger, at=MONDAY, text="好")

        assert supervision.answer_help(request, by=ann.user, at=MONDAY + 2 * DAY, text="好")

    def test_is_answered_once(self, accepted, omar, wei):
        push(supervision.ask_help, accepted, omar, note="请协调")
        request = HelpRequest.objects.get()
        supervision.answer_help(request, by=wei, at=MONDAY + 2 * DAY, text="好")

        with pytest.raises(NotAllowed):
            supervision.answer_help(request, by=wei, at=MONDAY + 2 * DAY, text="好")

    def test_unanswered_it_is_pushed(self, accepted, omar, wei, chen):
        push(supervision.ask_help, accepted, omar, note="请协调")

        counts = [swept(datetime(2025, 3, d, 10, tzinfo=SHANGHAI), "help") for d in (6, 7, 10)]

        assert counts == [0, 1, 1]
        assert reminded("help", "overdue") == ["ann", "chen", "wei"]

    def test_one_at_a_time(self, accepted, omar):
        asked = push(supervision.ask_help, accepted, omar, note="请协调")

        with pytest.raises(NotAllowed):
            push(supervision.ask_help, asked, omar, note="再请协调")

    def test_the_database_wants_words(self, accepted, omar):
        push(supervision.ask_help, accepted, omar, note="请协调")
        with pytest.raises(IntegrityError, match="help_answered_with_words"):
            HelpRequest.objects.update(answered_at=MONDAY)


class TestNudge:
    def test_the_officer_is_asked(self, accepted, ann):
        nudged = push(supervision.nudge, accepted, ann.user, note="企业询问进度")

        assert told(Kind.ITEM_NUDGED) == ["omar"]
        assert not list(findings_of(nudged))

    def test_once_a_working_day(self, accepted, ann):
        nudged = push(supervision.nudge, accepted, ann.user)
        with pytest.raises(NotAllowed):
            push(supervision.nudge, nudged, ann.user, at=MONDAY + DAY + HOUR)

        push(supervision.nudge, nudged, ann.user, at=MONDAY + 2 * DAY)

        assert Nudge.objects.count() == 2

    def test_never_on_a_day_off(self, accepted, ann):
        with pytest.raises(NotAllowed):
            push(supervision.nudge, accepted, ann.user, at=MONDAY + 5 * DAY)

    def test_only_by_the_projects_own_agent(self, accepted, wei):
        other = person("abe", "agent", "centre")
        for stranger in (other, wei):
            with pytest.raises(PermissionDenied):
                push(supervision.nudge, accepted, stranger)


class TestOrder:
    @pytest.mark.parametrize("who", ["hana", "chen", "li"])
    def test_is_given_by_heads_and_leaders(self, accepted, who, request):
        by = request.getfixturevalue(who)

        push(supervision.order, accepted, by, note="限三日内说明")

        order = SupervisionOrder.objects.get()
        assert (order.ordered_by, str(order.due_on)) == (by, "2025-03-07")
        assert order.number == "DD2025-0001"
        card = Card.objects.get()
        assert (card.level, card.cause) == (CardLevel.SUPERVISION, "ordered")
        assert "omar" in told(Kind.ORDER_GIVEN)

    @pytest.mark.parametrize("who", ["omar", "wei", "ann", "alice", "ada"])
    def test_by_nobody_else(self, accepted, who, request):
        by = request.getfixturevalue(who)
        with pytest.raises(PermissionDenied):
            push(supervision.order, accepted, getattr(by, "user", by), note="限三日内说明")

    def test_another_departments_head_may_not(self, accepted):
        head = person("ho", "department_head", "water")
        with pytest.raises(PermissionDenied):
            push(supervision.order, accepted, head, note="限三日内说明")

    def test_the_ladder_gives_none_by_itself(self, accepted, hana, chen, li):
        escalation.remind(THIRD_DAY)

        assert not SupervisionOrder.objects.exists()
        assert reminded("review", "supervision") == ["ann", "chen", "hana", "li", "omar"]

    def test_a_leader_reads_of_it_in_the_digest(self, accepted, hana, chen, li):
        escalation.remind(THIRD_DAY)

        mails = Delivery.objects.filter(notification__event_key__contains=":supervision")
        states = mails.values_list("notification__recipient__username", "state")
        assert dict(states) == dict.fromkeys(["ann", "chen", "hana", "omar"], "pending") | {
            "li": "collected"
        }

    def test_but_no_second_one(self, accepted, hana):
        push(supervision.order, accepted, hana, note="限三日内说明")

        assert swept(THIRD_DAY, "review") == 1

        assert SupervisionOrder.objects.count() == 1
        assert "hana" in reminded("review", "supervision")

    def test_receiving_it_is_seen(self, accepted, hana, omar):
        push(supervision.order, accepted, hana, note="限三日内说明")

        got = supervision.receive_order(SupervisionOrder.objects.get(), by=omar, at=MONDAY)

        assert got.received_by == omar

    def test_the_answer_goes_to_whoever_gave_it(self, accepted, li, omar, chen):
        push(supervision.order, accepted, li, note="限三日内说明")
        order = SupervisionOrder.objects.get()

        answered = supervision.answer_order(order, by=omar, at=MONDAY + 2 * DAY, text=WHY)

        assert (answered.answer, answered.received_by) == (WHY, omar)
        assert told(Kind.ORDER_ANSWERED) == ["li"]
        assert not list(findings_of(answered.item))
        assert swept(datetime(2025, 3, 10, 9, tzinfo=SHANGHAI), "order") == 0

    def test_of_one_that_the_ladder_once_gave_the_centres_head_is_told(
        self, accepted, hana, omar, chen
    ):
        push(supervision.order, accepted, hana, note="限三日内说明")
        SupervisionOrder.objects.update(ordered_by=None)
        order = SupervisionOrder.objects.get()

        supervision.answer_order(order, by=omar, at=THIRD_DAY + HOUR, text=WHY)

        assert told(Kind.ORDER_ANSWERED) == ["chen"]
        assert str(order.issuer) == "催办规则自动签发"

    @pytest.mark.parametrize("who", ["olga", "wei", "alice", "li"])
    def test_others_do_not_answer(self, accepted, hana, who, request):
        push(supervision.order, accepted, hana, note="限三日内说明")
        order = SupervisionOrder.objects.get()
        by = request.getfixturevalue(who)
        with pytest.raises(PermissionDenied):
            supervision.answer_order(order, by=by, at=MONDAY, text=WHY)

    def test_unanswered_it_is_a_red_card(self, accepted, hana, omar, chen, li):
        push(supervision.order, accepted, hana, note="限三日内说明")

        escalation.remind(datetime(2025, 3, 10, 9, tzinfo=SHANGHAI))

        red = Card.objects.get(level=CardLevel.RED)
        assert (red.cause, red.department_id) == ("order_unanswered", accepted.department_id)
        assert reminded("order", "unanswered") == ["chen", "hana", "li", "omar"]

    def test_an_old_ladder_tells_no_firm_of_it(self, accepted, hana, alice):
        """Since the form no longer offers that; versions in force are not rewritten."""
        push(supervision.order, accepted, hana, note="限三日内说明")
        Step.objects.filter(policy__course="order").update(audience=["firm", "officer"])

        escalation.remind(datetime(2025, 3, 10, 9, tzinfo=SHANGHAI))

        assert reminded("order", "unanswered") == ["omar"]


class TestPageAndApi:
    def test_at_the_desk(self, accepted, omar, client):
        client.force_login(omar)

        client.post(desk_of(accepted, "explain"), {"version": accepted.version, "note": WHY})

        assert accepted.events.last().act == "explain"

    @pytest.mark.parametrize(
        ("act", "who", "body"),
        [
            ("explain", "omar", {"note": WHY}),
            ("ask_help", "omar", {"note": "请协调"}),
            ("nudge", "ann", {}),
            ("order", "hana", {"note": "限三日内说明"}),
            ("stop_ladder", "hana", {"note": "系统升级", "until": "2025-03-20"}),
        ],
    )
    def test_by_api(self, accepted, client, act, who, body, request):
        by = request.getfixturevalue(who)

        response = by_api(client, getattr(by, "user", by), accepted, act, **body)

        assert response.status_code == 200, response.content
        assert accepted.events.last().act == act

    def test_a_stop_too_long_is_said_beside_the_field(self, accepted, hana, client):
        response = by_api(
            client, hana, accepted, "stop_ladder", note="系统升级", until="2026-03-20"
        )

        assert response.status_code == 400
        assert list(response.json()["errors"]) == ["until"]


def of_pre_review(item, rung):
    """When the rung was reached, each time."""
    rows = reminders_of(item, course="pre_review", rung=rung).order_by("reached_at")
    return list(rows.values_list("reached_at", flat=True))


class TestPreReview:
    """Opinions of a joint case: what comes back has its days anew."""

    def test_an_opinion_that_is_asked_anew_shows_no_card_at_once(
        self, case, project, officers, alice
    ):
        item = next(iter(five(project).values()))
        by = officers[item.department_id]
        sent_back = joint.pre_object(
            item, by=by, at=MONDAY + HOUR, version=item.version, note="未标注红线"
        )
        late = datetime(2025, 4, 7, 10, tzinfo=SHANGHAI)
        stock(sent_back, alice)
        revised = joint.revise(
            sent_back, by=alice, at=late, version=sent_back.version, note="已标注"
        )

        escalation.remind(late + HOUR)

        assert revised.status == Status.PRE_REVIEW
        assert not Card.objects.filter(item=item).exists()

    def test_it_is_reminded_of_by_its_new_days(self, case, project, officers, alice):
        """Twenty days late the firm has answered: the department has its days from then."""
        item = five(project)["HD-LX-06"]
        by = officers[item.department_id]
        sent_back = joint.pre_object(
            item, by=by, at=MONDAY + HOUR, version=item.version, note="未标注红线"
        )
        late = datetime(2025, 4, 7, 10, tzinfo=SHANGHAI)
        stock(sent_back, alice)
        joint.revise(sent_back, by=alice, at=late, version=sent_back.version, note="已标注")
        days = case.bundle.opinion_days
        over = datetime.combine(calendar().add(late.date(), days + 1), time(9), tzinfo=SHANGHAI)

        escalation.remind(over - HOUR * 24)
        assert not of_pre_review(item, "overdue")
        escalation.remind(over)

        assert of_pre_review(item, "overdue") == [over]

    def test_each_time_anew(self, case, project, officers, alice):
        item = five(project)["HD-LX-06"]
        first = datetime(2025, 4, 7, 10, tzinfo=SHANGHAI)
        escalation.remind(first)
        item.refresh_from_db()
        by = officers[item.department_id]
        sent_back = joint.pre_object(
            item, by=by, at=first + HOUR, version=item.version, note="未标注红线"
        )
        stock(sent_back, alice)
        joint.revise(
            sent_back, by=alice, at=first + DAY, version=sent_back.version, note="已标注"
        )

        escalation.remind(first + 42 * DAY)

        assert len(of_pre_review(item, "overdue")) == 2

    def test_unanswered_it_is_pushed_and_shows_a_card(self, case, project, officers):
        escalation.remind(datetime(2025, 4, 7, 10, tzinfo=SHANGHAI))

        waiting = [item for item in five(project).values() if item.status == "pre_review"]
        assert waiting
        assert Card.objects.filter(level="yellow").count() == len(waiting)


class TestTimeline:
    def test_a_firm_reads_no_push_in_it(self, accepted, omar, alice, wei, client):
        push(supervision.explain, accepted, omar, note=WHY)
        address = f"/api/v1/projects/{accepted.project_id}/timeline/"
        lengths = []
        for reader in (alice, wei):
            client.force_login(reader)
            lengths.append(len(client.get(address).json()))

        assert lengths[1] == lengths[0] + 1


class TestMessages:
    def test_a_firm_is_sent_no_word_of_it(self, accepted, omar, hana, ann, wei, alice):
        """Neither by mail nor in what a digest would quote."""
        secret = "内部意见"
        item = push(supervision.explain, accepted, omar, note=secret)
        item = push(supervision.ask_help, item, omar, note=secret)
        item = push(supervision.nudge, item, ann.user, note=secret)
        item = push(supervision.order, item, hana, note=secret)
        for at in range(3, 20):
            escalation.remind(MONDAY + at * DAY)
        supervision.answer_help(
            HelpRequest.objects.get(), by=wei, at=MONDAY + 20 * DAY, text=secret
        )
        supervision.answer_order(
            SupervisionOrder.objects.get(), by=omar, at=MONDAY + 20 * DAY, text=secret
        )

        theirs = Delivery.objects.filter(notification__recipient=alice)
        assert not theirs.filter(body__contains=secret).exists()
        assert not alice.notifications.filter(params__note__contains=secret).exists()
        # To others it was said.
        assert Notification.objects.filter(params__note=secret).count() > 5
