"""What is being done, and that it goes on: a start on a busy machine takes minutes.

Needs nothing but the standard library: `bootstrap.py` runs it on a bare Python.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

# Seconds between two reports: on a terminal in place, elsewhere a line each.
ON_A_TERMINAL, AS_LINES = 1, 20
FIRST_START = (
    "The first start takes about four minutes, on a busy machine up to ten; "
    "later ones take seconds."
)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what begins, every now and then that it goes on, and how long it took."""
    report = StepReport(title, sys.stdout)
    report.begin()
    try:
        yield
    except BaseException:
        report.end("stopped after")
        raise
    report.end("done in")


class StepReport:
    """One step's line, or lines, on a stream."""

    def __init__(
        self,
        title: str,
        out: TextIO,
        *,
        every: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.title, self.out, self.clock = title, out, clock
        self.is_terminal = out.isatty()
        self.every = every or (ON_A_TERMINAL if self.is_terminal else AS_LINES)
        self.is_over = threading.Event()
        # A thread that is left behind must not keep the program from ending.
        self.thread = threading.Thread(target=self._go_on, daemon=True)

    def begin(self) -> None:
        self.began = self.clock()
        self._say(f"{self.title} …")
        self.thread.start()

    def end(self, how: str) -> None:
        self.is_over.set()
        self.thread.join()
        seconds = self._seconds()
        # Of what took no time nobody need be told twice.
        if self.is_terminal or seconds:
            self._say(f"{self.title}: {how} {seconds} s")
        if self.is_terminal:
            self.out.write("\n")
            self.out.flush()

    def _go_on(self) -> None:
        while not self.is_over.wait(self.every):
            self._say(f"{self.title} … {self._seconds()} s")

    def _seconds(self) -> int:
        return int(self.clock() - self.began)

    def _say(self, line: str) -> None:
        # In place: back to the beginning of the line, and what stood there wiped out.
        self.out.write(f"\r\x1b[K{line}" if self.is_terminal else f"{line}\n")
        self.out.flush()
