"""The documented nginx (docs/nginx.conf), started for a test, in front of whatever it is told."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from deploy.embedded import ports

PLACES = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]


@contextmanager
def documented(home: Path, *, web: int) -> Iterator[str]:
    """Its address; `web` is the port of what stands behind it."""
    program = shutil.which("nginx")
    if not program:
        pytest.skip("no nginx on this machine")
    port = ports.draw()
    places = [f"{name}_temp_path {home};" for name in PLACES]
    http = "\n".join(["events {}", "http {", *places, configuration(home, port, web), "}"])
    file, errors = home / "nginx.conf", home / "error.log"
    file.write_text(f"daemon off; master_process off; pid {home}/pid; {http}")
    running = subprocess.Popen([program, "-e", errors, "-p", home, "-c", file])
    while not (home / "pid").exists():
        assert running.poll() is None, errors.read_text()
        time.sleep(0.05)
    yield f"http://{ports.HOST}:{port}"
    running.terminate()
    running.wait()


def configuration(home: Path, port: int, web: int) -> str:
    text = (settings.BASE_DIR / "docs" / "nginx.conf").read_text()
    for there, here in {
        "listen 80": f"listen {ports.HOST}:{port}",
        "127.0.0.1:8000": f"{ports.HOST}:{web}",
        "/var/log/nginx": str(home),
        "portal.example": ports.HOST,
        "/srv/portal": str(settings.BASE_DIR),
        # The one who waits for it must not wait a minute.
        "proxy_http_version 1.1;": "proxy_http_version 1.1; proxy_read_timeout 500ms;",
    }.items():
        assert there in text
        text = text.replace(there, here)
    return text
