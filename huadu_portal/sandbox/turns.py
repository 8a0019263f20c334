"""Who may be in the sandbox at once, and who waits for a place in it.

Whoever is inside or waits holds a thread of the web. So of one asker one job runs at a time,
and nobody waits for a job that takes long: of four threads, three of them for pages, one is
left for other pages however much is sent.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition

# Jobs at once in a process of ours, and threads that may wait for their turn.
PLACES, WAITING = 2, 1
# Seconds from the beginning of a job during which somebody may wait for its end; a check of an
# ordinary file takes 8 ms to a second, a paper 70 ms.
QUICK = 3
# And in all, however many jobs begin meanwhile.
PATIENCE = 10


class Busy(Exception):
    """Too many are at it, or the server could not be started; later it may go."""


@dataclass(eq=False)
class Job:
    """`asker` is a person's key, "" for all strangers together; None limits nothing."""

    asker: str | None
    began: float = field(default_factory=time.monotonic)


class Turns:
    """Of one process."""

    def __init__(self, places: int = PLACES, waiting: int = WAITING) -> None:
        self.places, self.room = places, waiting
        self.jobs: list[Job] = []
        self.changed = Condition()

    @contextmanager
    def turn(self, asker: str | None) -> Iterator[None]:
        """As long as a job is inside. Raises Busy."""
        job = self._enter(asker)
        try:
            yield
        finally:
            with self.changed:
                self.jobs.remove(job)
                self.changed.notify_all()

    def _enter(self, asker: str | None) -> Job:
        with self.changed:
            if self._waited_for(asker):
                self._wait(asker)
            job = Job(asker)
            self.jobs.append(job)
            return job

    def _wait(self, asker: str | None) -> None:
        if not self.room:
            raise Busy
        self.room -= 1
        until = time.monotonic() + PATIENCE
        try:
            while before := self._waited_for(asker):
                ends = max(job.began for job in before) + QUICK
                left = min(ends, until) - time.monotonic()
                if left <= 0:
                    raise Busy
                self.changed.wait(left)
        finally:
            self.room += 1

    def _waited_for(self, asker: str | None) -> list[Job]:
        """One of these has to end first; nothing when there is a place."""
        own = [job for job in self.jobs if asker is not None and job.asker == asker]
        return own or (self.jobs if len(self.jobs) >= self.places else [])
