"""Answers a second to forty connections at once, as a share of those that /healthz gives.

The server is granian as in docs/operating.md, started here on the database of this run; its
clients, all in this process, take some of the same processors. Only answers of 200 count; any
other ends the run.
"""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from urllib.request import urlopen

from django.db import connection
from django.test import Client

from bench.pages import addresses
from bench.volume import Cast

HOST, CONNECTIONS = "127.0.0.1", 40
# Seconds for the server to come up; before anything is counted; counted.
PATIENCE, WARM_UP, MEASURED = 60, 2, 5
PAGES = ["catalogue", "a firm's project", "inbox", "dashboard", "desk: all items"]


def all_rates(cast: Cast) -> Iterator[tuple[str, float]]:
    """Name and answers a second of /healthz, then of each page."""
    pages = addresses(cast)
    with served() as port:
        yield "/healthz", rate(port, "/healthz", "")
        for name in PAGES:
            user, address = pages[name]
            yield name, rate(port, address, _cookies(user, address))


@contextmanager
def served() -> Iterator[int]:
    """The portal on a free port, with the settings of this run."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST]
    command += ["--port", str(port), "--workers", "2", "--blocking-threads", "4"]
    # Its end waits for nobody.
    command += ["--workers-kill-timeout", "1"]
    database = connection.settings_dict["NAME"]
    env = os.environ | {
        "DATABASE_URL": os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{database}",
        "ALLOWED_HOSTS": HOST,
    }
    server = subprocess.Popen(
        [*command, "huadu_portal.wsgi:application"],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _wait_for(port: int) -> None:
    until = monotonic() + PATIENCE
    while True:
        try:
            urlopen(f"http://{HOST}:{port}/healthz", timeout=1).close()
            return
        except OSError:
            if monotonic() > until:
                raise
            sleep(0.2)


def _cookies(user, address: str) -> str:
    """As of a browser that has been there before."""
    client = Client()
    client.force_login(user)
    client.get(address)
    return "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())


def rate(port: int, address: str, cookies: str) -> float:
    """Answers a second, once each connection has been served."""
    lines = [f"GET {address} HTTP/1.1", f"Host: {HOST}:{port}", f"Cookie: {cookies}"]
    request = "\r\n".join([*lines, "", ""]).encode()
    asyncio.run(_answers(port, request, WARM_UP))
    return asyncio.run(_answers(port, request, MEASURED)) / MEASURED


async def _answers(port: int, request: bytes, seconds: float) -> int:
    until = monotonic() + seconds
    each = (_ask(port, request, until) for _ in range(CONNECTIONS))
    return sum(await asyncio.gather(*each))


async def _ask(port: int, request: bytes, until: float) -> int:
    """One connection, again and again; how many answers were there in time."""
    reader, writer = await asyncio.open_connection(HOST, port)
    count = 0
    while monotonic() < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise SystemExit(f"{request.decode()}\n{head.decode()}")
        await _read_body(reader, head)
        count += monotonic() < until
    writer.close()
    return count


async def _read_body(reader: asyncio.StreamReader, head: bytes) -> None:
    """In one piece, or in chunks with the length of each, in hexadecimal digits, before it."""
    fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n") if b": " in line)
    if b"content-length" in fields:
        await reader.readexactly(int(fields[b"content-length"]))
        return
    length = 1
    while length:
        length = int(await reader.readline(), 16)
        await reader.readexactly(length + len(b"\r\n"))
