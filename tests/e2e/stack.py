"""A running portal of our own: web, worker and beat on real servers, with a clock we set."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from tests.shifted_clock import ShiftedClock

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable


class Portal:
    """Started once for all walks; its demo data is as of the day it begins on."""

    database, broker = "portal_e2e", 1

    def __init__(self, folder: Path, port: int, begins: datetime, **settings: str):
        self.folder, self.port = folder, port
        self.address = f"http://localhost:{port}"
        self.clock = ShiftedClock(folder / "clock", begins)
        self.processes: list[subprocess.Popen] = []
        self.env = os.environ | self._settings() | self.clock.env | settings

    def _settings(self) -> dict[str, str]:
        database = urlsplit(os.environ["DATABASE_URL"])
        redis = urlsplit(os.environ["REDIS_URL"])
        return {
            "DATABASE_URL": urlunsplit(database._replace(path=f"/{self.database}")),
            "REDIS_URL": urlunsplit(redis._replace(path=f"/{self.broker}")),
            "DEMO": "1",
            "HTTPS": "0",
            "DEBUG": "0",
            "SECOND_FACTOR": "optional",
            "ALLOWED_HOSTS": "localhost",
            "SITE_URL": self.address,
            "SECRET_KEY": "only-for-the-browser-walk-8hJ2kL9mN4pQ7rS1tU5vW3xY6zA0bC",
            "MEDIA_ROOT": str(self.folder / "media"),
            # make test has collected them already.
            "STATIC_ROOT": os.environ["STATIC_ROOT"],
            "DEMO_PASSWORD_FILE": str(self.folder / "demo-password"),
        }

    def let_pass(self, time: timedelta) -> None:
        """Since the clock was set last, by whichever walk."""
        self.clock.set(self.clock.moment + time)

    def prepare(self) -> None:
        self.create_database()
        self.manage("migrate", "--noinput")
        if not Path(self.env["STATIC_ROOT"], "staticfiles.json").exists():
            self.manage("collectstatic", "--noinput")
        self.manage("load_demo")

    def manage(self, *arguments: str, may_end_with: int = 0) -> str:
        done = subprocess.run(
            [PYTHON, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=300,
        )
        if done.returncode not in {0, may_end_with}:
            raise RuntimeError(f"{arguments}: {done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout

    def create_database(self) -> None:
        with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
                cursor.execute(f"CREATE DATABASE {self.database}")

    def start(self) -> None:
        web = ["granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        web += ["--port", str(self.port), "--workers", "1", "--blocking-threads", "4"]
        self._spawn("web", *web, "huadu_portal.wsgi:application")
        celery = ["celery", "-A", "huadu_portal"]
        self._spawn("worker", *celery, "worker", "--concurrency", "1", "--loglevel", "INFO")
        schedule = str(self.folder / "beat")
        self._spawn("beat", *celery, "beat", "--schedule", schedule, "--pidfile", "")
        self._wait()

    def _spawn(self, name: str, module: str, *arguments: str) -> None:
        log = (self.folder / f"{name}.log").open("wb")
        process = subprocess.Popen(
            [PYTHON, "-m", module, *arguments],
            cwd=ROOT,
            env=self.env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        self.processes.append(process)

    def _wait(self) -> None:
        for _ in range(120):
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        raise RuntimeError((self.folder / "web.log").read_text()[-4000:])

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(5)

    @property
    def password(self) -> str:
        return (self.folder / "demo-password").read_text().strip()
