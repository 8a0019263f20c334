"""make run: the whole portal in the foreground."""

import hashlib
import os
import shlex
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from . import assets, ports
from .frontend import install_packages
from .places import ROOT, Trouble
from .processes import Service, wait_until
from .progress import step
from .signals import Stopped
from .stack import Stack
from .supervision import keep

ACCOUNTS = (
    "enterprise enterprise2 window agent chief officer officer2 officer3 depthead "
    "head leader auditor security admin"
)
PYTHON = sys.executable
# As in settings.CELERY_TASK_QUEUES: one worker of one process for each.
QUEUES = ["reminders", "deliveries", "previews", "reports"]


def run_demo(home: Path) -> None:
    stack = Stack(home)
    try:
        stack.clear()
        port = ports.for_web(stack.settings["PORT"])
        install_packages(home)
        with step("Starting PostgreSQL and Redis"):
            stack.start()
        prepare(stack)
        with step("Starting the web and the workers"):
            start_services(stack, port)
        print(banner(stack), flush=True)
        keep(stack.running)
    except Stopped:
        print("Stopping …", flush=True)
        raise
    finally:
        stack.stop()


def prepare(stack: Stack) -> None:
    """Bring database, messages and static files up to date; load the demo once."""
    with step("Migrating the database and loading the catalogue"):
        stack.manage("migrate", "--noinput")
    assets.prepare(stack)
    if stack.settings["DEMO"] != "1":
        set_up(stack)
    elif not demo_is_loaded(stack):
        load_demo(stack)


def set_up(stack: Stack) -> None:
    """The first administrators: asked for at a terminal, else from SETUP_… variables.

    What it says is missing keeps nobody from starting; it names the line to run instead.
    """
    asks = [] if sys.stdin.isatty() else ["--no-input"]
    command = manage("setup", *asks)
    # In the foreground: it asks, and its links are to be seen.
    subprocess.run(command, env=os.environ | stack.settings, cwd=ROOT, check=False)


def demo_is_loaded(stack: Stack) -> bool:
    return _database(stack) in _loaded(stack)


def load_demo(stack: Stack) -> None:
    try:
        with step("Loading the demo data"):
            stack.manage("load_demo")
    except Trouble as trouble:
        # A database with real data refuses; that is no reason not to serve it.
        print(f"No demo data: {trouble}", flush=True)
    else:
        stack.memory.keep("demo loaded into", [*_loaded(stack), _database(stack)])


def _loaded(stack: Stack) -> list[str]:
    known = stack.memory.get("demo loaded into")
    return list(known) if isinstance(known, list) else []


def _database(stack: Stack) -> str:
    """Which database: a private one that was made anew is another."""
    name = stack.given.get("DATABASE_URL") or stack.postgres.identity
    return hashlib.sha256(name.encode()).hexdigest()


def start_services(stack: Stack, port: int) -> None:
    """The pages first: for them somebody is waiting."""
    pages = web(stack, port)
    stack.run(pages)
    wait_until(lambda: answers(port), pages)
    for queue in QUEUES:
        stack.run(worker(stack, queue))
    stack.run(beat(stack))
    stack.run(sweeper(stack))


def web(stack: Stack, port: int) -> Service:
    command = [PYTHON, "-m", "granian", "--interface", "wsgi"]
    command += ["--host", ports.HOST, "--port", str(port)]
    command += ["--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers"]
    # After SIGHUP: seconds for a new worker to come up, and for an old one to come to its end.
    command += ["--respawn-interval", "25", "--workers-kill-timeout", "60"]
    command += ["huadu_portal.wsgi:application"]
    return Service("web", command, home=stack.home, env=stack.settings)


def worker(stack: Stack, queue: str) -> Service:
    """For one kind of work, so that a slow mail server holds up no reminder."""
    options = ["--queues", queue, "--hostname", f"{queue}@%h", "--concurrency", "1"]
    # Workers that know nothing of each other start sooner and talk less.
    options += ["--without-mingle", "--without-gossip"]
    return _celery(stack, f"worker-{queue}", "worker", *options)


def beat(stack: Stack, name: str = "beat") -> Service:
    schedule = str(stack.home / f"celery{name}-schedule")
    return _celery(stack, name, "beat", "--schedule", schedule, "--pidfile", "")


def sweeper(stack: Stack) -> Service:
    """Does what beat and workers should have done; sees when they are silent."""
    return Service("sweeper", manage("sweeper"), home=stack.home, env=stack.settings)


def manage(*command: str) -> list[str | Path]:
    return [PYTHON, ROOT / "manage.py", *command]


def _celery(stack: Stack, name: str, role: str, *options: str) -> Service:
    command = [PYTHON, "-m", "celery", "-A", "huadu_portal", role, *options]
    command += ["--loglevel", "INFO"]
    return Service(name, command, home=stack.home, env=stack.settings)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{ports.HOST}:{port}/healthz", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def banner(stack: Stack) -> str:
    lines = ["", f"The portal runs at http://localhost:{stack.settings['PORT']}", ""]
    password = Path(stack.settings["DEMO_PASSWORD_FILE"])
    if stack.settings["DEMO"] == "1" and password.exists():
        lines += [f"Demo accounts: {ACCOUNTS}"]
        lines += [f"Password of all: {password.read_text().strip()}  (kept in {password})"]
    lines += [f"Shell for manage.py: set -a; . {shlex.quote(str(stack.home))}/env; set +a"]
    lines += [f"Logs: {stack.home}/log", "Ctrl-C stops everything.", ""]
    return "\n".join(lines)
