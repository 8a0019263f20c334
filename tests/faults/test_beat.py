"""A beat that is away, doubled, or misled by its clock."""

from datetime import timedelta

import pytest

from huadu_portal.escalation.models import Reminder, subject_in
from huadu_portal.notifications.channels import message_id
from huadu_portal.notifications.models import Delivery, Sweep
from projects.models import Application, ApplicationStatus
from tests.escalation.reminders import reminders_of
from tests.faults.cast import all_sent, hand_in, repeated, write_mails
from tests.faults.portal import kill
from tests.faults.waiting import eventually

APPLICATIONS = 30


def assert_sent_once(sink) -> None:
    """Every mail that is owed has come, and none has come twice."""
    # The parts of a digest share its mail.
    sent = Delivery.objects.filter(state=Delivery.State.SENT, digest=None)
    assert set(sink.ids) == {message_id(row) for row in sent.only("created_at")}
    assert repeated(sink) == []


def all_reminded() -> bool:
    """Of those of hand_in; whoever has an item has an application that was taken on."""
    waiting = Application.objects.filter(status=ApplicationStatus.SUBMITTED)
    told = Reminder.objects.filter(subject_in("application", waiting))
    return told.values("subject_key").distinct().count() == APPLICATIONS


def test_two_beats_two_sweepers_and_eight_sweeps_send_each_mail_once(portal, firm, alice, wei):
    """All that may go wrong at once: the whole machinery twice, and a fallback in a hurry."""
    hand_in(firm, by=alice, count=APPLICATIONS)
    write_mails(30, portal.clock.now())
    for n in range(2):
        for queue in ("reminders", "deliveries"):
            portal.start_worker(queue, f"{queue}-{n}")
        portal.start_beat(f"beat{n}")
    portal.let_pass(minutes=1)
    sweeps = [portal.manage("sweeper", "--once") for _ in range(8)]
    for n in range(2):
        portal.start_sweeper(f"sweeper{n}")

    eventually(lambda: all(not sweep.alive for sweep in sweeps))
    eventually(lambda: all_reminded() and all_sent())
    assert_sent_once(portal.sink)


@pytest.mark.gives_up(5)
def test_beat_back_after_four_days_makes_up_for_them_once(portal, firm, alice, wei, accepted):
    """Rungs were reached on each of the days; nobody is told of the lower ones.

    The links in the mails that were written meanwhile have expired: those are given up.
    """
    hand_in(firm, by=alice, count=APPLICATIONS)
    portal.clock.set(portal.begins - timedelta(days=25))
    for queue in ("reminders", "deliveries"):
        portal.start_worker(queue)
    beat = portal.start_beat()
    portal.let_pass(minutes=1)
    eventually(lambda: all_reminded() and all_sent())
    before = set(portal.sink.ids)
    kill(beat)
    write_mails(5, portal.clock.now(), name="while-it-was-away")

    portal.clock.set(portal.begins - timedelta(days=21))
    portal.start_beat("beat-again")

    eventually(reminders_of(accepted, rung="overdue").exists)
    eventually(all_sent)
    assert_sent_once(portal.sink)
    assert set(portal.sink.ids) > before


def test_a_beat_whose_clock_is_put_back_goes_on(portal, db, sink):
    """It must not wait until the moment comes again that it has already seen."""
    portal.start_worker("deliveries")
    portal.start_beat()
    portal.let_pass(minutes=1)
    eventually(Sweep.objects.filter(kind=Sweep.Kind.DELIVER).exists)

    portal.let_pass(hours=-5)
    addresses = write_mails(1, portal.clock.now())
    portal.let_pass(minutes=1)

    eventually(lambda: addresses == {mail.to for mail in sink.mails})
