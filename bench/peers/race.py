"""Two acts in the same instant, again and again; runs in every peer's environment."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from django.db import connection


@dataclass(frozen=True)
class Round:
    """The last two steps before a join, and how often what follows them has opened."""

    acts: tuple[Callable, Callable]
    opened: Callable[[], int]


def race(prepare: Callable[[], Round], rounds: int) -> dict:
    """How often the step after the join opened: exactly once, never, more than once.

    A round in which an act raised counts as an error, whatever opened.
    """
    outcomes, times, errors = Counter(once=0, never=0, twice=0, error=0), [], Counter()
    for _ in range(rounds):
        prepared = prepare()
        raised, seconds = _at_once(prepared.acts)
        times.append(seconds)
        errors.update(raised)
        opened = min(prepared.opened(), 2)
        outcomes["error" if raised else ("never", "once", "twice")[opened]] += 1
    return {
        "rounds": rounds,
        **outcomes,
        "errors": dict(errors),
        "median_ms": median(times) * 1000,
    }


def _at_once(acts) -> tuple[list[str], float]:
    """Names of what the acts raised, and the seconds until the slower one was done."""
    raised, ended = [], []
    start = threading.Barrier(len(acts))

    def run(act):
        # The way to the database is no part of the race.
        connection.ensure_connection()
        start.wait(timeout=30)
        begun = perf_counter()
        try:
            act()
        except Exception as error:  # the outcome to be counted, whatever it is
            raised.append(f"{type(error).__name__}: {error}"[:120])
        finally:
            ended.append(perf_counter() - begun)
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised, max(ended)


def pace(prepare: Callable[[], Callable], rounds: int) -> float:
    """Acts per second on one thread; what `prepare` does is not timed."""
    times = []
    for _ in range(rounds):
        act = prepare()
        begun = perf_counter()
        act()
        times.append(perf_counter() - begun)
    return 1 / median(times)
