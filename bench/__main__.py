"""Runs the suite, prints a table, writes bench/results/<date>.json."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huadu_portal.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import override_settings  # noqa: E402

from bench import report, sandboxed, volume  # noqa: E402
from bench.jobs import Times, all_jobs, last_jobs  # noqa: E402
from bench.lists import pages  # noqa: E402
from bench.pages import all_pages  # noqa: E402
from bench.throughput import all_rates  # noqa: E402
from huadu_portal.notifications import tasks  # noqa: E402

ROUNDS = {"small": 15, "full": 40}
# Of the full volume one in a hundred.
SWEPT = {"small": 300, "full": 30_000}


# Beside our addresses stands one of bare SQL.
SERVED = {"ROOT_URLCONF": "bench.lists", "ALLOWED_HOSTS": ["testserver"]}


def jobs(cast: volume.Cast, scale: str) -> Iterator[tuple[str, Times]]:
    rounds = ROUNDS[scale]
    yield from all_jobs(cast, rounds, SWEPT[scale])
    with override_settings(**SERVED):
        yield from pages(cast, rounds * 2)
    yield from sandboxed.all_jobs(rounds)
    yield from last_jobs()


def measure_pages(cast: volume.Cast, scale: str) -> dict[str, dict[str, float]]:
    report.page_head()
    with override_settings(**SERVED):
        return {
            f"page: {page}": report.page_line(page, *measured)
            for page, *measured in all_pages(cast, ROUNDS[scale])
        }


def measure_throughput(cast: volume.Cast, scale: str) -> dict[str, dict[str, float]]:
    report.rate_head()
    figures, limit = {}, 0.0
    for page, rate in all_rates(cast):
        # The first is that of /healthz.
        limit = limit or rate
        figures[f"throughput: {page}"] = report.rate_line(page, rate, limit)
    return figures


def measure_jobs(cast: volume.Cast, scale: str) -> dict[str, dict[str, float]]:
    report.head()
    return {job: report.line(job, times) for job, times in jobs(cast, scale)}


# By the argument that asks for it alone. The pages first: what the acts leave behind would be
# shown on them.
PARTS = {"pages": measure_pages, "throughput": measure_throughput, "jobs": measure_jobs}


def quieten() -> None:
    """Requests are logged as in production, but not between the lines of the table."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(open(os.devnull, "w"))  # noqa: SIM115


def main() -> None:
    scale = os.environ.get("SCALE") or "small"
    if scale not in ROUNDS:
        sys.exit(f"SCALE must be small or full, not {scale!r}.")
    tasks.wake_worker = lambda: None
    quieten()
    # A database of this run's own: what an earlier one left is no part of the measurement.
    with redirect_stdout(StringIO()):
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        cast = volume.Cast()
        volume.fill(cast, volume.PROJECTS[scale], volume.MONDAY)
        figures: dict[str, dict[str, float]] = {}
        for part in PARTS:
            if part in (sys.argv[1:] or PARTS):
                figures |= PARTS[part](cast, scale)
        report.keep(scale, figures)
    finally:
        connection.creation.destroy_test_db("portal", verbosity=0)


if __name__ == "__main__":
    main()
