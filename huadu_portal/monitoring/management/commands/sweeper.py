import logging
import signal

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from huadu_portal.clock import now
from huadu_portal.monitoring.missed_sweeps import watch
from huadu_portal.monitoring.sweeps import do_late

logger = logging.getLogger(__name__)

# Seconds between two looks.
PERIOD = 30
REQUESTS = {signal.SIGTERM, signal.SIGINT}


class Command(BaseCommand):
    help = "Does the periodic work itself whenever the last good sweep is too old."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="look once, then end")

    def handle(self, *args, once=False, **options):
        if once:
            if not self._look():
                raise CommandError("A sweep has failed; the log says why.")
            return
        # Requests to stop wait until a sweep has come to its end, and end the pause.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, REQUESTS)
        try:
            self._look()
            while signal.sigtimedwait(REQUESTS, PERIOD) is None:
                # One that was lost does not come back by itself.
                close_old_connections()
                self._look()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _look(self) -> bool:
        """Do what is late; whether nothing has failed."""
        try:
            # First, for what the fallback does is itself a sign that nobody else did.
            watch(now())
            done = do_late(now())
        except DatabaseError:
            logger.exception("the sweeper cannot reach the database")
            return False
        for kind, is_done in done.items():
            self.stdout.write(f"{kind.value}: {'done' if is_done else 'failed'}")
        return all(done.values())
