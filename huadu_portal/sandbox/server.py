"""A process that has loaded one module of ours and forks a child for each job.

Started by the package's `__init__.py` as `python -I server.py MODULE`, with an empty environment
and the control socket as its standard input. A job is one byte on that socket, the seconds it
may take, and one or two file descriptors: the job's own socket, and the file to be read. The
rest passes between caller and child on the job's socket:

    caller → child   JSON: function, arguments, limits; then the end of writing
    child → caller   one letter, and what it announces: `b` bytes, `j` JSON,
                     `r` a refusal, `m` out of memory, `e` an exception's words

A child that says nothing was killed. This process parses nothing itself, so it outlives what
its children read; it ends, and they with it, once the caller is gone.
"""

import ctypes
import json
import os
import resource
import select
import signal
import socket
import sys
import time
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Protocol, runtime_checkable

SANDBOX = Path(__file__).resolve().parent
# Packages above the jobs whose own code loads Celery, or starts servers like this one.
REPLACED = {"huadu_portal": SANDBOX.parent, "huadu_portal.sandbox": SANDBOX}
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
IS_LINUX = sys.platform.startswith("linux")
# Seconds between two looks at children that are under way.
PERIOD = 0.1
MAX_WORDS = 300


@runtime_checkable
class JobRefusal(Protocol):
    """`jobs.refused.Refused`, which only the module of the jobs can import."""

    code: str
    params: dict[str, str | int]


def serve(control: socket.socket, module: ModuleType) -> None:
    """Forks a child per job until the caller has closed the control socket."""
    deadlines: dict[int, float] = {}
    while True:
        ready, _, _ = select.select([control], [], [], PERIOD if deadlines else None)
        _end_children(deadlines)
        if not ready:
            continue
        seconds, files, _, _ = socket.recv_fds(control, 1, 2)
        if not seconds:
            break
        child = os.fork()
        if not child:
            control.close()
            _begin(module, files)
        for file in files:
            os.close(file)
        deadlines[child] = time.monotonic() + seconds[0]
    for child in deadlines:
        os.kill(child, signal.SIGKILL)


def _end_children(deadlines: dict[int, float]) -> None:
    """Kills those whose time is over, and reaps those that have ended.

    Until it is reaped, no other process gets a child's number.
    """
    for child, deadline in list(deadlines.items()):
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
        if os.waitpid(child, os.WNOHANG)[0]:
            del deadlines[child]


# ---- In the child -------------------------------------------------------------------------


def _begin(module: ModuleType, files: list[int]) -> None:
    """Does the job and ends the process, whatever happens."""
    try:
        _leave_parent()
        with socket.socket(fileno=files[0]) as connection:
            connection.sendall(_answer(module, _request(connection), files[1:]))
    finally:
        os._exit(0)


def _leave_parent() -> None:
    """Dies with its parent, has a lower priority than the portal, and writes to no log."""
    server = os.getppid()
    if IS_LINUX:
        prctl = ctypes.CDLL(None).prctl
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if os.getppid() != server:
            os._exit(1)
        # Should the machine run out of memory, the kernel takes this one first.
        Path("/proc/self/oom_score_adj").write_text("1000")
    os.nice(10)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)


def _request(connection: socket.socket) -> dict:
    return json.loads(_until_end(connection))


def _until_end(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(65_536):
        parts.append(part)
    return b"".join(parts)


def _answer(module: ModuleType, request: dict, files: list[int]) -> bytes:
    function = getattr(module, request["function"])
    try:
        with ExitStack() as stack:
            opened = [stack.enter_context(open(file, "rb")) for file in files]
            _limit(**request["limits"])
            said = function(*opened, *request["arguments"])
        if isinstance(said, bytes):
            return b"b" + said
        return b"j" + json.dumps(said).encode()
    except MemoryError:
        return b"m"
    except Exception as error:  # the libraries raise whatever hostile bytes provoke
        if isinstance(error, JobRefusal):
            refusal = {"code": error.code, "params": error.params}
            return b"r" + json.dumps(refusal).encode()
        return b"e" + f"{type(error).__name__}: {error}"[:MAX_WORDS].encode(errors="replace")


def _limit(memory: int, seconds: int, threads: bool) -> None:
    """What the kernel itself refuses. A limit that a system does not know is passed over."""
    limits = {
        "RLIMIT_AS": memory,
        "RLIMIT_CPU": seconds,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 32,
    }
    if not threads:
        limits["RLIMIT_NPROC"] = 0
    for name, most in limits.items():
        kind = getattr(resource, name, None)
        # macOS names the limit of memory and refuses every value.
        if kind is None or (name == "RLIMIT_AS" and not IS_LINUX):
            continue
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def _replace_packages() -> None:
    """Puts empty packages in place of those whose code is not for a child: jobs are found in
    their folders all the same."""
    for name, folder in REPLACED.items():
        package = sys.modules[name] = ModuleType(name)
        package.__path__ = [str(folder)]


if __name__ == "__main__":
    # Isolated mode looks for modules neither here nor in the folder we were started from.
    sys.path[:0] = [str(SANDBOX.parent.parent)]
    os.chdir("/")
    _replace_packages()
    serve(socket.socket(fileno=os.dup(0)), import_module(sys.argv[1]))
