"""督办建议: the ladder proposes an order, a head or leader issues it or says why not."""

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from approvals.acts import operations as acts
from approvals.models import ApprovalItem, Card, OrderProposal, Status, SupervisionOrder
from approvals.supervision import operations as supervision
from approvals.supervision.scoreboard import scores
from huadu_portal.accounts.models import Department
from huadu_portal.errors import NotAllowed
from huadu_portal.escalation import operations as escalation
from huadu_portal.escalation.models import CardLevel
from huadu_portal.monitoring.reconcile import proposals as reconcile
from huadu_portal.monitoring.reconcile.histories import of_item as findings_of
from huadu_portal.notifications.models import Kind
from tests.approvals.moments import reminded, swept, told
from tests.conftest import DAY, HOUR, MONDAY, SHANGHAI

pytestmark = pytest.mark.django_db

THIRD_DAY = datetime(2025, 3, 20, 9, tzinfo=SHANGHAI)
LATER = THIRD_DAY + HOUR
WHY = "专家评审已约定 21 日，限期说明已无必要"
LIST = "/admin/approvals/orderproposal/"


@pytest.fixture
def proposal(accepted, omar, hana, chen, li, time_machine):
    escalation.remind(THIRD_DAY)
    time_machine.move_to(LATER)
    return OrderProposal.objects.get()


class TestProposed:
    def test_on_the_third_day_past_the_promise_and_no_card_is_shown(self, proposal, accepted):
        assert proposal.state == "open"
        assert proposal.item == accepted
        assert proposal.department == accepted.department
        assert "2025-03-17" in proposal.demand
        assert not SupervisionOrder.objects.exists()
        assert not Card.objects.filter(level=CardLevel.SUPERVISION).exists()

    def test_is_to_be_decided_on_within_two_working_days(self, proposal):
        assert str(proposal.due_on) == "2025-03-24"

    def test_heads_and_leader_are_told_that_it_is_one(self, proposal):
        assert reminded("review", "supervision") == ["ann", "chen", "hana", "li", "omar"]
        note = proposal.reminder
        assert note.rung_name == "建议督办"

    def test_counts_for_nothing_on_the_scoreboard(self, proposal, chen):
        assert {score.count(CardLevel.SUPERVISION) for score in scores(chen, 2025)} == {0}

    def test_not_beside_an_open_order(self, accepted, hana):
        supervision.order(
            accepted, by=hana, at=THIRD_DAY - DAY, version=accepted.version, note="限期说明"
        )

        escalation.remind(THIRD_DAY)

        assert not OrderProposal.objects.exists()

    def test_swept_again_no_second_one(self, proposal):
        assert swept(LATER, "review") == 0
        assert OrderProposal.objects.count() == 1

    def test_one_delay_is_proposed_once_however_often_the_clock_stood_still(
        self, proposal, accepted, chen
    ):
        supervision.decline_proposal(proposal, by=chen, at=LATER, text=WHY)
        ApprovalItem.objects.filter(pk=accepted.pk).update(epoch=5, next_rung_at=LATER)

        assert swept(LATER + HOUR, "review") == 1

        assert OrderProposal.objects.count() == 1

    def test_a_new_delay_is_proposed_anew(self, proposal, accepted, chen):
        supervision.decline_proposal(proposal, by=chen, at=LATER, text=WHY)
        ApprovalItem.objects.filter(pk=accepted.pk).update(
            epoch=5, due_on="2025-04-10", near_on="2025-04-09", next_rung_at=LATER
        )

        escalation.remind(datetime(2025, 4, 15, 9, tzinfo=SHANGHAI))

        assert OrderProposal.objects.in_state("open").count() == 1
        assert OrderProposal.objects.in_state("declined").count() == 1

    def test_that_nobody_decides_on_is_pushed(self, proposal):
        days = [datetime(2025, 3, d, 9, tzinfo=SHANGHAI) for d in (21, 24, 25, 31)]

        assert [swept(day, "proposal") for day in days] == [0, 1, 1, 1]
        assert reminded("proposal", "near") == ["chen", "li"]
        assert reminded("proposal", "long_overdue") == ["chen", "li"]

    def test_of_an_item_that_is_decided_meanwhile_lapses(self, proposal, accepted, omar, chen):
        accepted.refresh_from_db()
        acts.refuse(accepted, by=omar, at=LATER, version=accepted.version, note="不符合条件")
        proposal = OrderProposal.objects.get()

        assert proposal.state == "lapsed"
        assert list(OrderProposal.objects.in_state("lapsed")) == [proposal]
        assert swept(datetime(2025, 3, 25, 9, tzinfo=SHANGHAI), "proposal") == 0
        with pytest.raises(NotAllowed, match="已作出决定"):
            supervision.issue_proposed(proposal, by=chen, at=LATER)

    def test_is_not_issued_while_the_clock_stands_still(self, proposal, accepted, chen):
        ApprovalItem.objects.filter(pk=accepted.pk).update(status=Status.SUSPENDED)
        proposal.refresh_from_db()

        assert proposal.state == "open"
        with pytest.raises(NotAllowed):
            supervision.issue_proposed(OrderProposal.objects.get(), by=chen, at=LATER)

    @pytest.mark.parametrize(
        ("state", "wanted"), [("open", 1), ("issued", 0), ("declined", 0), ("lapsed", 0)]
    )
    def test_sql_and_python_say_the_same_state(self, proposal, state, wanted):
        assert OrderProposal.objects.in_state(state).count() == wanted


