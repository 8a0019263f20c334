"""预警, 黄牌, 红牌, 督办: shown by rungs, appealed against, decided, counted."""

from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from approvals.models import Card
from approvals.supervision import operations
from approvals.supervision.scoreboard import scores
from huadu_portal.accounts.models import Department
from huadu_portal.errors import NotAllowed
from huadu_portal.escalation import operations as escalation
from huadu_portal.escalation.models import CardLevel, Reminder
from huadu_portal.notifications.models import Kind
from tests.approvals.moments import told
from tests.conftest import DAY, HOUR, MONDAY, SHANGHAI

pytestmark = pytest.mark.django_db

YELLOW = datetime(2025, 3, 12, 9, tzinfo=SHANGHAI)
OVERDUE = datetime(2025, 3, 18, 9, tzinfo=SHANGHAI)


@pytest.fixture
def card(accepted, hana, omar):
    escalation.remind(OVERDUE)
    return Card.objects.get()


class TestShown:
    def test_the_lamp_turns_yellow_a_warning(self, accepted):
        escalation.remind(YELLOW)

        assert Card.objects.get().level == CardLevel.WARNING

    def test_past_the_promise_a_yellow_card(self, card, accepted):
        assert (card.level, card.cause) == (CardLevel.YELLOW, "delay")
        assert card.department == accepted.department
        assert card.reminder == Reminder.objects.get(rung="overdue")

    def test_what_is_superseded_shows_none(self, card):
        assert Card.objects.count() == 1

    def test_swept_again_no_second_one(self, card):
        escalation.remind(OVERDUE + HOUR)

        assert Card.objects.count() == 1

    def test_past_the_law_a_red_card(self, accepted):
        accepted.approval_type.statutory_days = 20
        accepted.approval_type.save()
        type(accepted).objects.filter(pk=accepted.pk).update(statutory_due_on=date(2025, 3, 31))

        escalation.remind(datetime(2025, 4, 1, 9, tzinfo=SHANGHAI))

        assert CardLevel.RED in Card.objects.values_list("level", flat=True)


class TestAppeal:
    def test_the_head_appeals_and_the_centre_decides(self, card, hana, chen):
        operations.appeal(card, by=hana, at=OVERDUE + DAY, text="因停电顺延")
        decided = operations.decide(
            card, by=chen, at=OVERDUE + 2 * DAY, cancel=True, text="属实"
        )

        assert decided.cancelled_because == "属实"
        assert not Card.objects.standing().exists()
        assert (told(Kind.CARD_APPEALED), told(Kind.CARD_DECIDED)) == (["chen"], ["hana"])

    def test_or_it_stands(self, card, hana, chen):
        operations.appeal(card, by=hana, at=OVERDUE + DAY, text="因停电顺延")
        operations.decide(card, by=chen, at=OVERDUE + 2 * DAY, cancel=False, text="无记录")

        assert Card.objects.standing().exists()

    def test_once(self, card, hana):
        operations.appeal(card, by=hana, at=OVERDUE + DAY, text="因停电顺延")

        with pytest.raises(NotAllowed):
            operations.appeal(card, by=hana, at=OVERDUE + DAY, text="再申诉")

    @pytest.mark.parametrize("who", ["omar", "olga", "wei", "alice", "chen"])
    def test_only_by_the_departments_head(self, card, who, request):
        with pytest.raises(PermissionDenied):
            operations.appeal(card, by=request.getfixturevalue(who), at=OVERDUE, text="x")

    @pytest.mark.parametrize("who", ["omar", "hana", "wei", "li"])
    def test_decided_only_by_the_centres_head(self, card, hana, who, request):
        operations.appeal(card, by=hana, at=OVERDUE + DAY, text="因停电顺延")
        by = request.getfixturevalue(who)
        with pytest.raises(PermissionDenied):
            operations.decide(card, by=by, at=OVERDUE, cancel=True, text="x")

    def test_cancelled_without_an_appeal_with_a_reason(self, card, chen):
        with pytest.raises(NotAllowed):
            operations.cancel(card, by=chen, at=OVERDUE + DAY, text=" ")

        operations.cancel(card, by=chen, at=OVERDUE + DAY, text="误发")

        assert Card.objects.get().cancelled_because == "误发"

    def test_an_appeal_is_decided_first(self, card, hana, chen):
        operations.appeal(card, by=hana, at=OVERDUE + DAY, text="因停电顺延")

        with pytest.raises(NotAllowed):
            operations.cancel(card, by=chen, at=OVERDUE + DAY, text="误发")

    def test_of_the_centres_own_a_leader_decides(self, card, chen, li):
        centre = Department.objects.get(code="centre")
        Card.objects.update(department=centre)
        card.refresh_from_db()
        operations.appeal(card, by=chen, at=OVERDUE + DAY, text="因停电顺延")
        with pytest.raises(PermissionDenied):
            operations.decide(card, by=chen, at=OVERDUE + DAY, cancel=True, text="属实")

        operations.decide(card, by=li, at=OVERDUE + DAY, cancel=True, text="属实")

        assert told(Kind.CARD_APPEALED) == ["li"]

    def test_a_department_sees_what_it_was_shown_for_anothers_item(self, card, olga):
        assert not Card.objects.visible_to(olga).exists()
        Card.objects.update(department=olga.department)

        assert Card.objects.visible_to(olga).exists()

    def test_the_database_wants_the_reason(self, card):
        with pytest.raises(IntegrityError, match="card_cancelled_with_reason"):
            Card.objects.update(cancelled_at=MONDAY)


