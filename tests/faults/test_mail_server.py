"""Mail servers that hang, refuse and hang up."""

import pytest

from tests.escalation.reminders import reminders_of
from tests.faults.cast import DELIVER, REMIND, all_sent, arrived, repeated, write_mails
from tests.faults.sink import Manner
from tests.faults.waiting import eventually


@pytest.mark.quick
def test_a_hanging_mail_server_delays_no_reminder(portal, db, sink, accepted):
    write_mails(20, portal.clock.now())
    sink.manner = Manner.HANGS
    portal.start_worker("deliveries")
    portal.start_worker("reminders")
    portal.ring(DELIVER, "deliveries")
    eventually(lambda: sink.mails)

    portal.ring(REMIND, "reminders")

    eventually(reminders_of(accepted).exists)
    # Nobody has been let go meanwhile.
    assert len(sink.mails) == 1


def test_in_one_queue_it_would(portal, db, sink, accepted):
    """The same with a single worker for all: what the queues are for."""
    write_mails(20, portal.clock.now())
    sink.manner = Manner.HANGS
    portal.start_worker("reminders,deliveries", "worker-all")
    portal.ring(DELIVER, "deliveries")
    eventually(lambda: sink.mails)

    portal.ring(REMIND, "reminders")
    # Until the mail server's time is up and a second mail hangs.
    eventually(lambda: len(sink.mails) > 1)

    assert not reminders_of(accepted).exists()


@pytest.mark.quick
def test_a_mail_that_hangs_after_data_comes_again_under_its_own_id(portal, db, sink):
    addresses = write_mails(3, portal.clock.now())
    sink.manner = Manner.HANGS
    portal.start_worker("deliveries")
    portal.ring(DELIVER, "deliveries")
    eventually(lambda: sink.mails)

    sink.manner = Manner.TAKES
    again_until_sent(portal)

    assert arrived(sink) == addresses
    assert len(set(sink.ids)) == 3


@pytest.mark.quick
@pytest.mark.parametrize("manner", [Manner.REFUSES, Manner.DROPS])
def test_what_a_mail_server_would_not_take_comes_later(portal, db, sink, manner):
    addresses = write_mails(5, portal.clock.now())
    sink.manner = manner
    portal.start_worker("deliveries")
    portal.ring(DELIVER, "deliveries")
    eventually(lambda: sink.attempts >= 1)

    sink.manner = Manner.TAKES
    again_until_sent(portal)

    assert arrived(sink) == addresses
    assert manner is Manner.DROPS or repeated(sink) == []


def again_until_sent(portal):
    """As the hours go by; the sweep that is under way may still be at the bad server's."""

    def sent():
        portal.let_pass(hours=1)
        portal.ring(DELIVER, "deliveries")
        return all_sent()

    eventually(sent)
