"""Where things lie, and the one kind of error a person is meant to read."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
VENV = ROOT / ".venv"


class Trouble(Exception):
    """Something a person can put right. Shown as one line, never as a traceback."""


def open_folder(folder: Path) -> Path:
    """A folder others may pass through but not list: the database has its own user."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o777 != 0o711:
            folder.chmod(0o711)
    except PermissionError:
        raise Trouble(
            f"{folder} belongs to another user. Run as that user, or remove it."
        ) from None
    return folder
