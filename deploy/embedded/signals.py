"""Being asked to stop."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

REQUESTS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


class Stopped(BaseException):
    """Ctrl-C or kill. Raised once, so that stopping itself is not interrupted."""

    def __init__(self, number: int) -> None:
        self.number = number


@contextmanager
def stopping_on_request() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in REQUESTS}
    for number in REQUESTS:
        # Under nohup the signal of a closed terminal is ignored, and stays so.
        if number != signal.SIGHUP or before[number] != signal.SIG_IGN:
            signal.signal(number, _stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, frame: object) -> None:
    for request in REQUESTS:
        signal.signal(request, signal.SIG_IGN)
    raise Stopped(number)
