"""Waiting for a database that is slow, frozen, cut off, or holds a lock; on real processes in
tests/faults/test_frozen.py. Limits are made short here, their order stays."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest
from django.db import connection
from psycopg2 import OperationalError
from psycopg2.errors import QueryCanceled

from huadu_portal.database_waits import (
    MONITOR,
    any_length,
    driver,
    monitor,
    requests_under_way,
    side_connection,
)
from tests.faults.proxy import Network, Proxy
from tests.faults.waiting import eventually

pytestmark = pytest.mark.django_db
LOCK = 4_711


@pytest.fixture(autouse=True)
def short(monkeypatch):
    for name, seconds in {"SLOW": 0.05, "SILENCE": 0.6, "BREAK": 0.1}.items():
        monkeypatch.setattr(monitor, name, seconds)
    yield
    eventually(lambda: not MONITOR.is_away)


@pytest.fixture
def proxy():
    proxy = Proxy(int(connection.settings_dict["PORT"] or 5432))
    yield proxy
    proxy.become(Network.PASSES)
    proxy.stop()


def opened(**other):
    params = connection.get_connection_params() | other
    del params["cursor_factory"]
    conn = psycopg2.connect(**params)
    conn.autocommit = True
    return closing(conn)


def ask(conn, sql, *params):
    with conn.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


class TestASlowStatement:
    def test_is_waited_for_as_long_as_the_server_is_at_work_on_it(self):
        with opened() as conn:
            assert ask(conn, "SELECT 1 FROM pg_sleep(1)") == 1

        assert not MONITOR.is_away

    def test_is_ended_when_the_server_does_not_do_so(self, monkeypatch):
        """As on a disk that gives no answer."""
        monkeypatch.setattr(MONITOR, "longest", 0.7)
        with opened() as conn:
            with pytest.raises(OperationalError, match="does not come to an end"):
                ask(conn, "SELECT 1 FROM pg_sleep(5)")
            assert conn.closed

    def test_may_last_in_a_command_that_reads_everything(self, monkeypatch):
        monkeypatch.setattr(MONITOR, "longest", 0.7)
        with any_length(), opened() as conn:
            assert ask(conn, "SELECT 1 FROM pg_sleep(1)") == 1
        assert MONITOR.longest == 0.7

    def test_leaves_no_thread_and_no_connection_behind(self):
        with opened() as conn:
            ask(conn, "SELECT 1 FROM pg_sleep(0.2)")

        eventually(lambda: MONITOR.thread is None)
        assert MONITOR.side.open is None


class TestAFrozenDatabase:
    @pytest.fixture
    def frozen(self, proxy, monkeypatch):
        """For our connection and for whoever looks why."""
        params = connection.get_connection_params() | {"port": proxy.port}
        del params["cursor_factory"]
        monkeypatch.setattr(side_connection, "_params", lambda: params)
        with opened(port=proxy.port) as conn:
            ask(conn, "SELECT 1")
            proxy.become(Network.SWALLOWS)
            yield conn

    def test_is_given_up_and_left_alone(self, frozen, monkeypatch):
        monkeypatch.setattr(monitor, "BREAK", 3)
        with pytest.raises(OperationalError, match="gives no answer"):
            ask(frozen, "SELECT 1")

        assert frozen.closed
        assert MONITOR.is_away
        # Although this one could be had.
        with pytest.raises(OperationalError, match="gives no answer"), opened():
            pass

    def test_is_asked_again_and_found_back(self, frozen, proxy):
        with pytest.raises(OperationalError):
            ask(frozen, "SELECT 1")

        proxy.become(Network.PASSES)

        eventually(lambda: not MONITOR.is_away)
        with opened() as conn:
            assert ask(conn, "SELECT 1") == 1

    def test_is_none_as_long_as_anybody_has_an_answer(self, frozen, proxy):
        """Although those who look have none."""
        ended = threading.Event()

        def others():
            with opened() as conn:
                while not ended.wait(0.02):
                    ask(conn, "SELECT 1")

        with ThreadPoolExecutor() as at:
            busy = at.submit(others)
            asked = at.submit(ask, frozen, "SELECT 1")
            # Long after it would have been left alone.
            asked.cancel()
            with pytest.raises(TimeoutError):
                asked.result(1.5)
            assert not MONITOR.is_away
            ended.set()
            busy.result()
            assert isinstance(asked.exception(), OperationalError)

    def test_that_lets_nobody_in_is_not_waited_for(self, proxy, monkeypatch):
        """Accepted by the system and never answered, which `connect_timeout` does not see of a
        connection that we wait for ourselves."""
        monkeypatch.setattr(driver, "CONNECT", 0.2)
        proxy.become(Network.SWALLOWS)

        with pytest.raises(OperationalError, match="lets nobody in"), opened(port=proxy.port):
            pass


def test_a_connection_that_is_lost_is_given_up_though_the_database_is_well(proxy):
    with opened(port=proxy.port) as conn:
        ask(conn, "SELECT 1")
        proxy.become(Network.SWALLOWS)

        with pytest.raises(OperationalError, match="is lost"):
            ask(conn, "SELECT 1")

    assert not MONITOR.is_away


class TestALock:
    @pytest.fixture(autouse=True)
    def held(self, monkeypatch):
        monkeypatch.setattr(monitor, "LOCKS", 0.8)
        monkeypatch.setattr(monitor, "PATIENCE", 0.4)
        with opened() as holder:
            ask(holder, "SELECT 1 FROM pg_advisory_lock(%s)", LOCK)
            yield holder

    def wanted(self, times=1):
        """How many times it was waited for until a wait was ended."""
        with opened() as conn:
            for n in range(times):
                try:
                    ask(conn, "SELECT set_config('lock_timeout', '300ms', false)")
                    ask(conn, "SELECT 1 FROM pg_advisory_lock(%s)", LOCK)
                except QueryCanceled:
                    assert not conn.closed
                    return n
                except psycopg2.errors.LockNotAvailable:
                    continue
        return times

    def test_is_waited_for_so_long_by_one_request(self):
        """Each of its waits is shorter than the server lets it be."""
        with requests_under_way.begun():
            assert 1 <= self.wanted(times=20) < 10

    def test_is_not_counted_from_one_request_to_the_next(self):
        for _ in range(4):
            with requests_under_way.begun():
                assert self.wanted(times=2) == 2

    def test_is_waited_for_by_a_command_as_long_as_the_server_lets_it(self):
        assert self.wanted(times=5) == 5

    def test_is_waited_for_by_half_of_us(self, held, settings, monkeypatch):
        half = settings.WEB_THREADS // 2

        def want():
            with requests_under_way.begun(), opened() as conn:
                try:
                    return ask(conn, "SELECT 1 FROM pg_advisory_xact_lock(%s)", LOCK)
                except QueryCanceled:
                    return None

        monkeypatch.setattr(monitor, "LOCKS", 60)
        with ThreadPoolExecutor() as at:
            asked = [at.submit(want) for _ in range(settings.WEB_THREADS)]
            eventually(lambda: sum(each.done() for each in asked) == len(asked) - half)
            ask(held, "SELECT pg_advisory_unlock(%s)", LOCK)
            got = [each.result() for each in asked]

        assert got.count(1) == half


class TestAJam:
    """Of three places."""

    def waiting(self, monkeypatch, *waits):
        made = [
            monitor.Wait(pid, time.monotonic() - 9, request, seen=seen, is_locked=is_locked)
            for pid, (request, seen, is_locked) in enumerate(waits, 1)
        ]
        monkeypatch.setattr(MONITOR, "waits", set(made))
        return MONITOR.is_jammed(3)

    def test_is_two_of_whom_nobody_says_anything(self, monkeypatch):
        unseen = (requests_under_way.RequestUnderWay(), 0, False)

        assert self.waiting(monkeypatch, unseen, unseen)
        assert not self.waiting(monkeypatch, unseen)

    def test_is_none_of_those_who_wait_for_locks(self, monkeypatch):
        locked = (requests_under_way.RequestUnderWay(), time.monotonic() + 9, True)

        assert not self.waiting(monkeypatch, locked, locked, locked)

    def test_is_none_where_the_server_is_at_work(self, monkeypatch):
        worked_on = (requests_under_way.RequestUnderWay(), time.monotonic() + 9, False)

        assert not self.waiting(monkeypatch, worked_on, worked_on, worked_on)

    def test_is_none_of_commands(self, monkeypatch):
        command = (None, 0, False)

        assert not self.waiting(monkeypatch, command, command, command)
