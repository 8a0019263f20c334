"""A portal of our own whose parts can be killed, frozen, restarted and misled.

Every process is started by the project's own code, with servers that nobody else uses,
and is ended by the number it was started under.
"""

import os
import shutil
import signal
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from unittest import mock
from urllib.parse import urlsplit

import psutil
import psycopg2
from celery import Celery
from django.conf import settings
from django.db import connection

from deploy.embedded import assets, demo, ports
from deploy.embedded.postgres import Postgres
from deploy.embedded.processes import Service, sweep
from deploy.embedded.redis_server import Redis
from deploy.embedded.stack import OTHERS, SERVERS, Stack
from tests.faults.sink import Manner, Sink
from tests.faults.waiting import eventually
from tests.shifted_clock import ShiftedClock

PATTERN = "pristine"
OPTIONS = {"fsync": "off", "full_page_writes": "off", "max_connections": "40"}
# Nobody writes to these processes; what they need of the environment is in the stack.
FOREIGN = [*SERVERS, *OTHERS]


class Portal:
    """One for all fault tests; `begin` gives each an empty one."""

    def __init__(self, begins: datetime) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="portal-faults-", dir="/var/tmp"))
        # The database has a user of its own, who has to pass.
        self.home.chmod(0o711)
        with mock.patch.dict(os.environ):
            for name in FOREIGN:
                os.environ.pop(name, None)
            self.stack = Stack(self.home, OPTIONS)
        self.begins = begins
        self.clock = ShiftedClock(self.home / "clock", begins)
        self.sink = Sink()
        self.web_port = ports.draw()

    # ---- Its life ---------------------------------------------------------------------

    def prepare(self) -> None:
        """Servers, and a database to copy from."""
        for server in self.servers:
            self.stack.run(server)
        assets.prepare(self.stack)
        self.stack.manage("migrate", "--noinput")
        self.stack.manage("sync_calendar")
        self.as_superuser(f"ALTER DATABASE portal RENAME TO {PATTERN}")

    def begin(self) -> None:
        """An empty database, an empty broker, a friendly mail server, the first day."""
        self.as_superuser("DROP DATABASE IF EXISTS portal WITH (FORCE)")
        self.as_superuser(f"CREATE DATABASE portal OWNER portal TEMPLATE {PATTERN}")
        with self.broker.connection_for_write() as broker:
            broker.default_channel.client.flushall()
        for schedule in self.home.glob("celery*-schedule*"):
            schedule.unlink()
        # What an earlier test has stored belongs to no row of this one.
        shutil.rmtree(self.media, ignore_errors=True)
        self.sink.reset()
        self.clock.set(self.begins)

    def end(self) -> None:
        """Stop what a test has started; the servers stay, awake and in order."""
        for service in self._services():
            kill(service)
            self.stack.running.remove(service)
            service.stop()
        self.heal()

    def heal(self) -> None:
        """The fault is over: servers that run, a mail server that takes every mail."""
        for server in self.servers:
            if server.alive:
                thaw(server.service)
                # One that is about to end is no server either.
                eventually(lambda server=server: server._answers() or not server.alive)
            if not server.alive:
                server.start()
        self.sink.manner = Manner.TAKES

    def stop(self) -> None:
        self.end()
        self.stack.stop()
        self.sink.stop()
        sweep(self.home)
        shutil.rmtree(self.home)

    def ends_of_logs(self) -> list[tuple[str, str]]:
        return [(each.name, each.end_of_log(40)) for each in self._services()]

    @property
    def media(self) -> Path:
        return Path(self.stack.settings["MEDIA_ROOT"])

    @property
    def web_runs(self) -> bool:
        return any(each.name == "web" and each.alive for each in self._services())

    @property
    def servers(self) -> list[Postgres | Redis]:
        return [self.stack.postgres, self.stack.redis]

    def _services(self) -> list[Service]:
        return [each for each in self.stack.running if isinstance(each, Service)]

    def as_superuser(self, sql: str) -> None:
        with closing(psycopg2.connect(self.stack.postgres.superuser_url)) as superuser:
            superuser.autocommit = True
            with superuser.cursor() as cursor:
                cursor.execute(sql)

    # ---- Its processes ----------------------------------------------------------------

    def env(self, **other: str) -> dict[str, str]:
        ours = {
            "SECRET_KEY": settings.SECRET_KEY,
            "EMAIL_URL": self.sink.url,
            # Seconds; the product waits ten times as long.
            "EMAIL_TIMEOUT": "2",
            "SITE_URL": self.address,
        }
        return self.stack.settings | self.clock.env | ours | other

    def start(self, service: Service, **other: str) -> Service:
        service.env = self.env(**other)
        self.stack.run(service)
        return service

    def start_web(self, application: str = "", **other: str) -> Service:
        """Of our own pages, or of another WSGI application."""
        web = demo.web(self.stack, self.web_port)
        if application:
            web.command[-1] = application
        self.start(web, **other)
        eventually(self.is_healthy)
        return web

    def start_worker(self, queue: str, name: str = "", **other: str) -> Service:
        """A worker of one kind; it has begun when it says that it is ready."""
        worker = demo.worker(self.stack, queue)
        return self._start_named(worker, name or worker.name, "ready.", **other)

    def start_beat(self, name: str = "beat") -> Service:
        beat = demo.beat(self.stack, name)
        # It looks at the clock more often than it has to, for ours makes jumps.
        beat.command += ["--max-interval", "1"]
        return self._start_named(beat, name, "beat: Starting")

    def start_sweeper(self, name: str = "sweeper", **other: str) -> Service:
        return self._start_named(demo.sweeper(self.stack), name, "", **other)

    def _start_named(self, service: Service, name: str, ready: str, **other) -> Service:
        service.name, service.log = name, self.home / "log" / f"{name}.log"
        self.start(service, **other)
        eventually(lambda: ready in service.end_of_log(1000) or not service.alive)
        assert service.alive, service.end_of_log(30)
        return service

    def manage(self, *command: str, **other: str) -> Service:
        """Begin a command of manage.py, and do not wait for its end."""
        name = f"{command[0]}-{len(self._services())}"
        whole = demo.manage(*command)
        return self.start(Service(name, whole, home=self.home), **other)

    def finished(self, *command: str) -> tuple[int, str]:
        """Run a command of manage.py to its end: its exit status, and what it said."""
        running = self.manage(*command)
        status = running.process.wait(120)
        self.stack.running.remove(running)
        said = running.end_of_log(100)
        running.stop()
        return status, said

    def restart(self, *names: str) -> None:
        """Asked to stop, and started again."""
        for service in self._services():
            if service.name in names:
                service.start()

    # ---- What can be done to it -------------------------------------------------------

    def let_pass(self, **time: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**time))

    def ring(self, task: str, queue: str) -> None:
        """As beat does, but when we say so."""
        with self.broker.connection_for_write() as broker:
            self.broker.send_task(task, queue=queue, connection=broker)

    @property
    def broker(self) -> Celery:
        return Celery(broker=self.stack.redis.url, set_as_current=False)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.web_port}"

    def is_up(self) -> bool:
        return self._answers("/readyz")

    def is_healthy(self) -> bool:
        return self._answers("/healthz")

    def _answers(self, path: str) -> bool:
        with urllib.request.urlopen(self.address + path, timeout=5) as answer:
            return answer.status == 200

    @contextmanager
    def as_our_database(self) -> Iterator[None]:
        """What the test itself reads and writes through models is the portal's."""
        postgres, before = self.stack.settings["DATABASE_URL"], dict(connection.settings_dict)
        connection.close()
        url = urlsplit(postgres)
        connection.settings_dict |= {
            "NAME": "portal",
            "USER": url.username,
            "PASSWORD": url.password,
            "HOST": url.hostname,
            "PORT": str(url.port),
        }
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(before)


def tree(service: Service) -> list[psutil.Process]:
    """The process and all it has started."""
    root = psutil.Process(service.process.pid)
    return [root, *root.children(recursive=True)]


def kill(service: Service) -> None:
    """All of it at once, as when the machine takes memory back or is switched off."""
    doomed = tree(service) if service.alive else []
    for process in doomed:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs(doomed, timeout=30)
    service.process.wait(30)
    forget_clocks(doomed)


def forget_clocks(killed: list[psutil.Process]) -> None:
    """libfaketime keeps its memory under the number of a process, and clears it away only
    when that ends by itself."""
    for process in killed:
        for name in (f"faketime_shm_{process.pid}", f"sem.faketime_sem_{process.pid}"):
            # Somebody else's is of an earlier process of that number.
            with suppress(PermissionError):
                Path("/dev/shm", name).unlink(missing_ok=True)


def freeze(service: Service) -> None:
    for process in tree(service):
        process.send_signal(signal.SIGSTOP)


def thaw(service: Service) -> None:
    for process in tree(service) if service.alive else []:
        # One that has ended meanwhile needs no waking.
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGCONT)
