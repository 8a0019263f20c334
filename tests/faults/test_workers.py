"""Workers that are killed, or restarted, or meet a row that kills them."""

import pytest

from tests.faults.cast import DELIVER, all_sent, arrived, repeated, write_mails
from tests.faults.load import Load
from tests.faults.portal import kill
from tests.faults.sink import Manner
from tests.faults.waiting import eventually


@pytest.mark.quick
def test_a_killed_worker_loses_no_mail(portal, db, sink):
    """The whole tree goes while a mail is on its way and forty-nine more wait."""
    addresses = write_mails(50, portal.clock.now())
    sink.manner = Manner.HANGS
    worker = portal.start_worker("deliveries")
    portal.ring(DELIVER, "deliveries")
    eventually(lambda: sink.mails)

    kill(worker)
    sink.manner = Manner.TAKES
    portal.start_worker("deliveries", "successor")
    # Until then the mail under way belongs to the one that is no more.
    portal.let_pass(minutes=3)
    portal.ring(DELIVER, "deliveries")

    eventually(all_sent)
    assert arrived(sink) == addresses
    # The server had it before the worker could say so; its id tells that it is the same.
    assert len(repeated(sink)) == 1


def test_worker_and_web_restarted_under_load_lose_nothing(portal, db, sink):
    """As at every release: asked to stop, and started again, while people go on."""
    portal.start_web()
    portal.start_worker("deliveries")
    with Load(portal) as load:
        for n in range(3):
            eventually(lambda n=n: len(load.written) > 10 * (n + 1))
            portal.ring(DELIVER, "deliveries")
            eventually(lambda n=n: len(sink.mails) > 5 * n)
            portal.restart("web", "worker-deliveries")
            eventually(portal.is_up)
    portal.ring(DELIVER, "deliveries")

    eventually(all_sent)
    assert arrived(sink) == load.written
    assert repeated(sink) == []
