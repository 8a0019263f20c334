"""The database of the tests, made once and copied for every process that tests.

The pattern has calendar and catalogue. A test that commits leaves its copy behind: the next
one gets a new copy, which is quicker than to empty eighty tables and to load them again.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import psycopg2
from django.db import connection

from approvals.packaged import load_catalogue
from huadu_portal.workdays.operations import load_packaged_years


def make_once(folder: Path, *, keep: bool, at: datetime) -> str:
    """The pattern, by whichever process comes first; `folder` is the same for all of them."""
    name, users = connection.creation._get_test_db_name(), folder / "users-of-the-pattern"
    with alone(folder):
        if not users.exists():
            connection.creation.create_test_db(
                verbosity=0, autoclobber=True, serialize=False, keepdb=keep
            )
            load_packaged_years(at=at)
            load_catalogue(at=at)
            connection.close()
            users.mkdir()
        (users / str(os.getpid())).touch()
    return name


def give_up(pattern: str, folder: Path, *, keep: bool) -> None:
    """The last who needed it takes it away."""
    users = folder / "users-of-the-pattern"
    with alone(folder):
        (users / str(os.getpid())).unlink()
        if not any(users.iterdir()):
            users.rmdir()
            if not keep:
                drop(pattern)


def copy(pattern: str, name: str) -> None:
    """A new copy, to which this process and its threads connect from now on."""
    drop(name)
    administer(f"CREATE DATABASE {name} TEMPLATE {pattern}")
    connection.settings_dict["NAME"] = name


def drop(name: str) -> None:
    """Whoever is still connected to it."""
    connection.close()
    administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def administer(statement: str) -> None:
    """What cannot be done from within the database that it is done to."""
    params = connection.get_connection_params() | {"dbname": "postgres"}
    with closing(psycopg2.connect(**params)) as conn:
        conn.autocommit = True
        with conn.cursor() as cursor:
            cursor.execute(statement)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
