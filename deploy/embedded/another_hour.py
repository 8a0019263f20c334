"""make test AT="2026-12-06 23:30": the tests as if it were that hour.

pytest and the programs it starts read the shifted clock. Intervals (monotonic time) are left
alone, otherwise waiting hangs; PostgreSQL is, because under libfaketime 0.9.10 its statements
have no time limit.
"""

import math
import os
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from .places import ROOT, Trouble

DISTRICT = ZoneInfo("Asia/Shanghai")


def environment(home: Path, library: str | None) -> dict[str, str]:
    """What makes processes go by the hour that AT names; nothing without AT."""
    wanted = os.environ.get("AT")
    if not wanted:
        return {}
    if not library:
        raise Trouble("AT needs libfaketime: install the package faketime.")
    file = home / "another-hour"
    file.write_text(f"{offset(wanted):+d}")
    return {
        "LD_PRELOAD": library,
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        # Else waits for a lock of Python end at once: threads turn in circles, ten times slower.
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        "DONT_FAKE_MONOTONIC": "1",
        "PYTHONPATH": str(ROOT / "tests" / "e2e" / "shifted"),
    }


def offset(wanted: str) -> int:
    """Seconds from now to that minute of the district's time."""
    try:
        moment = datetime.strptime(wanted, "%Y-%m-%d %H:%M").replace(tzinfo=DISTRICT)
    except ValueError:
        raise Trouble(f'AT={wanted} is no hour: write AT="2026-12-06 23:30".') from None
    return math.ceil(moment.timestamp() - time.time())
