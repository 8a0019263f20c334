"""Debian's clamd, with a signature of our own and nothing else to know."""

import os
import shutil
import subprocess
import time
from urllib.parse import urlsplit

import pytest

from huadu_portal.clamd import Scanner

# What our signature finds, wherever it is packed; and the string every scanner's test knows.
SAMPLE = b"HUADU-PORTAL-VIRUS-SAMPLE-7f3a"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LIMIT = 4 * 1024 * 1024  # bytes it reads of one stream
WAIT = 30  # seconds
PROGRAM = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")


@pytest.fixture(scope="session")
def clamd(tmp_path_factory):
    """Its address; skipped where it is not installed."""
    if PROGRAM is None:
        pytest.skip("clamd is not installed (Debian: clamav-daemon)")
    home = tmp_path_factory.mktemp("clamd")
    (home / "db").mkdir()
    lines = [f"Portal.{name}:0:*:{text.hex()}" for name, text in SIGNATURES.items()]
    (home / "db/portal.ndb").write_text("\n".join(lines) + "\n")
    (home / "clamd.conf").write_text(_settings(home))
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [PROGRAM, f"--config-file={home}/clamd.conf"],
            stdout=log,
            stderr=log,
            env={"PATH": os.environ["PATH"]},
        )
    url = urlsplit(f"unix://{home}/clamd.ctl")
    try:
        _wait_for(Scanner(url), process, home / "log")
        yield url
    finally:
        process.terminate()
        process.wait(WAIT)


SIGNATURES = {"Sample": SAMPLE, "Eicar": EICAR}


def _settings(home) -> str:
    return (
        "Foreground yes\nConcurrentDatabaseReload no\n"
        f"DatabaseDirectory {home}/db\nLocalSocket {home}/clamd.ctl\n"
        f"TemporaryDirectory {home}\nStreamMaxLength {LIMIT}\nMaxFileSize {LIMIT // 2}\n"
        "AlertExceedsMax yes\n"
    )


def _wait_for(scanner, process, log) -> None:
    begun = time.monotonic()
    while not scanner.answers():
        if process.poll() is not None or time.monotonic() > begun + WAIT:
            raise RuntimeError(log.read_text())
        time.sleep(0.1)
