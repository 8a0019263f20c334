"""The bell rings beside whoever rings it, and leaves a broker alone that is away."""

import threading

import pytest
from kombu.exceptions import OperationalError

from huadu_portal.notifications import bell
from huadu_portal.notifications.bell import Bell
from tests.faults.waiting import eventually


class Broker:
    def __init__(self):
        self.rings, self.is_away, self.lets_go = 0, False, threading.Event()
        self.lets_go.set()

    def hear(self):
        self.rings += 1
        self.lets_go.wait()
        if self.is_away:
            raise OperationalError


@pytest.fixture
def broker():
    return Broker()


@pytest.fixture
def rung(broker):
    bell = Bell(broker.hear)
    yield bell
    broker.lets_go.set()
    rest(bell)


def rest(bell):
    if ringer := bell.ringer:
        ringer.join()


def test_who_rings_does_not_wait(broker, rung):
    broker.lets_go.clear()

    rung.ring()

    assert rung.ringer.is_alive()


def test_those_who_ring_meanwhile_are_one_more_ring(broker, rung):
    broker.lets_go.clear()
    rung.ring()
    eventually(lambda: broker.rings)

    for _ in range(20):
        rung.ring()
    broker.lets_go.set()
    rest(rung)

    assert broker.rings == 2


def test_one_that_does_not_hear_is_left_alone(broker, rung, caplog):
    broker.is_away = True

    for _ in range(5):
        rung.ring()
        rest(rung)

    assert broker.rings == 1
    assert "broker away" in caplog.text


def test_and_rung_for_again_after_a_while(broker, rung, monkeypatch):
    monkeypatch.setattr(bell, "PAUSE", 0)
    broker.is_away = True
    rung.ring()
    rest(rung)
    broker.is_away = False

    rung.ring()
    rest(rung)

    assert broker.rings == 2


def test_one_that_fails_otherwise_can_be_rung_again(broker, rung, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    hear, rung.publish = rung.publish, lambda: 1 / 0
    rung.ring()
    rest(rung)
    rung.publish = hear

    rung.ring()
    rest(rung)

    assert broker.rings == 1
