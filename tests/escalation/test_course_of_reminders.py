"""Which reminders an item gets on its way: silence, pauses, what goes wrong, whom they reach."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from approvals.acts import operations as acts
from approvals.models import ApprovalItem, Card, Commitment, OrderProposal
from approvals.supervision import operations as supervision
from approvals.supervision.operations.item_subject import ITEMS
from huadu_portal.accounts.models import Department
from huadu_portal.errors import NotAllowed
from huadu_portal.escalation import operations as escalation
from huadu_portal.escalation.models import (
    RecheckRequest,
    Reminder,
    Trigger,
)
from huadu_portal.escalation.operations import publish_policy
from huadu_portal.escalation.schedule import Timing
from huadu_portal.notifications.models import Delivery
from tests.approvals.moments import reminded, resumed_by, suspended_by, swept
from tests.conftest import DAY, HOUR, MONDAY, item_of, person
from tests.escalation.policies import a_step, in_force, moment, morning, review
from tests.escalation.reminders import reminders_of

pytestmark = pytest.mark.django_db


class TestQuiet:
    """Three working days without an event; every event begins a new silence."""

    def test_each_silence_is_told_once(self, accepted, hana):
        other = person("otto", "officer", "planning")
        counts = [swept(at, "review") for at in (morning(3, 6), morning(3, 7))]
        acts.transfer(
            accepted, by=hana, at=morning(3, 7) + HOUR, version=accepted.version, to=other
        )

        counts += [swept(at, "review") for at in (morning(3, 12), morning(3, 13))]

        assert counts == [1, 0, 1, 0]
        quiet = Reminder.objects.filter(rung="quiet").order_by("occasion")
        assert [reminder.reached_at for reminder in quiet] == [morning(3, 6), morning(3, 12)]

    def test_a_silence_hides_no_delay(self, accepted, hana):
        """An outage over days on which both were reached: the delay is told, with its card."""
        escalation.remind(morning(3, 14))
        other = person("otto", "officer", "planning")
        acts.transfer(accepted, by=hana, at=morning(3, 20), version=accepted.version, to=other)

        escalation.remind(morning(3, 26))

        assert "hana" in reminded("review", "supervision")
        assert Reminder.objects.get(rung="quiet", reached_at__gt=morning(3, 20)).is_superseded
        assert OrderProposal.objects.filter(item=accepted).exists()

    def test_pushing_is_no_progress(self, accepted, omar):
        supervision.explain(
            accepted, by=omar, at=MONDAY + DAY, version=accepted.version, note="等专家名单"
        )

        escalation.remind(morning(3, 6))

        assert Reminder.objects.get(rung="quiet").reached_at == morning(3, 6)


class TestStop:
    def stop(self, item, by, until, at=MONDAY + DAY):
        return supervision.stop_ladder(
            item, by=by, at=at, version=item.version, until=until, note="省厅系统升级"
        )

    def test_nobody_is_told_and_no_card_is_shown(self, accepted, hana):
        self.stop(accepted, hana, morning(3, 20).date())

        assert swept(morning(3, 18), "review") == 0
        assert not Card.objects.exists()

    def test_afterwards_the_highest_is_told(self, accepted, hana):
        self.stop(accepted, hana, morning(3, 19).date())
        escalation.remind(morning(3, 18))

        assert swept(morning(3, 19), "review") == 1
        assert "hana" in reminded("review", "overdue")

    def test_lifted_it_goes_on_at_once(self, accepted, hana):
        stopped = self.stop(accepted, hana, morning(3, 31).date())
        escalation.remind(morning(3, 12))

        supervision.lift_stop(stopped, by=hana, at=morning(3, 12), version=stopped.version)

        assert swept(morning(3, 12) + HOUR, "review") == 1

    def test_an_order_is_not_silenced_by_it(self, accepted, hana, chen):
        ordered = supervision.order(
            accepted, by=chen, at=MONDAY + DAY, version=accepted.version, note="限期说明"
        )
        self.stop(ordered, hana, morning(3, 31).date())

        escalation.remind(morning(3, 10))

        assert Card.objects.filter(cause="order_unanswered").exists()

    def test_ends_within_sixty_days(self, accepted, hana):
        for until in (MONDAY + DAY, MONDAY + 62 * DAY):
            with pytest.raises(ValidationError):
                self.stop(accepted, hana, until.date())

    def test_one_at_a_time_and_a_new_one_after_it(self, accepted, hana):
        stopped = self.stop(accepted, hana, morning(3, 6).date())
        with pytest.raises(NotAllowed):
            self.stop(stopped, hana, morning(3, 7).date())

        self.stop(stopped, hana, morning(3, 12).date(), at=morning(3, 6))

        assert stopped.ladder_stops.filter(lifted_at=None).count() == 1

    @pytest.mark.parametrize("who", ["omar", "wei", "olga"])
    def test_is_for_heads(self, accepted, who, request):
        with pytest.raises(PermissionDenied):
            self.stop(accepted, request.getfixturevalue(who), morning(3, 6).date())


class TestPoison:
    def test_what_cannot_be_reminded_of_stands_in_nobodys_way(
        self, accepted, application, wei, monkeypatch
    ):
        """Its turn comes again an hour later; the others are told."""
        words = ITEMS.words_of

        def poisoned(item):
            raise RuntimeError("the row is broken")

        monkeypatch.setattr(ITEMS, "words_of", poisoned)
        at = morning(3, 12)
        assert escalation.remind(at) == 0
        accepted.refresh_from_db()
        assert accepted.next_rung_at == at + timedelta(hours=1)
        assert not reminders_of(accepted).exists()

        monkeypatch.setattr(ITEMS, "words_of", words)
        assert escalation.remind(at + timedelta(hours=1)) == 1


class TestWays:
    def test_a_step_may_go_by_some_ways_only(self, accepted, chen, settings):
        settings.GATEWAYS = {"sms": "json://localhost/{address}"}
        accepted.officer.mobile = "13800138001"
        accepted.officer.save()
        texted = a_step("texted", Trigger.SINCE, 0, is_urgent=True, channels=["sms"])
        publish_policy(review(), [texted], by=chen, at=MONDAY, replaces=in_force())

        escalation.remind(MONDAY + HOUR)

        sent = Delivery.objects.filter(notification__kind="reminder")
        assert list(sent.values_list("channel", flat=True)) == ["sms"]

    def test_without_any_named_it_goes_by_all(self, accepted):
        escalation.remind(MONDAY + HOUR)

        sent = Delivery.objects.filter(notification__kind="reminder")
        assert set(sent.values_list("channel", flat=True)) == {"email"}


def hold(item, held, done):
    """As an act does, in a connection of its own."""
    try:
        with transaction.atomic():
            ApprovalItem.objects.select_for_update(no_key=True).get(pk=item.pk)
            held.set()
            done.wait(30)
    finally:
        connection.close()


class TestAround:
    """What the sweep must not forget beside the plain course of an item."""

    def test_a_promise_goes_on_when_a_refusal_is_taken_back(self, accepted, omar, hana):
        promise = Commitment.objects.create(
            item=accepted,
            source="notification",
            text="补交承诺",
            due_on=morning(3, 20).date(),
            made_at=MONDAY,
            next_rung_at=MONDAY,
        )
        refused = acts.refuse(
            accepted, by=omar, at=MONDAY + DAY, version=accepted.version, note="不符合规划"
        )
        escalation.remind(morning(3, 6))
        acts.reopen(
            refused, by=hana, at=morning(3, 7), version=refused.version, note="补充材料"
        )

        escalation.remind(morning(3, 21))

        assert reminders_of(promise, rung="missed", is_superseded=False).exists()

    def test_an_opinion_is_of_no_use_once_it_is_decided(self, accepted, omar):
        asked = acts.consult(
            accepted,
            by=omar,
            at=MONDAY,
            version=accepted.version,
            department=Department.objects.get(code="water"),
            note="请出具意见",
        )
        acts.grant(asked, by=omar, at=MONDAY + DAY, version=asked.version)

        assert swept(morning(3, 12), "consultation") == 0

    def test_a_stop_in_between_shows_no_second_card(self, accepted, omar):
        escalation.remind(morning(3, 18))
        accepted.refresh_from_db()
        stopped = suspended_by(accepted, omar, morning(3, 19))
        resumed_by(stopped, omar, morning(3, 19) + HOUR)

        escalation.remind(morning(3, 19) + 2 * HOUR)

        assert Card.objects.filter(level="yellow").count() == 1

    def test_without_any_officer_somebody_hears_of_it(self, accepted, omar, hana):
        omar.is_active = False
        omar.save()

        escalation.remind(MONDAY + HOUR)

        assert reminded("review", "assigned") == ["hana"]

    def test_who_has_moved_on_is_not_asked_the_colleagues_are(self, accepted, omar):
        person("otto", "officer", "planning")
        omar.department = Department.objects.get(code="water")
        omar.save()

        escalation.remind(MONDAY + HOUR)

        assert reminded("review", "assigned") == ["otto"]

    @pytest.mark.django_db(transaction=True)
    def test_a_recheck_request_lasts_until_all_have_been_looked_at(self, catalogue, accepted):
        """Rows that an act holds just now are passed over, and left for the next time."""
        escalation.remind(morning(3, 12))
        RecheckRequest.objects.create(course="review")
        held, done = threading.Event(), threading.Event()
        act = threading.Thread(target=hold, args=[accepted, held, done])
        act.start()
        held.wait()

        escalation.remind(morning(3, 12) + HOUR)
        still_requested = RecheckRequest.objects.exists()
        done.set()
        act.join()
        escalation.remind(morning(3, 12) + 2 * HOUR)

        assert (still_requested, RecheckRequest.objects.exists()) == (True, False)

    def test_a_day_beyond_the_calendar_reminds_nobody(self):
        timing = Timing(MONDAY, due_on=date(9999, 12, 31))

        assert moment(a_step(trigger=Trigger.PAST, value=1, unit="calendar"), timing) is None

    def test_parts_wait_again_when_their_whole_is_sent_back(self, project, alice, catalogue):
        whole, part = item_of(project, "HD-JG-08"), item_of(project, "HD-JG-04")
        ApprovalItem.objects.filter(pk=part.pk).update(
            status="submitted",
            whole=whole,
            submitted_at=MONDAY,
            notice_due_on=morning(3, 10).date(),
            next_rung_at=None,
        )
        ApprovalItem.objects.filter(pk=whole.pk).update(
            status="submitted",
            submitted_at=MONDAY,
            notice_due_on=morning(3, 10).date(),
            version=1,
        )
        harry = person("harry", "officer", "housing")
        whole.refresh_from_db()

        acts.request_correction(
            whole, by=harry, at=MONDAY + HOUR, version=whole.version, missing=["缺图"]
        )

        assert swept(morning(3, 10), "receipt") == 1
