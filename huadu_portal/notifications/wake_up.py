"""Wakes a worker through the broker, in a thread beside the request that asks for it.

What is to be done stands in its table, and a sweep finds it there: so nobody waits for the
broker. After a failure the broker is left alone for PAUSE seconds.
"""

import logging
import threading
import time
from collections.abc import Callable

from kombu.exceptions import OperationalError
from prometheus_client import Counter, Gauge

logger = logging.getLogger(__name__)

PAUSE = 10  # seconds
WAKE_UPS = Counter("portal_wake_ups_total", "Messages that wake a worker", ["outcome"])
AWAY = Gauge("portal_broker_away", "Whether the last of them was not taken by the broker")


class WakeUp:
    """Publishes in a thread of its own, once for all who have asked meanwhile."""

    def __init__(self, publish: Callable[[], object]) -> None:
        self.publish = publish
        self.lock = threading.Lock()
        self.is_wanted, self.paused_until = False, 0.0
        self.thread: threading.Thread | None = None

    def request(self) -> None:
        """Returns at once. While the broker is away nothing is done."""
        if time.monotonic() < self.paused_until:
            WAKE_UPS.labels("skipped").inc()
            return
        with self.lock:
            self.is_wanted = True
            # A process that was forked has none of its parent's threads.
            if self.thread is None or not self.thread.is_alive():
                # Not a daemon: a command that ends waits for its last message.
                self.thread = threading.Thread(target=self._publish_all, name="wake-up")
                self.thread.start()

    def _publish_all(self) -> None:
        while self._take():
            self._publish()

    def _take(self) -> bool:
        with self.lock:
            wanted, self.is_wanted = self.is_wanted, False
            if not wanted:
                self.thread = None
            return wanted

    def _publish(self) -> None:
        try:
            self.publish()
        except OperationalError:
            self.paused_until = time.monotonic() + PAUSE
            logger.warning("broker away; what was asked for waits for the sweep")
            WAKE_UPS.labels("failed").inc()
            AWAY.set(1)
        else:
            WAKE_UPS.labels("sent").inc()
            AWAY.set(0)
