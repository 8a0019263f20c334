"""The suite as if it were another hour: make test AT=…"""

import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from deploy.embedded import another_hour
from deploy.embedded.places import Trouble
from tests.conftest import SHANGHAI
from tests.shifted_clock import ShiftedClock, machine_time

NIGHT = datetime(2026, 12, 6, 23, 30, tzinfo=SHANGHAI)
MORNING = datetime(2026, 3, 10, 9, 40, tzinfo=SHANGHAI)
LIBRARY = os.environ.get("LIBFAKETIME")
shifted = pytest.mark.skipif(not LIBRARY, reason="no libfaketime (LIBFAKETIME is not set)")


@pytest.fixture
def at_night(monkeypatch):
    monkeypatch.setenv("AT", "2026-12-06 23:30")
    # Make reads the machine's clock; under make test AT=… we do not.
    ahead = time.time() - machine_time()
    clock = SimpleNamespace(time=lambda: time.time() - ahead)
    monkeypatch.setattr(another_hour, "time", clock)


def shown(expression, env):
    command = [sys.executable, "-c", f"import time; print({expression})"]
    done = subprocess.run(command, env=os.environ | env, capture_output=True, text=True)
    return float(done.stdout)


def test_without_a_wish_nothing_is_shifted(tmp_path, monkeypatch):
    monkeypatch.delenv("AT", raising=False)

    assert another_hour.environment(tmp_path, "libfaketime.so") == {}


@pytest.mark.parametrize("at", ["23:30", "tomorrow", "2026-02-30 10:00"])
def test_what_is_no_hour_is_said_so(tmp_path, monkeypatch, at):
    monkeypatch.setenv("AT", at)

    with pytest.raises(Trouble, match="is no hour: write AT="):
        another_hour.environment(tmp_path, "libfaketime.so")


def test_without_the_library_it_says_what_to_install(tmp_path, at_night):
    with pytest.raises(Trouble, match="install the package faketime"):
        another_hour.environment(tmp_path, None)


@shifted
def test_a_program_goes_by_that_hour_and_its_intervals_are_its_own(tmp_path, at_night):
    env = another_hour.environment(tmp_path, LIBRARY)

    there = datetime.fromtimestamp(shown("time.time()", env), SHANGHAI)

    assert NIGHT <= there < NIGHT + timedelta(minutes=10)
    assert shown("time.monotonic()", env) - shown("time.monotonic()", {}) < 600


@shifted
def test_a_clock_of_ones_own_is_set_right_from_there_too(tmp_path, at_night):
    """As make test AT=… does: the test that sets a clock goes by another one itself."""
    clock = tmp_path / "clock"
    setting = (
        "__import__('tests.shifted_clock').shifted_clock.ShiftedClock("
        f"__import__('pathlib').Path({str(clock)!r}), "
        f"__import__('datetime').datetime.fromisoformat({MORNING.isoformat()!r})"
        ").now().timestamp()"
    )
    env = another_hour.environment(tmp_path, LIBRARY) | {"LIBFAKETIME": LIBRARY}

    its_own = shown(setting, env)
    by_it = shown(
        "time.time()",
        ShiftedClock(tmp_path / "unused", NIGHT).env | {"FAKETIME_TIMESTAMP_FILE": str(clock)},
    )

    for told in (its_own, by_it):
        assert 0 <= told - MORNING.timestamp() + 1 < 600


@shifted
def test_the_machines_own_time_is_known_from_there(tmp_path, at_night):
    env = another_hour.environment(tmp_path, LIBRARY)

    told = shown("__import__('tests.shifted_clock').shifted_clock.machine_time()", env)

    assert abs(told - machine_time()) < 600
