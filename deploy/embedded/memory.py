"""What has to be the same at the next start: ports, passwords, keys."""

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class Memory:
    def __init__(self, file: Path) -> None:
        self.file = file
        self._known = self._read()

    def get(self, name: str) -> object:
        return self._known.get(name)

    def keep(self, name: str, value: object) -> None:
        if self._known.get(name) != value:
            self._known[name] = value
            write_private(self.file, json.dumps(self._known, indent=1))

    def once(self, name: str, draw: Callable[[], T]) -> T:
        """The value drawn the first time this was asked."""
        if name not in self._known:
            self.keep(name, draw())
        return self._known[name]

    def password(self, name: str) -> str:
        return self.once(name, lambda: secrets.token_hex(24))

    def passwords(self) -> list[str]:
        return [value for name, value in self._known.items() if name.endswith("password")]

    def _read(self) -> dict:
        try:
            return json.loads(self.file.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    new = file.with_name(file.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as f:
        f.write(text)
    new.replace(file)