class TestIssue:
    @pytest.mark.parametrize("who", ["hana", "chen", "li"])
    def test_order_and_card_are_by_the_person(self, proposal, accepted, who, request):
        by = request.getfixturevalue(who)

        issued = supervision.issue_proposed(proposal, by=by, at=LATER)

        order, card = SupervisionOrder.objects.get(), Card.objects.get(level="supervision")
        assert (order.ordered_by, order.demand) == (by, proposal.demand)
        assert (card.raised_by, card.cause, card.reminder) == (by, "ordered", None)
        assert (issued.state, issued.order, issued.decided_by) == ("issued", order, by)
        assert told(Kind.ORDER_GIVEN) == ["hana", "omar"]
        assert accepted.events.last().act == "order"
        accepted.refresh_from_db()
        assert list(findings_of(accepted)) == list(reconcile.decisions()) == []

    def test_in_other_words_if_some_are_given(self, proposal, li):
        supervision.issue_proposed(proposal, by=li, at=LATER, demand="请当日书面说明")

        assert SupervisionOrder.objects.get().demand == "请当日书面说明"

    def test_counts_on_the_scoreboard(self, proposal, chen):
        supervision.issue_proposed(proposal, by=chen, at=LATER)

        assert sum(score.count(CardLevel.SUPERVISION) for score in scores(chen, 2025)) == 1

    def test_once(self, proposal, chen, li):
        supervision.issue_proposed(proposal, by=chen, at=LATER)

        with pytest.raises(NotAllowed):
            supervision.issue_proposed(proposal, by=li, at=LATER)

    def test_an_order_given_on_the_item_settles_it(self, proposal, accepted, li):
        accepted.refresh_from_db()
        supervision.order(accepted, by=li, at=LATER, version=accepted.version, note="限期说明")

        proposal.refresh_from_db()
        assert (proposal.state, proposal.decided_by) == ("issued", li)
        assert list(reconcile.decisions()) == []

    @pytest.mark.parametrize("who", ["omar", "wei", "ann", "ada", "olga", "alice"])
    def test_by_nobody_else(self, proposal, who, request):
        by = request.getfixturevalue(who)
        with pytest.raises(PermissionDenied):
            supervision.issue_proposed(proposal, by=getattr(by, "user", by), at=LATER)


class TestDecline:
    @pytest.mark.parametrize("who", ["chen", "li"])
    def test_the_reason_stands_in_the_history_and_no_card_is_shown(
        self, proposal, accepted, who, request
    ):
        declined = supervision.decline_proposal(
            proposal, by=request.getfixturevalue(who), at=LATER, text=WHY
        )

        event = accepted.events.last()
        assert (event.act, event.note) == ("decline_proposal", WHY)
        assert (declined.state, declined.reason) == ("declined", WHY)
        assert not Card.objects.filter(level="supervision").exists()
        accepted.refresh_from_db()
        assert list(findings_of(accepted)) == list(reconcile.decisions()) == []

    def test_needs_a_reason(self, proposal, chen):
        with pytest.raises(NotAllowed):
            supervision.decline_proposal(proposal, by=chen, at=LATER, text=" ")

    def test_a_departments_head_declines_no_order_to_the_department(self, proposal, hana):
        with pytest.raises(PermissionDenied):
            supervision.decline_proposal(proposal, by=hana, at=LATER, text=WHY)

    def test_of_the_centres_own_only_a_leader(self, proposal, chen, li):
        OrderProposal.objects.update(department=Department.objects.get(code="centre"))
        proposal = OrderProposal.objects.get()
        with pytest.raises(PermissionDenied):
            supervision.decline_proposal(proposal, by=chen, at=LATER, text=WHY)

        assert supervision.decline_proposal(proposal, by=li, at=LATER, text=WHY).reason

    def test_no_firm_reads_of_it(self, proposal, accepted, chen, alice, client):
        supervision.decline_proposal(proposal, by=chen, at=LATER, text=WHY)
        client.force_login(alice)

        assert WHY not in client.get(accepted.get_absolute_url()).text

    def test_the_database_wants_the_reason(self, proposal, chen):
        with pytest.raises(
            IntegrityError, match="order_proposal_issued_or_declined_with_reason"
        ):
            OrderProposal.objects.update(decided_at=LATER, decided_by=chen)


