"""A virtual environment and a database per peer."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def python_of(peer: str) -> Path:
    """The interpreter of a peer's environment, made if its requirements are new."""
    home = ROOT / ".local" / "peers" / "venv" / peer
    wanted, stamp = HERE / peer / "requirements.txt", home / "complete"
    if not stamp.exists() or stamp.read_text() != wanted.read_text():
        print(f"Making the environment of {peer} …", flush=True)
        _run([sys.executable, "-m", "venv", "--clear", home])
        pip = [home / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-input"]
        _run([*pip, "--disable-pip-version-check", "-r", wanted])
        stamp.write_text(wanted.read_text())
    return home / "bin" / "python"


def _run(command) -> None:
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stdout[-3000:]}")


@contextmanager
def database(server: str, peer: str) -> Iterator[str]:
    """An empty database of its own on our server, and its address."""
    name = f"peer_{peer}"
    _administer(server, "DROP DATABASE IF EXISTS {}", name)
    _administer(server, "CREATE DATABASE {}", name)
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        _administer(server, "DROP DATABASE {} WITH (FORCE)", name)


def _administer(server: str, statement: str, name: str) -> None:
    with closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        connection.cursor().execute(sql.SQL(statement).format(sql.Identifier(name)))
