"""A virus scanner, asked over its socket (clamd's INSTREAM).

The packages on PyPI that speak it are unchanged for ten years, or not for threads; what
we need of the protocol is one command.
"""

import socket
import struct
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import SplitResult

from django.core.files import File

CHUNK = 256 * 1024  # bytes
CONNECT, ANSWER = 3, 120  # seconds until a connection, and until an answer, at most
LONGEST_ANSWER = 4096  # bytes
# What clamd says with AlertExceedsMax instead of passing what it has not read to its end.
NOT_READ = "Heuristics.Limits.Exceeded"


class Away(Exception):
    """The scanner cannot be asked now."""


class NotScanned(Exception):
    """The scanner answers, but could not judge this file."""


class TooLarge(NotScanned):
    """More than the scanner is set up to read."""


@dataclass(frozen=True)
class Scanner:
    """By `tcp://host:port` or `unix:///path`. Keeps no connection and may be shared."""

    url: SplitResult

    def answers(self, *, patience: float = CONNECT) -> bool:
        try:
            with self._connected(patience) as connection:
                connection.settimeout(patience)
                connection.sendall(b"zPING\0")
                return _answer(connection) == "PONG"
        except (Away, OSError):
            return False

    def version(self) -> str:
        """Itself and its signatures, as in "ClamAV 1.4.3/27500"; "" where it does not say.

        Signatures put beside those of ClamAV do not show in it. Raises Away.
        """
        with self._connected(CONNECT) as connection:
            connection.settimeout(CONNECT)
            try:
                connection.sendall(b"zVERSION\0")
                said = _answer(connection)
            except OSError:  # it answered the greeting and then no more
                return ""
        # Behind the second stroke stands the day on which they were made.
        return "/".join(said.split("/")[:2])[:100] if said.startswith("ClamAV") else ""

    def scan(self, file: BinaryIO | File) -> str:
        """The name of what was found in a file, read to its end; "" when it is clean.

        Raises Away, NotScanned or TooLarge.
        """
        with self._connected(CONNECT) as connection:
            connection.settimeout(ANSWER)
            try:
                said = _ask(connection, file)
            except OSError as error:  # it answered the greeting and then no more
                raise NotScanned(str(error)) from error
        return _judged(said)

    def _connected(self, patience: float) -> socket.socket:
        try:
            if self.url.scheme == "tcp":
                address = (self.url.hostname, self.url.port)
                return socket.create_connection(address, timeout=patience)
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(patience)
            connection.connect(self.url.path)
            return connection
        except OSError as error:
            raise Away(str(error)) from error


def _ask(connection: socket.socket, file: BinaryIO | File) -> str:
    try:
        connection.sendall(b"zINSTREAM\0")
        while chunk := file.read(CHUNK):
            connection.sendall(struct.pack(">I", len(chunk)) + chunk)
        connection.sendall(struct.pack(">I", 0))
    except (BrokenPipeError, ConnectionResetError):
        # It has heard enough; what it said of that is still to be read.
        pass
    return _answer(connection)


def _answer(connection: socket.socket) -> str:
    said = b""
    while len(said) < LONGEST_ANSWER and (part := connection.recv(LONGEST_ANSWER)):
        said += part
        if b"\0" in part:
            break
    return said.partition(b"\0")[0].decode(errors="replace").strip()


def _judged(said: str) -> str:
    verdict = said.removeprefix("stream: ")
    if verdict == "OK":
        return ""
    if "size limit exceeded" in verdict or verdict.startswith(NOT_READ):
        raise TooLarge(verdict)
    if not verdict.endswith(" FOUND"):
        raise NotScanned(verdict)
    return verdict.removesuffix(" FOUND")
