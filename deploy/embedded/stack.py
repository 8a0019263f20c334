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
from .processes import Service, run, sweep
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
SERVERS = ["DATABASE_URL", "REDIS_URL"]
OTHERS = ["DATABASE_OWNER_URL", "SECRET_KEY", "SITE_URL", "EMAIL_URL", "MAIL_FROM"]
OTHERS += ["TIME_ZONE", "LANGUAGE_CODE", "ICP_NUMBER", "POLICE_RECORD_NUMBER"]
OTHERS += ["CONTACT_ADDRESS", "CONTACT_HOURS", "CONTACT_PHONE", "CONTACT_EMAIL"]
MEMORY = "memory.json"


class Stack:
    def __init__(self, home: Path, options: dict[str, str] | None = None) -> None:
        self.home = home.resolve()
        self.given = given(self.home)
        self.memory = Memory(self.home / MEMORY)
        self.postgres = Postgres(self.home, self.memory, options)
        self.redis = Redis(self.home, self.memory)
        self.running: list[Postgres | Redis | Service] = []

    @property
    def servers(self) -> list[Postgres | Redis]:
        """Those that nobody else provides."""
        own: list[Postgres | Redis] = []
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
            self.run(server)
        settings_file.write(self.home / "env", self.settings)

    def run(self, thing: Postgres | Redis | Service) -> None:
        """Start it, and remember to stop it."""
        self.running.append(thing)
        thing.start()

    def stop(self) -> None:
        for thing in reversed(self.running):
            thing.stop()
        self.clear()

    def manage(self, *command: str) -> str:
        """Run a command of manage.py to its end; what it wrote."""
        whole: list[str | Path] = [sys.executable, ROOT / "manage.py", *command]
        return run(f"manage-{command[0]}", whole, home=self.home, env=self.settings)

    @property
    def settings(self) -> dict[str, str]:
        own = {
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "SECRET_KEY": self.memory.once("secret key", lambda: secrets.token_urlsafe(48)),
            "MEDIA_ROOT": str(self.home / "media"),
            "STATIC_ROOT": str(LOCAL / "static"),
            "DEMO_PASSWORD_FILE": str(self.home / "demo-password"),
        }
        whole = DEFAULTS | own | self.given
        # Real people work with what is no demonstration.
        if whole["DEMO"] != "1":
            whole |= {"SECOND_FACTOR": "required"} | self.given
        return whole


def given(home: Path) -> dict[str, str]:
    """Settings from the environment, but for servers that are our own.

    Somebody who has read .local/env into the shell has not set up a server.
    """
    ours = [*Memory(home / MEMORY).passwords(), *Memory(LOCAL / MEMORY).passwords()]
    return {
        name: os.environ[name]
        for name in [*DEFAULTS, *SERVERS, *OTHERS]
        if os.environ.get(name)
        and not (name in SERVERS and any(word in os.environ[name] for word in ours))
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
