"""A thread that asks the server, by a connection of its own, what the long waits are about.

It is there only while somebody waits, or the database is away: so it costs nothing as long as
all goes well.
"""

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from prometheus_client import Counter, Gauge

from huadu_portal.database_waits.requests_under_way import RequestUnderWay
from huadu_portal.database_waits.side_connection import SideConnection

logger = logging.getLogger(__name__)

# All in seconds. A database that has answered nothing is frozen; how long it is then left
# alone; how long to wait for a connection.
SILENCE, BREAK, CONNECT = 5, 5, 3
# Who has waited so long is looked after, and this often.
SLOW = 0.25
# What one request may wait for locks, all of them together.
LOCKS = 6
# When half of us wait for locks, who else begins to is let go: after this, or once they have
# waited so long already, after that; then everybody is looked after this soon.
PATIENCE, HASTE, CROWDED = 2, 0.1, 0.05
# So long a request waits without a word about it until it is taken for stuck.
STUCK = 0.8
# What the server itself ends sooner (statement_timeout), if it still can.
LONGEST = 20

AWAY = Gauge("portal_database_away", "Whether the database is left alone")
FROZEN = Counter("portal_database_frozen_total", "How often it gave no answer")
GIVEN_UP = Counter("portal_waits_given_up_total", "Waits that were ended", ["reason"])


@dataclass(eq=False)
class Wait:
    """One statement, commit or connection that has no answer yet.

    `pid` is the server's process, 0 while connecting; `request` whose wait it is, if a request's.
    """

    pid: int
    began: float
    request: RequestUnderWay | None
    heard: float = 0.0
    given_up: str = ""
    is_locked: bool = False
    # When the server was last seen to do something about it, be it to wait for a lock.
    seen: float = 0.0
    is_cancelled: bool = False
    # Since when the server is known to do nothing for it.
    idle_since: float | None = None

    @property
    def age(self) -> float:
        return time.monotonic() - self.began

    @property
    def is_unseen(self) -> bool:
        return time.monotonic() - max(self.began, self.seen) > STUCK

    def is_idle(self, seconds: float) -> bool:
        return self.idle_since is not None and time.monotonic() - self.idle_since > seconds

    @property
    def silence(self) -> float:
        return time.monotonic() - max(self.began, self.heard)

    @property
    def locked(self) -> float:
        """Seconds its request has waited for locks, this one included."""
        return self.age + self.request.locked if self.request else 0.0


