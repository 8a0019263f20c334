"""What is remembered of the request, if there is one, that a thread is busy with."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(eq=False)
class RequestUnderWay:
    """A request under way.

    `locked` is how many seconds it has waited for locks, `asker` the key of the person who has
    sent it, once that is known; "" for strangers.
    """

    locked: float = 0.0
    asker: str = ""


_mine = threading.local()


def current() -> RequestUnderWay | None:
    """The request's of this thread; None in workers and commands."""
    return getattr(_mine, "request", None)


def asker() -> str | None:
    """Whose request this thread is busy with; None in workers and commands."""
    request = current()
    return request.asker if request else None


def note_asker(key: str) -> None:
    if request := current():
        request.asker = key


@contextmanager
def begun() -> Iterator[RequestUnderWay]:
    """As long as a request is under way; a request within it has its own."""
    before, _mine.request = current(), RequestUnderWay()
    try:
        yield _mine.request
    finally:
        _mine.request = before
