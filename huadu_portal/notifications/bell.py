"""A bell that wakes a worker, rung beside the request that wants it rung.

What is rung for stands in its table and a sweep finds it; so nobody waits for a broker. One
that did not hear is left alone for a while.
"""

import logging
import threading
import time
from collections.abc import Callable

from kombu.exceptions import OperationalError
from prometheus_client import Counter, Gauge

logger = logging.getLogger(__name__)

# Seconds that a broker is left alone after it did not hear.
PAUSE = 10
RINGS = Counter("portal_doorbell_total", "Rings of the doorbell", ["outcome"])
AWAY = Gauge("portal_broker_away", "Whether the last ring was not heard")


class Bell:
    """Rings in a thread of its own, once for all who have asked meanwhile."""

    def __init__(self, publish: Callable[[], object]) -> None:
        self.publish = publish
        self.lock = threading.Lock()
        self.is_wanted, self.quiet_until = False, 0.0
        self.ringer: threading.Thread | None = None

    def ring(self) -> None:
        """Returns at once. While the broker is away nothing is done."""
        if time.monotonic() < self.quiet_until:
            RINGS.labels("left").inc()
            return
        with self.lock:
            self.is_wanted = True
            # A process that was forked has none of its parent's threads.
            if self.ringer is None or not self.ringer.is_alive():
                # Not a daemon: a command that ends waits for its last ring.
                self.ringer = threading.Thread(target=self._ring_all, name="doorbell")
                self.ringer.start()

    def _ring_all(self) -> None:
        while self._take():
            self._ring()

    def _take(self) -> bool:
        with self.lock:
            wanted, self.is_wanted = self.is_wanted, False
            if not wanted:
                self.ringer = None
            return wanted

    def _ring(self) -> None:
        try:
            self.publish()
        except OperationalError:
            self.quiet_until = time.monotonic() + PAUSE
            logger.warning("broker away; deliveries wait for the sweep")
            RINGS.labels("unheard").inc()
            AWAY.set(1)
        else:
            RINGS.labels("heard").inc()
            AWAY.set(0)
