"""Machines whose clock is wrong."""

from datetime import timedelta

import pytest

from huadu_portal.clock import now
from huadu_portal.notifications.models import Delivery, Sweep
from tests.faults.cast import DELIVER, all_sent, arrived, write_mails
from tests.faults.waiting import eventually
from tests.shifted_clock import ShiftedClock

AHEAD = timedelta(hours=5)


@pytest.fixture(autouse=True)
def all_others(portal):
    """Here the portal's time is the machine's, which the database goes by."""
    portal.clock.set(now())


@pytest.fixture
def wrong(portal):
    """The environment of a machine that is five hours ahead of all others."""
    return ShiftedClock(portal.home / "wrong-clock", now() + AHEAD).env


@pytest.fixture
def right(portal):
    """That of all the others, the database's among them."""
    return {"CLOCK_TOLERANCE": "60"} | ShiftedClock(portal.home / "right-clock", now()).env


@pytest.fixture
def planned(db):
    """A mail that was tried, and is to be tried again in two hours."""
    write_mails(1, now() + timedelta(hours=2))
    return Delivery.objects.get()


@pytest.mark.quick
def test_a_worker_whose_clock_is_ahead_sends_nothing_early(portal, sink, planned, wrong, right):
    portal.start_worker("deliveries", **wrong | {"CLOCK_TOLERANCE": "60"})
    addresses = write_mails(3, now())
    ring(portal)

    # It leaves the work, and no mark, to others.
    portal.start_sweeper(**right)
    eventually(Sweep.objects.filter(kind=Sweep.Kind.DELIVER).exists)

    assert arrived(sink) == addresses
    assert Sweep.objects.get(kind=Sweep.Kind.DELIVER).finished_at < now() + AHEAD / 2


def test_without_asking_the_database_it_would(portal, sink, planned, wrong):
    portal.start_worker("deliveries", **wrong)
    ring(portal)

    eventually(all_sent)
    assert arrived(sink) == {planned.to}


def ring(portal):
    """By no clock at all: what a worker ahead of beat gets has otherwise expired for it."""
    portal.ring(DELIVER, "deliveries")
