"""Waiting for what has to come; no test here sleeps for a fixed time."""

import time
from collections.abc import Callable

PATIENCE = 90  # seconds; the machine may be busy with other things


def eventually(holds: Callable[[], object], *, within: float = PATIENCE) -> object:
    """What `holds` answers as soon as it is true. Its errors count as "not yet"."""
    deadline = time.monotonic() + within
    while True:
        try:
            answer, error = holds(), None
        except Exception as raised:  # a server that is away raises whatever it likes
            answer, error = None, raised
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"It never came: {answer!r}") from error
        time.sleep(0.1)
