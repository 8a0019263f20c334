"""Waits for the socket of a connection, with a limit of its own."""

import select

from psycopg2 import extensions
from psycopg2.extensions import connection as PgConnection

# Seconds between two looks whether it is still to be waited for.
GLANCE = 0.1
EVENTS = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}


def is_ready(connection: PgConnection, state: int, seconds: float) -> bool:
    # Anew each time: while it connects, a connection may go on with another socket.
    poller = select.poll()
    poller.register(connection.fileno(), EVENTS[state])
    return bool(poller.poll(seconds * 1000))
