"""Settings as a file a shell can read: set -a; . .local/env"""

import shlex
from pathlib import Path

from .memory import write_private


def read(file: Path) -> dict[str, str]:
    try:
        lines = shlex.split(file.read_text(), comments=True)
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


def write(file: Path, settings: dict[str, str]) -> None:
    lines = [f"{name}={shlex.quote(value)}\n" for name, value in settings.items()]
    write_private(file, "# Written at every start.\n" + "".join(lines))
