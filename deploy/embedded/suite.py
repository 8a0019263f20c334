"""make test, make test-all, make faults, make bench and make peers: programs that get servers of their own."""

import re
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from . import another_hour, assets, browser
from .frontend import install_packages
from .processes import end, spawn
from .stack import Stack

NO_TESTS = 5
# Pytest was interrupted, broke or was misused: another run of it would do the same.
HOPELESS = {2, 3, 4}
# Two on two processors, and the running portals beside them; who is done takes over from the
# other.
SIDE_BY_SIDE = ["-n", "2", "--dist", "worksteal"]
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
        return _pytest(stack, arguments, env, whole=whole)
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


def _pytest(stack: Stack, arguments: list[str], env: dict[str, str], *, whole: bool) -> int:
    """What runs within one process, side by side, and beside it what waits for other programs:
    the walks through a running portal and then the quick faults. All faults together count
    seconds on a machine of their own, so that they come alone and last.
    """
    parts = Parts(stack, arguments, env)
    if "-m" in arguments:
        statuses = [parts.run("selected")]
    else:
        others = "e2e" if whole else "e2e or (faults and quick)"
        with parts.beside("processes", "-m", others) as processes:
            statuses = [
                parts.run("side-by-side", "-m", "not e2e and not faults", *SIDE_BY_SIDE)
            ]
            if statuses[0] not in HOPELESS:
                statuses.append(processes())
                if whole:
                    statuses.append(parts.run("faults", "-m", "faults"))
    print(parts.summary(), flush=True)
    return combined(statuses)


class Parts:
    """Each a run of pytest with a report of its own."""

    def __init__(self, stack: Stack, arguments: list[str], env: dict[str, str]) -> None:
        self.stack, self.arguments, self.env = stack, arguments, env
        self.covers = any(each.startswith("--cov") for each in arguments)
        self.reports: list[Path] = []
        for earlier in stack.home.glob(".coverage*"):
            earlier.unlink()

    def run(self, name: str, *options: str) -> int:
        with started(self.stack, *self._part(name, options)) as process:
            return process.wait()

    @contextmanager
    def beside(self, name: str, *options: str) -> Iterator[Callable[[], int]]:
        """While others run; what is given waits for its end, shows what it said and gives
        its status."""
        said = self.stack.home / f"{name}.txt"

        def finish() -> int:
            status = process.wait()
            print(said.read_text(), flush=True)
            return status

        with (
            said.open("wb") as log,
            started(self.stack, *self._part(name, options), stdout=log, stderr=log) as process,
        ):
            yield finish

    def summary(self) -> str:
        if self.covers:
            for command in (["combine", "-q"], ["report"]):
                call(self.stack, ["-m", "coverage", *command], self._coverage(""))
        found = "\n".join([longest(self.reports), totals(self.reports)])
        for report in self.reports:
            report.unlink(missing_ok=True)
        return found

    def _part(self, name: str, options: tuple[str, ...]) -> tuple[list[str], dict[str, str]]:
        report = self.stack.home / f"{name}.xml"
        report.unlink(missing_ok=True)
        self.reports.append(report)
        command = ["-m", "pytest", *options, *self.arguments, f"--junitxml={report}"]
        if not self.covers:
            return command, self.env
        return [*command, "--cov-report="], self.env | self._coverage(f".{name}")

    def _coverage(self, part: str) -> dict[str, str]:
        return {"COVERAGE_FILE": str(self.stack.home / f".coverage{part}")}


@contextmanager
def started(
    stack: Stack, arguments: list[str], env: dict[str, str], **streams: Any
) -> Iterator[subprocess.Popen]:
    """A Python that is interrupted when we are stopped."""
    command = [sys.executable, *arguments]
    process = spawn(command, home=stack.home, env=stack.settings | env, **streams)
    try:
        yield process
    finally:
        end(process, signal.SIGINT, 30)


def call(stack: Stack, arguments: list[str], env: dict[str, str]) -> int:
    with started(stack, arguments, env) as process:
        return process.wait()


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
    failed = counts["failures"] + counts["errors"]
    passed = counts["tests"] - failed - counts["skipped"]
    return f"total: {passed} passed, {failed} failed, {counts['skipped']} skipped"


def longest(reports: list[Path], count: int = 10) -> str:
    """The files whose tests took longest, in seconds."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for report in filter(Path.exists, reports):
        for case in ElementTree.parse(report).iter("testcase"):
            # Of a class, the name of its module; classes alone begin with a capital.
            module = re.sub(r"\.[A-Z].*", "", case.get("classname", ""))
            seconds[module] += float(case.get("time", 0))
    most = sorted(seconds.items(), key=lambda pair: pair[1], reverse=True)[:count]
    return "\n".join(f"{time:6.0f} s {module}" for module, time in most)
