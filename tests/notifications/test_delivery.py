"""Claim, commit, send, mark: once, later again, or given up."""

from datetime import datetime, time, timedelta
from functools import partial

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection

from huadu_portal.celery import app as celery_app
from huadu_portal.clock import now
from huadu_portal.notifications import channels, delivery, tasks
from huadu_portal.notifications.models import Delivery
from huadu_portal.notifications.operations import send_account_mail
from huadu_portal.notifications.policy import end_of_quiet
from tests.approvals.moments import at_once
from tests.conftest import MONDAY
from tests.notifications.test_notify import tell

wake_worker = tasks.wake_worker  # before conftest silences it
LEASE_IS_OVER = MONDAY + delivery.LEASE + timedelta(seconds=1)


@pytest.fixture(autouse=True)
def in_office_hours(time_machine):
    time_machine.move_to(MONDAY)


def test_delivering_twice_sends_once(row, mailoutbox):
    delivery.deliver_due()
    delivery.deliver_due()

    assert [message.to for message in mailoutbox] == [["alice@example.com"]]


def test_every_attempt_carries_the_same_message_id(row, mailoutbox):
    delivery.deliver_due()
    Delivery.objects.update(state=Delivery.State.PENDING)
    delivery.deliver_due()

    ids = {message.message()["Message-ID"] for message in mailoutbox}
    assert (len(mailoutbox), len(ids)) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_while_sending(row, monkeypatch):
    in_transaction = []
    monkeypatch.setattr(
        channels,
        "send",
        lambda row: in_transaction.append(connection.in_atomic_block),
    )

    delivery.deliver_due()

    assert in_transaction == [False]


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_once(row, monkeypatch):
    sent = []
    monkeypatch.setattr(channels, "send", lambda row: sent.append(row.pk))

    at_once(*[delivery.deliver_due] * 4)

    assert sent == [row.pk]


def test_failure_is_tried_again_later(row, mailoutbox, monkeypatch):
    def fail(row):
        raise OSError("mail server down")

    with monkeypatch.context() as outage:
        outage.setattr(channels, "send", fail)
        delivery.deliver_due()
    row.refresh_from_db()
    assert (row.state, row.attempts) == (Delivery.State.PENDING, 1)
    assert row.next_attempt_at > MONDAY
    assert row.error == "OSError"

    Delivery.objects.update(next_attempt_at=MONDAY)
    delivery.deliver_due()
    assert len(mailoutbox) == 1


def test_a_lease_is_respected_until_it_runs_out(row):
    assert delivery._claim(MONDAY) == row
    assert delivery._claim(MONDAY) is None
    assert delivery._claim(LEASE_IS_OVER) == row


def test_a_late_worker_does_not_overwrite_the_outcome(row):
    slow = delivery._claim(MONDAY)
    delivery._claim(LEASE_IS_OVER)

    delivery._mark(slow, state=Delivery.State.DEAD, error="x")

    row.refresh_from_db()
    assert row.state == Delivery.State.LEASED


def test_a_hopeless_row_is_given_up(row, mailoutbox):
    Delivery.objects.update(attempts=delivery.MAX_ATTEMPTS)

    delivery.deliver_due()

    row.refresh_from_db()
    assert (row.state, mailoutbox) == (Delivery.State.DEAD, [])
    assert row.error


