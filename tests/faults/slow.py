"""Clients that begin a request and never come to its end (slowloris)."""

import socket
from contextlib import suppress

from tests.faults.meanwhile import Meanwhile

PACE = 0.5  # seconds between two bytes; no server takes that for silence
HEAD = b"GET /lookup/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
# A form without the cookie is refused before its body is read.
BODY = (
    b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n"
    b"Cookie: csrftoken=" + b"a" * 32 + b"\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n"
)


class SlowClients(Meanwhile):
    """So many, as long as it lasts, each a byte further every half second."""

    def __init__(self, portal, count: int, beginning: bytes) -> None:
        self.address = ("localhost", portal.web_port)
        self.count, self.beginning = count, beginning
        self.acts = [self._go_on]

    def __enter__(self) -> "SlowClients":
        self.open = [self._begin() for _ in range(self.count)]
        return super().__enter__()

    def __exit__(self, *error) -> None:
        super().__exit__(*error)
        for client in self.open:
            client.close()

    def _begin(self) -> socket.socket:
        client = socket.create_connection(self.address, timeout=5)
        client.sendall(self.beginning)
        return client

    def _go_on(self) -> None:
        while self.is_on:
            self.pause(PACE)
            for client in self.open:
                # Whom the server has let go stays gone.
                with suppress(OSError):
                    client.sendall(b"x")
