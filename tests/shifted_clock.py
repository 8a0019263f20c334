"""A clock for processes that we set: libfaketime reads it from a file, so all jump together.

Intervals (monotonic time) are left alone, otherwise sleeping hangs.
"""

import os
import subprocess
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class ShiftedClock:
    def __init__(self, file: Path, moment: datetime) -> None:
        self.file = file
        self.set(moment)

    @property
    def env(self) -> dict[str, str]:
        """What makes a process go by this clock."""
        return {
            "LD_PRELOAD": os.environ["LIBFAKETIME"],
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            # Else waits for a lock of Python end at once: threads turn in circles, ten times slower.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
            "PYTHONPATH": str(Path(__file__).parent / "e2e" / "shifted"),
            # The clock file holds the district's time.
            "TZ": "Asia/Shanghai",
            # The database goes by the machine's clock.
            "CLOCK_TOLERANCE": str(10**9),
        }

    def set(self, moment: datetime) -> None:
        """Everybody's time from now on; it goes on running from there."""
        self.moment = moment
        machine = machine_time()
        # "@" starts a running clock; each process counts from its own start, so a jump is
        # given as an offset from the machine's time, the same for all.
        offset = round(moment.timestamp() - machine)
        self._ahead = machine + offset - time.time()
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{offset:+d}")
        fresh.rename(self.file)

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self._ahead, SHANGHAI)


def machine_time() -> float:
    """The machine's own, although we may ourselves be shifted (make test AT=…)."""
    if "FAKETIME_TIMESTAMP_FILE" not in os.environ:
        return time.time()
    shown = subprocess.run(
        ["date", "+%s.%N"], env=by_the_machines_clock(), capture_output=True, check=True
    )
    return float(shown.stdout)


def by_the_machines_clock() -> dict[str, str]:
    """The environment of a program that keeps the real hour, as Chromium has to."""
    return {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
