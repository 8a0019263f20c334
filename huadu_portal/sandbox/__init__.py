"""Reads what others sent in a process of its own, with limits, killed from outside.

    with sandbox.readable(upload) as file:
        said = sandbox.run("uploads.check_upload", content_type, file=file, limits=LIMITS)

`jobs/` holds what can be run. A child sees neither our environment nor our memory: it is forked,
in a few milliseconds, by a server (`server.py`) that has loaded one module of `jobs/` and
nothing else of ours. One server per module and process of ours, started with the first job.
"""

import json
import logging
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

from django.core.files import File

from huadu_portal.sandbox.jobs.refused import Refused
from huadu_portal.sandbox.turns import Busy, Turns

logger = logging.getLogger(__name__)

JOBS = "huadu_portal.sandbox.jobs"
SERVER = Path(__file__).resolve().parent / "server.py"
# What a child may know of our environment: where Python finds its libraries.
ENVIRONMENT = ("LD_LIBRARY_PATH",)
# After a job's deadline the server kills it; later than this the server itself is stuck.
GRACE = 5  # seconds
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Of one job: bytes of memory, seconds of processor, of the clock, bytes of its answer."""

    memory: int
    seconds: int
    deadline: int
    answer: int = 65_536
    threads: bool = False


class Killed(Exception):
    """It took more memory or time than it may have, or broke the library that read it."""


class Failed(Exception):
    """The function has raised something it did not foresee."""


def run(
    function: str,
    *arguments: Any,
    limits: Limits,
    file: BinaryIO | None = None,
    asker: str | None = None,
) -> Any:
    """What the function answers, bytes or JSON; `function` is "module.name" of jobs/.

    `asker` is whose request it is for; of one asker one job runs at a time. Waits for its turn
    for a few seconds at most (turns.py). Raises Refused, Killed, Failed or Busy.
    """
    module, name = function.split(".")
    request = {
        "function": name,
        "arguments": arguments,
        "limits": {
            key: value
            for key, value in asdict(limits).items()
            if key in ("memory", "seconds", "threads")
        },
    }
    with _turns.turn(asker):
        said = _server(f"{JOBS}.{module}").do(json.dumps(request).encode(), limits, file)
    return _understood(function, said)


def _understood(function: str, said: bytes) -> Any:
    kind, rest = said[:1], said[1:]
    match kind:
        case b"b":
            return rest
        case b"j":
            return json.loads(rest)
        case b"r":
            refusal = json.loads(rest)
            raise Refused(refusal["code"], **refusal["params"])
        case b"e":
            words = rest.decode(errors="replace")
            logger.info("the sandbox could not read a file: %s: %s", function, words)
            raise Failed(words)
    logger.warning("killed in the sandbox: %s", function)
    raise Killed(function)


_turns = Turns()


# ---- Servers ------------------------------------------------------------------------------


class Server:
    """One that has loaded a module. It ends when `control` is closed, by us or by our death."""

    def __init__(self, module: str):
        self.control, theirs = socket.socketpair()
        self.lock = Lock()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-I", str(SERVER), module],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
                # Ctrl-C is for us; we tell it by closing.
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def do(self, request: bytes, limits: Limits, file: BinaryIO | None) -> bytes:
        """Have a job done; nothing of it when it was killed."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                passed = [theirs.fileno(), *([file.fileno()] if file else [])]
                self._hand_over(limits.deadline, passed)
            ours.settimeout(limits.deadline + GRACE)
            try:
                ours.sendall(request)
                ours.shutdown(socket.SHUT_WR)
                said = _received(ours, limits.answer + 1)
            except TimeoutError as stuck:
                self.process.kill()
                raise Busy from stuck
            except ConnectionError:
                said = b""
        if not said and not self.alive:
            raise Busy
        return said

    def _hand_over(self, deadline: int, files: list[int]) -> None:
        try:
            with self.lock:
                socket.send_fds(self.control, [bytes([deadline])], files)
        except OSError as error:
            raise Busy from error


def _received(connection: socket.socket, most: int) -> bytes:
    """All that is said; nothing when that is more than may be."""
    parts, length = [], 0
    while part := connection.recv(65_536):
        parts.append(part)
        length += len(part)
        if length > most:
            return b""
    return b"".join(parts)


_servers: dict[str, Server] = {}
_starting = Lock()


def _server(module: str) -> Server:
    with _starting:
        if module not in _servers or not _servers[module].alive:
            _servers[module] = Server(module)
        return _servers[module]


def _forget() -> None:
    """In a fork of ours: its parent's servers are not its own."""
    global _starting, _turns
    for server in _servers.values():
        server.control.close()
    _servers.clear()
    _starting, _turns = Lock(), Turns()


os.register_at_fork(after_in_child=_forget)


# ---- Files --------------------------------------------------------------------------------


@contextmanager
def readable(upload: File) -> Iterator[BinaryIO]:
    """A file of the system with an upload's or stored file's content, for reading alone.

    What is only in memory is put into memory of the kernel, so that a full disk is no matter.
    """
    if path := _path_of(upload):
        with open(path, "rb") as file:
            yield file
        return
    with _unnamed() as copy:
        upload.seek(0)
        for chunk in upload.chunks(CHUNK):
            copy.write(chunk)
        copy.flush()
        upload.seek(0)
        copy.seek(0)
        yield copy


def _path_of(upload: File) -> str | None:
    """Where it lies, if it lies on a disk of ours; what has been written to it is there."""
    if hasattr(upload, "temporary_file_path"):
        upload.flush()
        return upload.temporary_file_path()
    try:
        return getattr(upload, "path", None)
    # In a store that is no folder; what is in memory has no path at all.
    except NotImplementedError:
        return None


def _unnamed() -> BinaryIO:
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("upload"), "w+b")
    return tempfile.TemporaryFile()
