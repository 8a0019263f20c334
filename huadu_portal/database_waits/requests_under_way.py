"""What is remembered of the request, if there is one, that a thread is busy with."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(eq=False)
class RequestUnderWay:
    """A request under way; `locked` is how many seconds it has waited for locks."""

    locked: float = 0.0


_mine = threading.local()


def current() -> RequestUnderWay | None:
    """The request's of this thread; None in workers and commands."""
    return getattr(_mine, "request", None)


@contextmanager
def begun() -> Iterator[RequestUnderWay]:
    """As long as a request is under way; a request within it has its own."""
    before, _mine.request = current(), RequestUnderWay()
    try:
        yield _mine.request
    finally:
        _mine.request = before