class Monitor:
    """One per process."""

    longest: float | None = LONGEST

    def __init__(self) -> None:
        self.begin()
        os.register_at_fork(after_in_child=self.begin)

    def begin(self) -> None:
        """Also in a process that was forked, which has none of its parent's threads."""
        self.lock = threading.Lock()
        self.waits: set[Wait] = set()
        self.thread: threading.Thread | None = None
        self.side = SideConnection()
        # When anybody had an answer, by the monotonic clock.
        self.answered = 0.0
        self.is_away = False
        # How long it still counts that half of us have waited for locks for long.
        self.crowded_until = 0.0

    @property
    def is_crowded(self) -> bool:
        return time.monotonic() < self.crowded_until

    @property
    def slow(self) -> float:
        """Seconds after which a wait is looked after, and between two looks."""
        return CROWDED if self.is_crowded else SLOW

    @contextmanager
    def tracking(self, wait: Wait) -> Iterator[None]:
        with self.lock:
            self.waits.add(wait)
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(
                    target=self._run, name="database-monitor", daemon=True
                )
                self.thread.start()
        try:
            yield
        finally:
            with self.lock:
                self.waits.discard(wait)
            if wait.is_locked and wait.request:
                wait.request.locked += wait.age

    def is_jammed(self, places: int) -> bool:
        """Whether of the requests in so many places most wait for a server that says nothing.

        Not those who wait for locks: they are made to leave room.
        """
        with self.lock:
            unseen = sum(wait.request is not None and wait.is_unseen for wait in self.waits)
        return unseen > places // 2

    def _run(self) -> None:
        while self._is_needed():
            if self.is_away:
                time.sleep(BREAK)
                self._probe()
            else:
                self._look()
                time.sleep(self.slow)

    def _is_needed(self) -> bool:
        with self.lock:
            if self.waits or self.is_away:
                return True
            self.side.close()
            self.thread = None
            return False

    def _look(self) -> None:
        with self.lock:
            waits = list(self.waits)
        asked_at = time.monotonic()

        def until():
            """As long as others have answers, there is a server."""
            heard = max([asked_at, self.answered, *(wait.heard for wait in waits)])
            return min(heard, asked_at + SILENCE) + SILENCE

        found = self.side.ask([wait.pid for wait in waits if wait.pid], until)
        if found is None:
            if time.monotonic() - self.answered >= SILENCE:
                self._leave()
            return
        for wait in waits:
            self._judge(wait, *found.get(wait.pid, (None, None)))
        self._limit_locks([wait for wait in waits if wait.is_locked])

    def _judge(self, wait: Wait, state: str | None, kind: str | None) -> None:
        """By what the server says of it: its state, and the kind of thing it waits for."""
        if not wait.pid:
            return
        is_active = state not in (None, "idle", "idle in transaction")
        wait.idle_since = None if is_active else wait.idle_since or time.monotonic()
        wait.is_locked = is_active and kind == "Lock"
        if is_active:
            wait.seen = time.monotonic()
        if wait.silence < SILENCE:
            return
        if wait.is_idle(SILENCE):
            # Either its answer has not reached us, or our statement has not reached it.
            self._give_up(wait, "lost", "The connection to the database is lost.")
        elif self.longest and wait.silence > self.longest:
            self._give_up(wait, "stuck", "The database does not come to an end.")

    def _limit_locks(self, locked: list[Wait]) -> None:
        half = settings.WEB_THREADS // 2
        locked.sort(key=lambda wait: wait.began)
        first, others = locked[:half], locked[half:]
        if len(first) == half and all(wait.age > PATIENCE for wait in first):
            # Those who come after them have to wait as long until it is seen again.
            self.crowded_until = time.monotonic() + PATIENCE + SLOW
        for wait in others:
            if wait.request and wait.age > (HASTE if self.is_crowded else PATIENCE):
                self._cancel(wait, "crowd")
        for wait in locked:
            if wait.locked > LOCKS:
                self._cancel(wait, "budget")

    def _cancel(self, wait: Wait, reason: str) -> None:
        """The server ends the statement, and the connection lives on."""
        if not wait.is_cancelled:
            wait.is_cancelled = True
            self.side.cancel(wait.pid, time.monotonic() + SLOW)
            self._note(wait, f"lock {reason}")

    def _give_up(self, wait: Wait, reason: str, sentence: str) -> None:
        wait.given_up = sentence
        self._note(wait, reason)

    def _note(self, wait: Wait, reason: str) -> None:
        logger.warning("a wait for the database was ended: %s after %.1f s", reason, wait.age)
        GIVEN_UP.labels(reason).inc()

    def _leave(self) -> None:
        """Nobody waits any longer, and nobody tries, for a while."""
        self.is_away = True
        logger.error("the database gives no answer; it is left alone")
        AWAY.set(1)
        FROZEN.inc()
        with self.lock:
            for wait in self.waits:
                wait.given_up = "The database gives no answer."

    def _probe(self) -> None:
        deadline = time.monotonic() + CONNECT
        if self.side.ask([], lambda: deadline) is not None:
            self.is_away = False
            logger.warning("the database answers again")
            AWAY.set(0)


MONITOR = Monitor()


@contextmanager
def any_length() -> Iterator[None]:
    """For commands that read or change whole tables: the server's own limits are off too."""
    before, MONITOR.longest = MONITOR.longest, None
    try:
        yield
    finally:
        MONITOR.longest = before
