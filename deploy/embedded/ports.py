"""Ports on the loopback address."""

import random
import socket

from .places import Trouble

HOST = "127.0.0.1"
# Below the range from which systems draw ports for outgoing connections.
FIRST, LAST = 20000, 32000


def is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
        return True


def draw() -> int:
    for _ in range(200):
        port = random.randint(FIRST, LAST)
        if is_free(port):
            return port
    raise Trouble(f"No free port between {FIRST} and {LAST} on {HOST}.")


def for_web(text: str) -> int:
    """The port that was asked for, if we may have it."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Trouble(f"PORT={text} is not a port number.")
    if not is_free(int(text)):
        raise Trouble(
            f"Port {text} is in use or not ours to take. "
            f"Try another: PORT={int(text) % 65535 + 1} make run"
        )
    return int(text)
