"""What goes on beside a test, in threads of its own."""

import threading
from collections.abc import Callable, Iterable


class Meanwhile:
    """Does `acts`, a thread each, as long as the block lasts; each of them looks at `is_on`."""

    acts: Iterable[Callable[[], None]]

    def __enter__(self):
        self._over = threading.Event()
        self._threads = [threading.Thread(target=act) for act in self.acts]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    @property
    def is_on(self) -> bool:
        return not self._over.is_set()

    def pause(self, seconds: float) -> None:
        """Ends with the block, if that comes first."""
        self._over.wait(seconds)
