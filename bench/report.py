"""The table on the screen, and the same figures as a file."""

import json
from pathlib import Path
from statistics import median

from bench.jobs import Times
from huadu_portal.clock import now

RESULTS = Path(__file__).parent / "results"


def line(job: str, times: Times) -> dict[str, float]:
    """Print one job's medians, and give them back."""
    ours, limit = (median(found) * 1000 for found in times)
    print(f"{job:40} {ours:9.2f} {limit:9.2f} {limit / ours:13.0%}", flush=True)
    return {"ours_ms": ours, "raw_ms": limit, "share": limit / ours}


def page_line(page: str, times: Times, statements: int, size: int) -> dict[str, float]:
    """Print one page's median, statements and bytes, and give them back."""
    ours, bare = (median(found) * 1000 for found in times)
    kilobytes = size / 1000
    print(
        f"{page:40} {ours:9.2f} {bare:9.2f} {bare / ours:13.0%} {statements:11} {kilobytes:9.0f}",
        flush=True,
    )
    return {
        "ours_ms": ours,
        "bare_ms": bare,
        "share": bare / ours,
        "statements": statements,
        "kilobytes": kilobytes,
    }


def page_head() -> None:
    print(
        f"{'page':40} {'ours ms':>9} {'bare ms':>9} {'share of bare':>13}"
        f" {'statements':>11} {'kB':>9}",
        flush=True,
    )


def rate_head() -> None:
    print(f"{'forty connections':40} {'answers/s':>9} {'share of /healthz':>19}", flush=True)


def rate_line(page: str, rate: float, limit: float) -> dict[str, float]:
    """Print how many answers a second a page gives, as a share of /healthz, and give it back."""
    print(f"{page:40} {rate:9.1f} {rate / limit:19.1%}", flush=True)
    return {"answers_per_second": rate, "share": rate / limit}


def head() -> None:
    print(f"{'job':40} {'ours ms':>9} {'raw ms':>9} {'share of raw':>13}", flush=True)


def keep(scale: str, figures: dict[str, dict]) -> None:
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{now():%Y-%m-%d}.json"
    file.write_text(json.dumps({"scale": scale, "figures": figures}, indent=2))
    print(f"written to {file.relative_to(Path.cwd())}")
