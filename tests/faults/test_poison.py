"""Rows that cannot be dealt with, among many that can."""

import psutil
import pytest

from huadu_portal.escalation.models import Reminder
from huadu_portal.notifications.delivery import MAX_ATTEMPTS
from huadu_portal.notifications.models import Delivery
from projects.models import Application
from tests.escalation.reminders import reminders_of
from tests.faults.cast import DELIVER, REMIND, all_sent, arrived, ask, hand_in, write_mails
from tests.faults.sink import Manner
from tests.faults.waiting import eventually

POISON = """
    CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF new.subject_key = '{pk}' THEN RAISE EXCEPTION 'poison'; END IF;
        RETURN new;
    END $$;
    CREATE TRIGGER poison BEFORE INSERT ON approvals_reminder
        FOR EACH ROW EXECUTE FUNCTION poison();
"""


@pytest.mark.quick
def test_an_application_that_cannot_be_reminded_of_holds_up_no_other(portal, firm, alice, wei):
    hand_in(firm, by=alice, count=10)
    poisoned = Application.objects.order_by("next_rung_at", "pk").first()
    ask(POISON.format(pk=poisoned.pk))
    portal.start_worker("reminders")

    portal.ring(REMIND, "reminders")
    eventually(lambda: Reminder.objects.values("subject_key").distinct().count() == 9)

    # Once it can be dealt with, it is: nothing of it was forgotten.
    ask("DROP TRIGGER poison ON approvals_reminder")

    def reminded():
        portal.let_pass(minutes=30)
        portal.ring(REMIND, "reminders")
        return reminders_of(poisoned).exists()

    eventually(reminded)


@pytest.mark.gives_up(1)
def test_a_mail_that_cannot_be_written_holds_up_no_other(portal, db, sink):
    bad = Delivery.objects.create(
        to="a@example.com\nBcc: b@example.com",
        subject="s",
        body="b",
        created_at=portal.clock.now(),
        next_attempt_at=portal.clock.now(),
    )
    addresses = write_mails(5, portal.clock.now())
    portal.start_worker("deliveries")

    def given_up():
        portal.let_pass(hours=5)
        portal.ring(DELIVER, "deliveries")
        return Delivery.objects.filter(pk=bad.pk, state=Delivery.State.DEAD).exists()

    eventually(given_up)
    assert arrived(sink) == addresses


@pytest.mark.gives_up(1)
def test_a_mail_that_kills_its_worker_is_given_up_and_the_rest_goes(portal, db, sink):
    sink.manner = Manner.HANGS
    write_mails(1, portal.clock.now(), name="deadly")
    worker = portal.start_worker("deliveries")
    master = psutil.Process(worker.process.pid)

    for deaths in range(1, MAX_ATTEMPTS + 1):
        portal.ring(DELIVER, "deliveries")
        eventually(lambda deaths=deaths: len(sink.mails) >= deaths)
        for child in master.children():
            child.kill()
        portal.let_pass(minutes=3)
    sink.manner = Manner.TAKES
    write_mails(3, portal.clock.now())
    portal.ring(DELIVER, "deliveries")

    eventually(Delivery.objects.filter(state=Delivery.State.DEAD).exists)
    eventually(lambda: Delivery.objects.filter(state=Delivery.State.SENT).count() == 3)
    assert worker.alive
    assert all_sent()
