"""A worker is woken beside whoever asks for it, and a broker that is away is left alone."""

import threading

import pytest
from kombu.exceptions import OperationalError

from huadu_portal.notifications import wake_up
from huadu_portal.notifications.wake_up import WakeUp
from tests.faults.waiting import eventually


class Broker:
    def __init__(self):
        self.taken, self.is_away, self.lets_go = 0, False, threading.Event()
        self.lets_go.set()

    def take(self):
        self.taken += 1
        self.lets_go.wait()
        if self.is_away:
            raise OperationalError


@pytest.fixture
def broker():
    return Broker()


@pytest.fixture
def worker(broker):
    worker = WakeUp(broker.take)
    yield worker
    broker.lets_go.set()
    finish(worker)


def finish(worker):
    if thread := worker.thread:
        thread.join()


def test_who_asks_does_not_wait(broker, worker):
    broker.lets_go.clear()

    worker.request()

    assert worker.thread.is_alive()


def test_those_who_ask_meanwhile_are_one_more_message(broker, worker):
    broker.lets_go.clear()
    worker.request()
    eventually(lambda: broker.taken)

    for _ in range(20):
        worker.request()
    broker.lets_go.set()
    finish(worker)

    assert broker.taken == 2


def test_a_broker_that_is_away_is_left_alone(broker, worker, caplog):
    broker.is_away = True

    for _ in range(5):
        worker.request()
        finish(worker)

    assert broker.taken == 1
    assert "broker away" in caplog.text


def test_a_broker_that_was_away_is_asked_again_after_a_while(broker, worker, monkeypatch):
    monkeypatch.setattr(wake_up, "PAUSE", 0)
    broker.is_away = True
    worker.request()
    finish(worker)
    broker.is_away = False

    worker.request()
    finish(worker)

    assert broker.taken == 2


def test_one_that_fails_otherwise_can_be_asked_for_again(broker, worker, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    take, worker.publish = worker.publish, lambda: 1 / 0
    worker.request()
    finish(worker)
    worker.publish = take

    worker.request()
    finish(worker)

    assert broker.taken == 1