class TestQuietHours:
    NIGHT = MONDAY.replace(hour=23)
    SEVEN = MONDAY.replace(hour=7, minute=0) + timedelta(days=1)

    def test_what_is_due_in_them_waits_for_their_end(self, row, mailoutbox, time_machine):
        time_machine.move_to(self.NIGHT)

        delivery.deliver_due()

        row.refresh_from_db()
        assert (row.state, row.attempts) == (Delivery.State.PENDING, 0)
        assert (row.next_attempt_at, mailoutbox) == (self.SEVEN, [])

    def test_it_goes_once_they_are_over(self, row, mailoutbox, time_machine):
        time_machine.move_to(self.NIGHT)
        delivery.deliver_due()
        time_machine.move_to(self.SEVEN)

        delivery.deliver_due()

        assert len(mailoutbox) == 1

    def test_they_hold_up_nobody_elses(self, row, bob, mailoutbox, time_machine):
        bob.quiet_from = bob.quiet_until
        bob.save()
        tell(bob)
        time_machine.move_to(self.NIGHT)

        delivery.deliver_due()

        assert [message.to for message in mailoutbox] == [["bob@example.com"]]

    def test_account_mail_never_waits(self, db, mailoutbox, time_machine):
        send_account_mail("a@example.com", "x", "x", at=MONDAY)
        time_machine.move_to(self.NIGHT)

        delivery.deliver_due()

        assert len(mailoutbox) == 1

    @pytest.mark.parametrize(
        ("begin", "end", "clock", "until"),
        [
            ("22:00", "07:00", "21:59", None),
            ("22:00", "07:00", "22:00", "2025-03-04 07:00"),
            ("22:00", "07:00", "00:30", "2025-03-03 07:00"),
            ("22:00", "07:00", "07:00", None),
            ("12:00", "14:00", "13:00", "2025-03-03 14:00"),
            ("12:00", "14:00", "14:00", None),
            ("12:00", "14:00", "11:59", None),
            ("08:00", "08:00", "08:00", None),
        ],
    )
    def test_they_may_lie_within_a_day_or_over_midnight(self, begin, end, clock, until):
        local = datetime.combine(MONDAY, time_of(clock), MONDAY.tzinfo)

        ends = end_of_quiet(local, time_of(begin), time_of(end))

        assert (ends and f"{ends:%F %H:%M}") == until


def time_of(clock):
    return time.fromisoformat(clock)


@pytest.mark.django_db(transaction=True)
def test_a_broker_away_does_not_reach_the_request(alice, monkeypatch, caplog):
    away = celery_app.connection_for_write("redis://127.0.0.1:1/0")
    publish = partial(tasks.deliver_due.apply_async, connection=away)
    monkeypatch.setattr(tasks.deliver_due, "apply_async", publish)
    monkeypatch.setattr(tasks, "wake_worker", wake_worker)
    monkeypatch.setattr(tasks.WAKE_UP, "paused_until", 0)

    tell(alice)

    if thread := tasks.WAKE_UP.thread:
        thread.join()
    monkeypatch.setattr(tasks.WAKE_UP, "paused_until", 0)
    assert "broker away" in caplog.text
    assert Delivery.objects.get().state == Delivery.State.PENDING


def test_a_turn_ends_although_every_mail_lets_us_wait(alice, monkeypatch, time_machine):
    """Far from the task's time limit, for that would kill a worker with mail on its way."""
    time_machine.move_to(MONDAY, tick=False)
    for n in range(20):
        send_account_mail(f"{n}@example.com", "s", "b", at=MONDAY)

    def hang(row):
        time_machine.shift(timedelta(seconds=20))
        raise OSError("timed out")

    monkeypatch.setattr(channels, "send", hang)

    assert not delivery.deliver_due()

    assert now() - MONDAY < timedelta(seconds=60)
    assert Delivery.objects.filter(attempts=0).exists()


def test_after_its_turn_the_worker_asks_for_another(row, monkeypatch, wake_ups):
    """What else waits in its queue comes first."""
    monkeypatch.setattr(delivery, "TURN", timedelta(0))
    wake_ups.clear()

    tasks.deliver_due()

    assert wake_ups == ["deliveries"]


def test_a_turn_that_is_cut_off_does_not_count_as_the_mails_fault(row, monkeypatch):
    def cut_off(row):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(channels, "send", cut_off)

    with pytest.raises(SoftTimeLimitExceeded):
        delivery.deliver_due()

    row.refresh_from_db()
    assert row.state == Delivery.State.LEASED
