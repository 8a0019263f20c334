"""What psycopg2 calls instead of waiting by itself."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg2 import OperationalError, extensions
from psycopg2.extensions import connection as PgConnection

from huadu_portal.database_waits.monitor import CONNECT, MONITOR, Wait
from huadu_portal.database_waits.polling import GLANCE, is_ready
from huadu_portal.database_waits.requests_under_way import current


def install() -> None:
    """For every connection of this process; COPY is impossible from then on."""
    extensions.set_wait_callback(wait)


@contextmanager
def uninstalled() -> Iterator[None]:
    """For the measurements, which fill tables by COPY; in a process of one thread."""
    extensions.set_wait_callback(None)
    try:
        yield
    finally:
        install()


def wait(connection: PgConnection) -> None:
    """Until the connection is open, or the statement has its answer; OperationalError ends
    the connection."""
    if MONITOR.is_away:
        raise OperationalError("The database gives no answer.")
    slow = MONITOR.slow
    state = connection.poll()
    while state != extensions.POLL_OK:
        if not is_ready(connection, state, slow):
            state = _wait_long(connection, state, slow)
        else:
            state = connection.poll()
    MONITOR.answered = time.monotonic()


def _wait_long(connection: PgConnection, state: int, waited: float) -> int:
    """The same, and the monitor may end it; it has waited so many seconds already."""
    mine = Wait(connection.info.backend_pid, time.monotonic() - waited, current())
    with MONITOR.tracking(mine):
        while state != extensions.POLL_OK:
            if is_ready(connection, state, GLANCE):
                state = connection.poll()
                mine.heard = time.monotonic()
            if not mine.pid and mine.age > CONNECT:
                mine.given_up = "The database lets nobody in."
            if mine.given_up:
                raise OperationalError(mine.given_up)
    return state