class TestDesk:
    def address(self, card, act=None):
        base = f"/admin/approvals/card/{card.pk}/"
        return f"{base}acts/{act}/" if act else f"{base}change/"

    def test_the_page_says_what_it_is_for(self, card, hana, client):
        client.force_login(hana)

        page = client.get(self.address(card)).content.decode()

        assert card.item.project.name in page
        assert "acts/appeal/" in page

    def test_appeal_and_decision_by_their_pages(self, card, hana, chen, client):
        client.force_login(hana)
        client.post(self.address(card, "appeal"), {"text": "因停电顺延"})
        client.force_login(chen)
        client.post(self.address(card, "decide"), {"cancel": "yes", "text": "属实"})

        card.refresh_from_db()
        assert card.cancelled_at

    def test_an_empty_appeal_is_said_beside_the_field(self, card, hana, client):
        client.force_login(hana)

        response = client.post(self.address(card, "appeal"), {"text": ""})

        assert response.context["form"].errors["text"]

    def test_the_list_asks_the_same_however_long(
        self, card, hana, client, django_assert_max_num_queries
    ):
        client.force_login(hana)
        with django_assert_max_num_queries(14):
            client.get("/admin/approvals/card/")


class TestScoreboard:
    def test_counts_per_hundred_items_and_leaves_the_cancelled_out(self, card, chen, hana):
        (score,) = scores(chen, 2025)
        assert (score.items, score.count("yellow"), score.per_hundred) == (1, 1, 100.0)

        operations.cancel(card, by=chen, at=OVERDUE + DAY, text="误发")

        (score,) = scores(chen, 2025)
        assert (score.total, score.per_hundred) == (0, 0.0)
        assert scores(chen, 2024) == []

    def test_a_department_sees_its_own(self, card, olga, hana):
        assert scores(olga, 2025) == []
        assert len(scores(hana, 2025)) == 1

    def test_the_page(self, card, chen, client, time_machine):
        time_machine.move_to(OVERDUE + DAY)
        client.force_login(chen)

        page = client.get("/admin/approvals/card/scoreboard/").content.decode()

        assert str(card.department) in page
        assert "100.0" in page

    def test_is_not_for_a_firm(self, card, alice, client):
        client.force_login(alice)

        assert client.get("/admin/approvals/card/scoreboard/").status_code in {302, 403}
