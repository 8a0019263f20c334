"""What is made of the checkout, and made anew when its sources have changed."""

import fcntl
import hashlib
from collections.abc import Iterator
from pathlib import Path

from .places import LOCAL, ROOT
from .progress import step
from .stack import Stack

# One for all that runs from this checkout: compressing takes most of the time.
COLLECTED = LOCAL / "static"
STAMP = COLLECTED / "complete"
SOURCES = ["requirements.txt", "package.json", "package-lock.json"]
SOURCES += ["huadu_portal/settings.py"]


def prepare(stack: Stack) -> None:
    compile_messages(stack)
    collect_static(stack)


def compile_messages(stack: Stack) -> None:
    sources = list((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    if any(_is_newer(source, source.with_suffix(".mo")) for source in sources):
        with step("Compiling the message catalogues"):
            stack.manage("catalogue", "--compile")


def collect_static(stack: Stack) -> None:
    with (LOCAL / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = fingerprint()
        if _stamped() == wanted:
            return
        STAMP.unlink(missing_ok=True)
        with step("Collecting and compressing the static files"):
            stack.manage("collectstatic", "--noinput", "--clear", "-v0")
        STAMP.write_text(wanted)


def fingerprint() -> str:
    """Changes with every file of ours, and with every version of the libraries."""
    digest = hashlib.sha256()
    for source in SOURCES:
        digest.update((ROOT / source).read_bytes())
    for file in sorted(_ours()):
        state = file.stat()
        digest.update(f"{file} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _ours() -> Iterator[Path]:
    for pattern in ["static", "*/static", "huadu_portal/*/static"]:
        for folder in ROOT.glob(pattern):
            if not folder.is_relative_to(LOCAL):
                yield from (path for path in folder.rglob("*") if path.is_file())


def _is_newer(source: Path, made: Path) -> bool:
    return not made.exists() or source.stat().st_mtime > made.stat().st_mtime


def _stamped() -> str | None:
    return STAMP.read_text() if STAMP.exists() else None