class TestDesk:
    def address(self, proposal, act=None):
        base = f"{LIST}{proposal.pk}/"
        return f"{base}acts/{act}/" if act else f"{base}change/"

    def test_the_list_says_what_waits(self, proposal, li, client):
        client.force_login(li)

        page = client.get(f"{LIST}?tab=open")

        assert list(page.context["cl"].result_list) == [proposal]

    def test_its_page_offers_both_to_those_who_decide(self, proposal, chen, hana, omar, client):
        offered = {}
        for person in (chen, hana, omar):
            client.force_login(person)
            page = client.get(self.address(proposal)).text
            offered[person.username] = [
                act for act in ("issue", "decline") if f"acts/{act}/" in page
            ]

        assert offered == {"chen": ["issue", "decline"], "hana": ["issue"], "omar": []}

    def test_the_proposed_words_are_there_to_be_mended(self, proposal, li, client):
        client.force_login(li)

        assert proposal.demand in client.get(self.address(proposal, "issue")).text

    def test_is_issued_by_its_page(self, proposal, li, client):
        client.force_login(li)

        client.post(self.address(proposal, "issue"), {"demand": "请当日书面说明"})

        assert SupervisionOrder.objects.get().demand == "请当日书面说明"

    def test_without_a_reason_nothing_is_declined_and_the_field_says_so(
        self, proposal, li, client
    ):
        client.force_login(li)

        page = client.post(self.address(proposal, "decline"), {"text": " "})

        assert page.context["form"].errors["text"]
        assert OrderProposal.objects.in_state("open").exists()

    def test_several_are_issued_at_once(self, proposal, chen, client):
        client.force_login(chen)
        chosen = {"_selected_action": [str(proposal.pk)], "action": "issue_all"}

        client.post(LIST, chosen | {"confirmed": "1"})

        assert SupervisionOrder.objects.get().ordered_by == chen

    def test_the_page_of_the_item_leads_to_it(self, proposal, chen, client):
        client.force_login(chen)

        page = client.get(f"/admin/approvals/approvalitem/{proposal.item_id}/change/").text

        assert proposal.get_absolute_url() in page

    def test_one_that_the_ladder_gave_of_old_says_so(self, accepted, hana, client):
        supervision.order(
            accepted, by=hana, at=MONDAY + DAY, version=accepted.version, note="限期说明"
        )
        SupervisionOrder.objects.update(ordered_by=None)
        client.force_login(hana)

        assert "催办规则自动签发" in client.get("/admin/approvals/supervisionorder/").text


class TestApi:
    ADDRESS = "/api/v1/order-proposals"

    def send(self, client, by, address, **body):
        client.force_login(by)
        return client.post(f"{self.ADDRESS}/{address}/", body, content_type="application/json")

    @pytest.mark.parametrize(("state", "count"), [("open", 1), ("declined", 0)])
    def test_lists_them_by_state(self, proposal, li, client, state, count):
        client.force_login(li)

        said = client.get(f"{self.ADDRESS}/", {"state": state}).json()["results"]

        assert len(said) == count

    def test_is_issued(self, proposal, li, client):
        said = self.send(client, li, f"{proposal.pk}/issue").json()

        assert (said["state"], said["decided_by"]["id"]) == ("issued", str(li.pk))
        assert said["order"] == str(SupervisionOrder.objects.get().pk)

    def test_is_declined_with_a_reason(self, proposal, chen, client):
        refused = self.send(client, chen, f"{proposal.pk}/decline")
        said = self.send(client, chen, f"{proposal.pk}/decline", reason=WHY)

        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["reason"])
        assert (said.status_code, said.json()["reason"]) == (200, WHY)

    def test_a_second_time_is_a_conflict(self, proposal, chen, client):
        self.send(client, chen, f"{proposal.pk}/issue")

        assert self.send(client, chen, f"{proposal.pk}/issue").status_code == 409

    @pytest.mark.parametrize(("who", "code"), [("omar", 403), ("olga", 404), ("alice", 404)])
    def test_by_nobody_else(self, proposal, client, who, code, request):
        by = request.getfixturevalue(who)

        assert self.send(client, by, f"{proposal.pk}/issue").status_code == code


class TestReconcile:
    def test_finds_a_decision_that_the_history_does_not_know(self, proposal, chen):
        OrderProposal.objects.update(decided_at=LATER, decided_by=chen, reason=WHY)

        assert [finding.rule for finding in reconcile.decisions()] == ["I4"]

    def test_finds_an_order_by_somebody_else(self, proposal, chen, li):
        supervision.issue_proposed(proposal, by=chen, at=LATER)
        SupervisionOrder.objects.update(ordered_by=li)

        assert [finding.rule for finding in reconcile.decisions()] == ["I4"]
