"""How often periodic work is due. Intervals only: no crontab carries meaning."""

from celery.schedules import schedstate, schedule


class Every(schedule):
    """An interval in seconds, also after the clock was put back.

    What was done at a moment that is still to come was done by a wrong clock: beat would
    wait for that moment.
    """

    def is_due(self, last_run_at):
        if self.maybe_make_aware(last_run_at) > self.now() + self.run_every:
            return schedstate(is_due=True, next=self.seconds)
        return super().is_due(last_run_at)
