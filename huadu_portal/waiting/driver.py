"""What psycopg2 calls instead of waiting by itself."""

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg2 import OperationalError, extensions

from huadu_portal.waiting.turns import current
from huadu_portal.waiting.watch import CONNECT, WATCH, Wait

# Seconds after which somebody looks what a wait is about, and between two glances at what
# has been found.
SLOW, GLANCE = 0.25, 0.1
EVENTS = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}


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


def wait(connection) -> None:
    """Until the connection is open, or the statement has its answer; OperationalError ends
    the connection."""
    if WATCH.is_away:
        raise OperationalError("The database gives no answer.")
    state = connection.poll()
    while state != extensions.POLL_OK:
        if not _is_ready(connection, state, SLOW):
            state = _wait_long(connection, state)
        else:
            state = connection.poll()
    WATCH.answered = time.monotonic()


def _wait_long(connection, state: int) -> int:
    """The same under the eyes of the watch."""
    mine = Wait(connection.info.backend_pid, time.monotonic() - SLOW, current())
    with WATCH.minding(mine):
        while state != extensions.POLL_OK:
            if _is_ready(connection, state, GLANCE):
                state = connection.poll()
                mine.heard = time.monotonic()
            if not mine.pid and mine.age > CONNECT:
                mine.given_up = "The database lets nobody in."
            if mine.given_up:
                raise OperationalError(mine.given_up)
    return state


def _is_ready(connection, state: int, seconds: float) -> bool:
    # Anew each time: while it connects, a connection may go on with another socket.
    poller = select.poll()
    poller.register(connection.fileno(), EVENTS[state])
    return bool(poller.poll(seconds * 1000))
