"""A database that crashes, freezes, is full of others, or holds a lock for ever."""

from contextlib import ExitStack, closing, suppress

import psycopg2
import pytest
from django.db import connection

from huadu_portal.escalation.models import Reminder
from huadu_portal.notifications.models import Delivery
from projects.models import Application
from tests.conftest import person
from tests.escalation.reminders import reminders_of
from tests.faults.cast import DELIVER, REMIND, all_sent, arrived, ask, hand_in, write_mails
from tests.faults.load import Load
from tests.faults.portal import freeze, kill, thaw
from tests.faults.visitor import Visitor
from tests.faults.waiting import eventually

RECOVERY = 30  # seconds, by I8 of docs/quality.md


def test_a_crash_under_load_loses_nothing_that_was_committed(portal, db, sink):
    portal.start_web()
    portal.start_worker("deliveries")
    portal.start_beat()
    with Load(portal) as load:
        eventually(lambda: len(load.written) > 20)
        portal.ring(DELIVER, "deliveries")
        eventually(lambda: sink.mails)

        kill(portal.stack.postgres.service)
        portal.stack.postgres.start()

        eventually(portal.is_up, within=RECOVERY)
        before = len(load.written)
        eventually(lambda: len(load.written) > before + 5)
    connection.close()
    portal.let_pass(minutes=3)

    eventually(all_sent)
    assert load.written <= arrived(sink)


@pytest.mark.quick
def test_after_a_crash_one_can_sign_in_and_act(portal, db, sink):
    person("nadia")
    portal.start_web()
    visitor = Visitor(portal)
    visitor.get("/accounts/login/")

    kill(portal.stack.postgres.service)
    portal.stack.postgres.start()

    eventually(portal.is_up, within=RECOVERY)
    answer = visitor.post("/accounts/password/reset/", email="nadia@example.com")
    assert answer.status_code == 302
    connection.close()
    assert Delivery.objects.filter(to="nadia@example.com").exists()


def test_one_that_was_frozen_goes_on_where_it_was(portal, db, sink):
    portal.start_web()
    portal.start_worker("deliveries")
    addresses = write_mails(10, portal.clock.now())
    portal.ring(DELIVER, "deliveries")
    eventually(lambda: sink.mails)

    freeze(portal.stack.postgres.service)
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(portal.stack.postgres.url, connect_timeout=3)
    thaw(portal.stack.postgres.service)

    eventually(portal.is_up, within=RECOVERY)
    portal.let_pass(minutes=3)
    portal.ring(DELIVER, "deliveries")
    eventually(all_sent)
    assert arrived(sink) == addresses


@pytest.mark.quick
def test_a_stuck_transaction_delays_only_what_it_holds(portal, firm, alice, wei):
    hand_in(firm, by=alice, count=10)
    held = Application.objects.order_by("next_rung_at", "pk").first()
    portal.start_worker("reminders")
    with closing(psycopg2.connect(portal.stack.postgres.url)) as stuck:
        with stuck.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM projects_application WHERE id = %s FOR UPDATE", [str(held.pk)]
            )
        portal.ring(REMIND, "reminders")
        eventually(lambda: reminded() == 9)
        assert not reminders_of(held).exists()

    portal.ring(REMIND, "reminders")
    eventually(lambda: reminded() == 10)


def reminded() -> int:
    return Reminder.objects.values("subject_key").distinct().count()


def test_with_all_connections_taken_the_portal_comes_back_by_itself(portal, db, sink):
    portal.start_web()
    portal.start_worker("deliveries")
    portal.start_beat()
    connection.close()
    with ExitStack() as others:
        with suppress(psycopg2.OperationalError):
            while True:
                taken = psycopg2.connect(portal.stack.postgres.url)
                others.enter_context(closing(taken))
        # A thread that has its connection already serves; the others say so.
        assert Visitor(portal).get("/readyz", within=20).status_code in {200, 503}
    eventually(portal.is_up, within=RECOVERY)

    addresses = write_mails(5, portal.clock.now())
    eventually(all_sent)
    assert arrived(sink) == addresses
    assert ask("SELECT count(*) FROM pg_locks WHERE NOT granted") == [(0,)]
