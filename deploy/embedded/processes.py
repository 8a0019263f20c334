"""Processes that end when this one ends, even by SIGKILL."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import psutil

from .places import ROOT, Trouble

# In the environment of every process we start, and of all that it starts in turn: by it
# the next run finds what a killed one left.
MARK = "PORTAL_STARTED_FOR"
PR_SET_PDEATHSIG = 1
TOO_LONG = 10 * 1024 * 1024


class Service:
    """A process in a session of its own, with a log."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        home: Path,
        env: dict[str, str] | None = None,
        user: pwd.struct_passwd | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        patience: float = 20,
    ) -> None:
        self.name, self.command, self.home = name, command, home
        self.env = env or {}
        self.user, self.stop_signal, self.patience = user, stop_signal, patience
        self.log = home / "log" / f"{name}.log"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.stop()
        with open_log(self.log) as log:
            self._beginning = log.tell()
            self.process = spawn(
                self.command,
                home=self.home,
                env=self.env,
                user=self.user,
                signal_when_parent_ends=self.stop_signal,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def wait(self) -> int:
        """Wait until it has ended by itself; its status."""
        if self.process is None:
            raise RuntimeError(f"{self.name} has not been started.")
        return self.process.wait()

    def stop(self) -> None:
        """End it and its whole session: by its stop signal, after `patience` seconds by SIGKILL."""
        if self.process:
            end(self.process, self.stop_signal, self.patience)
            self.process = None

    def end_of_log(self, lines: int = 15) -> str:
        """The end of what it wrote since it was started."""
        with self.log.open("rb") as log:
            log.seek(self._beginning)
            text = log.read().decode(errors="replace")
        return "\n".join(text.splitlines()[-lines:])


def spawn(
    command: Sequence[str | Path],
    *,
    home: Path,
    env: dict[str, str],
    user: pwd.struct_passwd | None = None,
    signal_when_parent_ends: signal.Signals = signal.SIGTERM,
    **kwargs: Any,
) -> subprocess.Popen:
    """Start a process that gets this signal when ours ends, even by SIGKILL."""
    who: dict[str, Any] = {}
    if user:
        who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        env=os.environ | env | {MARK: str(home)},
        # Another user may have no access to the checkout.
        cwd="/" if user else ROOT,
        start_new_session=True,
        preexec_fn=_end_with_parent(signal_when_parent_ends),
        **who,
        **kwargs,
    )


def _end_with_parent(sent: signal.Signals) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def in_child() -> None:
        prctl(PR_SET_PDEATHSIG, int(sent))
        if os.getppid() != parent:
            os._exit(1)

    return in_child


def end(process: subprocess.Popen, first: signal.Signals, patience: float) -> None:
    """End a process we started and everything in its session."""
    if process.poll() is None:
        process.send_signal(first)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def leftovers(home: Path) -> list[psutil.Process]:
    """Processes that were started for this folder, other than ourselves."""
    ours = {process.pid for process in psutil.Process().parents()} | {os.getpid()}
    return [
        process
        for process in psutil.process_iter()
        if process.pid not in ours and _mark(process) == str(home)
    ]


def _mark(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARK)
    except (psutil.Error, OSError):
        return None


def sweep(home: Path) -> int:
    """End what an earlier, killed run left behind; how many there were."""
    found = leftovers(home)
    _each(found, psutil.Process.terminate)
    _, still_running = psutil.wait_procs(found, timeout=10)
    _each(still_running, psutil.Process.kill)
    psutil.wait_procs(still_running, timeout=5)
    return len(found)


def _each(processes: Iterable[psutil.Process], act: Callable) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            act(process)


def run(
    name: str,
    command: Sequence[str | Path],
    *,
    home: Path,
    env: dict[str, str] | None = None,
    user: pwd.struct_passwd | None = None,
) -> str:
    """Run a step to its end; what it wrote. Trouble if it failed."""
    step = Service(name, command, home=home, env=env, user=user, patience=10)
    step.start()
    try:
        status = step.wait()
    finally:
        step.stop()
    if status:
        raise Trouble(f"{name} failed:\n{step.end_of_log(25)}\nAll of it: {step.log}")
    return step.end_of_log(1000)


def wait_until(ready: Callable[[], bool], service: Service, *, within: float = 60) -> None:
    """Wait for a service to answer. Trouble, with the end of its log, if it does not."""
    deadline = time.monotonic() + within
    while not ready():
        if not service.alive:
            raise Trouble(f"{service.name} did not start:\n{service.end_of_log()}")
        if time.monotonic() > deadline:
            raise Trouble(f"{service.name} gave no answer; see {service.log}")
        time.sleep(0.05)


def open_log(file: Path) -> BinaryIO:
    """To the end of the log; one that has grown long is put aside first."""
    file.parent.mkdir(exist_ok=True, mode=0o700)
    if file.exists() and file.stat().st_size > TOO_LONG:
        file.replace(file.with_suffix(".old.log"))
    log = file.open("ab")
    log.seek(0, os.SEEK_END)
    return log
