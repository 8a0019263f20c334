"""A network between a program and its server that can be slow, swallow all, or break."""

import socket
import struct
import threading
from contextlib import suppress
from enum import Enum

from deploy.embedded import ports


class Network(Enum):
    PASSES = "carries every byte"
    SWALLOWS = "carries nothing and says nothing"
    RESETS = "ends every connection at once"


class Proxy:
    """Listens on a port of its own, in front of a port of this machine."""

    def __init__(self, target: int) -> None:
        self.target, self.network = target, Network.PASSES
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server((ports.HOST, ports.draw()))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def become(self, network: Network) -> None:
        """Also for the connections that are open."""
        self.network = network
        if network is Network.RESETS:
            self._reset_all()

    def stop(self) -> None:
        self._listener.close()
        self._reset_all()

    def _reset_all(self) -> None:
        for end in list(self._open):
            reset(end)

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.network is Network.RESETS:
                    reset(client)
                else:
                    self._join(client)

    def _join(self, client: socket.socket) -> None:
        server = socket.create_connection((ports.HOST, self.target))
        self._open |= {client, server}
        for pair in [(client, server), (server, client)]:
            threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if self.network is Network.PASSES:
                    to.sendall(data)
        for end in (source, to):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._open -= {source, to}


def reset(end: socket.socket) -> None:
    """Close it as if the other side had crashed."""
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Wakes who is reading from it; only then does closing reach the other side.
        end.shutdown(socket.SHUT_RD)
        end.close()
