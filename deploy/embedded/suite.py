"""make test, make test-all, make faults, make bench and make peers: programs that get servers of their own."""

import signal
import sys
from pathlib import Path
from xml.etree import ElementTree

from . import another_hour, assets, browser
from .frontend import install_packages
from .processes import end, spawn
from .stack import Stack

NO_TESTS = 5
# Pytest was interrupted, broke or was misused: another run of it would do the same.
HOPELESS = {2, 3, 4}
# Losing power loses nothing here that matters; losing the server still loses nothing.
FOR_TESTS = {"fsync": "off", "full_page_writes": "off"}
FOR_BENCH = {"shared_buffers": "1GB", "max_wal_size": "4GB"}


def run_tests(home: Path, arguments: list[str], *, whole: bool = False) -> int:
    """With `whole`, every fault test and each exploration at its full length."""
    stack = Stack(home, FOR_TESTS)
    try:
        stack.clear()
        env = browser.provide(home)
        prepare_tools(stack)
        stack.start()
        env |= another_hour.environment(home, env.get("LIBFAKETIME"))
        if whole:
            env["EXPLORATIONS"] = "whole"
        return _pytest(stack, arguments, env, faults="faults" if whole else "faults and quick")
    finally:
        stack.stop()


def run_faults(home: Path, arguments: list[str]) -> int:
    """Each of them; they start the servers that they need themselves."""
    stack = Stack(home)
    try:
        stack.clear()
        env = browser.provide(home)
        prepare_tools(stack)
        env |= another_hour.environment(home, env.get("LIBFAKETIME"))
        return call(stack, ["-m", "pytest", *arguments, "tests/faults"], env)
    finally:
        stack.stop()


def run_bench(home: Path, module: str, arguments: list[str]) -> int:
    stack = Stack(home, FOR_BENCH)
    try:
        prepare_tools(stack)
        stack.start()
        return call(stack, ["-m", module, *arguments], {})
    finally:
        stack.stop()


def prepare_tools(stack: Stack) -> None:
    install_packages(stack.home)
    assets.prepare(stack)


def _pytest(stack: Stack, arguments: list[str], env: dict[str, str], *, faults: str) -> int:
    """Side by side what can be: three on two processors, for they wait for the database.

    Then, one by one, what starts processes of its own: the walks through a running portal, and
    such of the faults as are wanted.
    """
    parts = {
        "side-by-side": ["-n", "3", "--dist", "worksteal", "-m", "not e2e and not faults"],
        "e2e": ["-m", "e2e"],
        "faults": ["-m", faults],
    }
    if "-m" in arguments:
        parts = {"selected": []}
    statuses = []
    for name, options in parts.items():
        report = f"--junitxml={_report(stack, name)}"
        command = ["-m", "pytest", *options, report, *arguments]
        statuses.append(call(stack, command, env))
        if statuses[-1] in HOPELESS:
            break
    print(totals([_report(stack, name) for name in parts]), flush=True)
    return combined(statuses)


def call(stack: Stack, arguments: list[str], env: dict[str, str]) -> int:
    """Run Python in the foreground; when we are stopped, it is interrupted."""
    command = [sys.executable, *arguments]
    process = spawn(command, home=stack.home, env=stack.settings | env)
    try:
        return process.wait()
    finally:
        end(process, signal.SIGINT, 30)


def combined(statuses: list[int]) -> int:
    """The first failure; a part without tests is none, unless there was no test at all."""
    if all(status == NO_TESTS for status in statuses):
        return NO_TESTS
    return next((s for s in statuses if s not in (0, NO_TESTS)), 0)


def totals(reports: list[Path]) -> str:
    """One line over all parts."""
    counts = dict.fromkeys(["tests", "failures", "errors", "skipped"], 0)
    for report in filter(Path.exists, reports):
        for part in ElementTree.parse(report).iter("testsuite"):
            for name in counts:
                counts[name] += int(part.get(name, 0))
        report.unlink()
    failed = counts["failures"] + counts["errors"]
    passed = counts["tests"] - failed - counts["skipped"]
    return f"total: {passed} passed, {failed} failed, {counts['skipped']} skipped"


def _report(stack: Stack, part: str) -> Path:
    return stack.home / f"{part}.xml"
