"""The databases of the tests: made once, and copied for every process that tests.

The pattern has calendar and catalogue. A test that commits leaves its copy behind: the next
one gets a new copy, which is quicker than to empty eighty tables and to load them again.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import psycopg2
from django.db import connection

from approvals.packaged import load_catalogue
from huadu_portal.database_waits.driver import uninstalled
from huadu_portal.workdays.operations import load_packaged_years


class Databases:
    """Of one process; `folder` is the same for all processes of a run."""

    def __init__(self, folder: Path, process: str) -> None:
        self.folder, self.users = folder, folder / "users"
        self.pattern = connection.creation._get_test_db_name()
        self.own = f"{self.pattern}_{process}"
        self.copies: set[str] = set()

    def prepare(self, *, keep: bool, at: datetime) -> None:
        """The pattern, by whichever process comes first, and a copy of it."""

        def make():
            connection.creation.create_test_db(
                verbosity=0, autoclobber=True, serialize=False, keepdb=keep
            )
            load_packaged_years(at=at)
            load_catalogue(at=at)

        self.users.mkdir(exist_ok=True)
        with alone(self.folder):
            (self.users / str(os.getpid())).touch()
            self._once(self.pattern, make)
        self.begin_anew()

    def begin_anew(self) -> None:
        drop(self.own)
        copy(self.pattern, self.own)
        use(self.own)

    @contextmanager
    def another(self, name: str, fill: Callable[[], None]) -> Iterator[None]:
        """One that is filled once for all processes, of which each has a copy: rows that one of
        them locks would hold up the others. A test takes its own changes back."""
        pattern, own = f"{self.pattern}_{name}", f"{self.own}_{name}"

        def make():
            drop(pattern)
            copy(self.pattern, pattern)
            use(pattern)
            fill()

        with alone(self.folder):
            self._once(pattern, make)
            if own not in self.copies:
                drop(own)
                copy(pattern, own)
                self.copies.add(own)
        use(own)
        try:
            yield
        finally:
            use(self.own)

    def leave(self, *, keep: bool) -> None:
        """The last one takes away what all have used; the pattern may be kept."""
        for own in {self.own, *self.copies}:
            drop(own)
        with alone(self.folder):
            (self.users / str(os.getpid())).unlink()
            if any(self.users.iterdir()):
                return
            for made in self.folder.glob("*.made"):
                made.unlink()
                if not (keep and made.stem == self.pattern):
                    drop(made.stem)

    def _once(self, name: str, make: Callable[[], None]) -> None:
        made = self.folder / f"{name}.made"
        if not made.exists():
            make()
            connection.close()
            made.touch()


def use(name: str) -> None:
    """What this process and its threads connect to from now on."""
    connection.close()
    connection.settings_dict["NAME"] = name


def copy(pattern: str, name: str) -> None:
    administer(f"CREATE DATABASE {name} TEMPLATE {pattern}")


def drop(name: str) -> None:
    """Whoever is still connected to it, this process too."""
    connection.close()
    drop_another(name)


def drop_another(name: str) -> None:
    """One that this process is not connected to, whoever else is.

    Not WITH (FORCE): an autovacuum is the server's own, and no right of ours ends it. Without
    force the server stops it by itself, and waits five seconds for those whom we ended.
    """
    administer(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{name}' AND usename = current_user"
    )
    administer(f"DROP DATABASE IF EXISTS {name}")


def administer(statement: str) -> None:
    """What cannot be done from within the database that it is done to; however long it takes."""
    params = connection.get_connection_params() | {"dbname": "postgres", "options": ""}
    with uninstalled(), closing(psycopg2.connect(**params)) as conn:
        conn.autocommit = True
        with conn.cursor() as cursor:
            cursor.execute(statement)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
