"""What is remembered of the request, if there is one, that a thread is busy with."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(eq=False)
class Turn:
    """A request under way; `locked` is how many seconds it has waited for locks."""

    locked: float = 0.0


_mine = threading.local()


def current() -> Turn | None:
    """The request's of this thread; None in workers and commands."""
    return getattr(_mine, "turn", None)


@contextmanager
def begun() -> Iterator[Turn]:
    """As long as a request is under way; a request within it has its own."""
    before, _mine.turn = current(), Turn()
    try:
        yield _mine.turn
    finally:
        _mine.turn = before
