"""A disk of our own: a few megabytes of memory, that can be filled and freed again."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator["SmallDisk"]:
    """As long as it lasts, whatever happens meanwhile."""
    disk = SmallDisk(folder, megabytes)
    try:
        yield disk
    finally:
        disk.stop()


class SmallDisk:
    """Mounted over a folder; skips the test, with the reason, where that cannot be."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        if not shutil.which("mount"):
            pytest.skip("no small disk can be mounted here: there is no mount")
        folder.mkdir(parents=True, exist_ok=True)
        options = f"size={megabytes}m,mode=0777"
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder],
            capture_output=True,
            text=True,
        )
        if mounted.returncode:
            pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"

    def fill(self, *, leaving: int = 0) -> None:
        """With a file of our own, up to so many last bytes."""
        with self._filler.open("wb", buffering=0) as filler:
            with suppress(OSError):
                while True:
                    filler.write(bytes(4096))
            filler.truncate(filler.tell() - leaving)

    def free(self) -> None:
        self._filler.unlink(missing_ok=True)

    def files(self) -> list[str]:
        """All but the filler."""
        found = [name for _folder, _folders, names in os.walk(self.folder) for name in names]
        return sorted(set(found) - {self._filler.name})

    def stop(self) -> None:
        # Lazily: who has a file open there may close it afterwards.
        subprocess.run(["umount", "--lazy", self.folder], check=True)
