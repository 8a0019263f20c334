"""One folder's servers, and the settings by which the portal reaches them."""

import fcntl
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import settings_file
from .memory import Memory
from .places import LOCAL, ROOT, Trouble, open_folder
from .postgres import Postgres
from .processes import run, sweep
from .redis_server import Redis

# What a person may set in the environment instead.
DEFAULTS = {
    "SECOND_FACTOR": "optional",
    "DEMO": "1",
    "HTTPS": "0",
    "DEBUG": "0",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "PORT": "8000",
}


class Stack:
    def __init__(self, home: Path, options: dict[str, str] | None = None) -> None:
        self.home = home.resolve()
        self.given = given(self.home)
        self.memory = Memory(home / "memory.json")
        self.postgres = Postgres(self.home, self.memory, options)
        self.redis = Redis(self.home, self.memory)

    @property
    def servers(self) -> list[Postgres | Redis]:
        """Those that nobody else provides."""
        own = []
        if "DATABASE_URL" not in self.given:
            own.append(self.postgres)
        if "REDIS_URL" not in self.given:
            own.append(self.redis)
        return own

    def clear(self) -> None:
        """End what an earlier, killed run left; the database in its own manner."""
        self.postgres.clear()
        sweep(self.home)

    def start(self) -> None:
        self.clear()
        for server in self.servers:
            server.start()
        settings_file.write(self.home / "env", self.settings)

    def stop(self) -> None:
        for server in self.servers:
            server.stop()
        self.clear()

    def manage(self, *command: str) -> str:
        """Run a command of manage.py to its end; what it wrote."""
        whole = [sys.executable, ROOT / "manage.py", *command]
        return run(f"manage-{command[0]}", whole, home=self.home, env=self.settings)

    @property
    def settings(self) -> dict[str, str]:
        own = {
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "SECRET_KEY": self.memory.once(
                "secret key", lambda: secrets.token_urlsafe(48)
            ),
            "MEDIA_ROOT": str(self.home / "media"),
            "STATIC_ROOT": str(self.home / "static"),
            "DEMO_PASSWORD_FILE": str(self.home / "demo-password"),
        }
        return DEFAULTS | own | self.given


def given(home: Path) -> dict[str, str]:
    """Settings from the environment, but for those that came out of our own files.

    Somebody who has read .local/env into the shell has not set up a server.
    """
    names = [*DEFAULTS, "DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"]
    names += ["SECRET_KEY", "EMAIL_URL", "TIME_ZONE", "LANGUAGE_CODE"]
    written = [settings_file.read(folder / "env") for folder in {home, LOCAL}]
    return {
        name: os.environ[name]
        for name in names
        if os.environ.get(name)
        and all(os.environ[name] != known.get(name) for known in written)
    }


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Only one of us in a folder at a time."""
    open_folder(home)
    with (home / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Trouble(
                f"Already running: process {lock.read().strip() or '?'} uses {home}."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
