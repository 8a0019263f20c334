"""When periodic work is due. Intervals only: no crontab carries meaning.

Celery plans by the time of day. A clock that was put back, and a plan kept by one that ran
ahead, would let it wait for a moment that it has already seen.
"""

import time
from typing import Any

from celery.beat import PersistentScheduler
from celery.schedules import schedstate, schedule

HOUR = 3600  # seconds


class Every(schedule):
    """An interval in seconds; what was done at a moment still to come is due again."""

    def is_due(self, last_run_at):
        if self.maybe_make_aware(last_run_at) > self.now() + self.run_every:
            return schedstate(is_due=True, next=self.seconds)
        return super().is_due(last_run_at)


def every(seconds: int, task: str, **options: Any) -> dict:
    """An entry of the schedule. A turn that nobody has taken expires before they pile up."""
    expires = min(2 * seconds, HOUR)
    return {
        "task": task,
        "schedule": Every(seconds),
        "options": {"expires": expires, **options},
    }


class Scheduler(PersistentScheduler):
    """Plans anew as soon as the clock goes backwards."""

    seen = 0.0

    def tick(self):
        before, self.seen = self.seen, time.time()
        if self.seen < before:
            self._heap = None
        return super().tick()
