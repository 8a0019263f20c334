"""A connection of the monitor's own, which never makes it wait longer than it wants."""

import time
from collections.abc import Callable

import psycopg2
from django.db import connection as default
from psycopg2 import extensions

from huadu_portal.database_waits.polling import GLANCE, is_ready

ASK = "SELECT pid, state, wait_event_type FROM pg_stat_activity WHERE pid = ANY(%s)"
# Only what still waits: what came after it must not be hit.
CANCEL = (
    "SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
    " WHERE pid = %s AND wait_event_type = 'Lock'"
)


class Silent(Exception):
    """No answer in time."""


class SideConnection:
    def __init__(self) -> None:
        self.open: extensions.connection | None = None

    def ask(self, pids: list[int], until: Callable[[], float]) -> dict[int, tuple] | None:
        """What each of the server's processes does; None if there was no answer in time.

        `until` is of the monotonic clock, and asked again and again. A server that refuses is
        not silent: then nothing is known of them.
        """
        try:
            rows = self._run(ASK, [pids], until)
        except Silent:
            self.close()
            return None
        except psycopg2.Error:
            self.close()
            return dict.fromkeys(pids, ("unknown", None))
        return {pid: tuple(about) for pid, *about in rows}

    def cancel(self, pid: int, until: float) -> None:
        """End what it waits for; it is looked at again if that fails."""
        try:
            self._run(CANCEL, [pid], lambda: until)
        except (Silent, psycopg2.Error):
            self.close()

    def close(self) -> None:
        if self.open is not None:
            self.open.close()
            self.open = None

    def _run(self, sql: str, params: list, until: Callable[[], float]) -> list[tuple]:
        if self.open is None:
            self.open = psycopg2.connect(**_params(), async_=True)
            self._wait(self.open, until)
        with self.open.cursor() as cursor:
            cursor.execute(sql, params)
            self._wait(self.open, until)
            return cursor.fetchall()

    def _wait(self, connection: extensions.connection, until: Callable[[], float]) -> None:
        while (state := connection.poll()) != extensions.POLL_OK:
            while not is_ready(connection, state, GLANCE):
                if time.monotonic() > until():
                    raise Silent


def _params() -> dict:
    params = default.get_connection_params()
    del params["cursor_factory"]
    return params
