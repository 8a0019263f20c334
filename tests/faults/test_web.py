"""Web processes that are killed in the middle, and clients that never come to an end."""

import os
import shutil
import signal
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psutil
import psycopg2
import pytest
import requests
from django.conf import settings

from deploy.embedded import demo, ports
from deploy.embedded.processes import Service
from huadu_portal.accounts.tokens import Token
from projects.models import Document, MaterialKind
from tests.conftest import PDF
from tests.escalation.reminders import reminders_of
from tests.faults.cast import DELIVER, REMIND, all_sent, arrived, write_mails
from tests.faults.meanwhile import Meanwhile
from tests.faults.portal import forget_clocks
from tests.faults.slow import BODY, HEAD, SlowClients
from tests.faults.visitor import Visitor
from tests.faults.waiting import eventually

RECOVERY = 30  # seconds, by I8 of docs/quality.md
LIMIT = 3  # seconds, for any page
RELOAD = 240  # seconds: two workers, one after the other, on a machine that is busy
CLIENTS = 200
NGINX = """
daemon off;
pid {home}/pid;
user root;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    {server}
}}
"""


# ---- Killed between file and row ----------------------------------------------------------


class Firm:
    """Its own program, which sends a material and sends it again under the same key."""

    def __init__(self, portal, user, firm) -> None:
        _row, token = Token.objects.create(user)
        self.headers = {"Authorization": f"Token {token}", "Idempotency-Key": "licence-1"}
        self.address = f"{portal.address}/api/v1/documents/"
        kind = MaterialKind.objects.get(name="营业执照")
        self.body = {"kind": kind.code, "enterprise": str(firm.pk)}

    def send(self) -> requests.Response:
        file = {"file": ("执照.pdf", PDF)}
        return requests.post(
            self.address, headers=self.headers, data=self.body, files=file, timeout=60
        )


def stored(portal) -> list[str]:
    return sorted(str(file) for file in portal.media.glob("documents/*/*/*"))


def kill_workers(web) -> None:
    """As when the machine has run out of memory; granian itself stays."""
    doomed = psutil.Process(web.process.pid).children(recursive=True)
    for worker in doomed:
        worker.kill()
    psutil.wait_procs(doomed, timeout=30)
    forget_clocks(doomed)


def test_a_web_killed_between_file_and_row_ends_in_one_of_each(
    portal, firm, alice, catalogue, sink
):
    web = portal.start_web()
    program = Firm(portal, alice, firm)
    with (
        closing(psycopg2.connect(portal.stack.postgres.url)) as other,
        ThreadPoolExecutor() as at,
    ):
        # The file can be written, its row cannot.
        other.cursor().execute("LOCK TABLE projects_document IN SHARE MODE")
        sent = at.submit(program.send)
        eventually(lambda: stored(portal))
        kill_workers(web)
        assert isinstance(sent.exception(30), requests.ConnectionError)

    eventually(portal.is_up, within=RECOVERY)
    assert not Document.objects.exists()
    answers = [program.send(), program.send()]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    document = Document.objects.get()
    assert len(stored(portal)) == 2

    # Files go by the machine's time, the portal by ours.
    began = portal.clock.now().timestamp()
    for file in stored(portal):
        os.utime(file, (began, began))
    portal.let_pass(hours=25)
    portal.finished("sweeper", "--once")
    assert stored(portal) == [str(portal.media / document.file.name)]


# ---- Slow clients -------------------------------------------------------------------------


def slowest(portal) -> float:
    """Of ten answers, in seconds; endless as soon as one has not come."""
    times = []
    for _ in range(10):
        began = time.monotonic()
        try:
            requests.get(f"{portal.address}/healthz", timeout=2 * LIMIT)
        except requests.Timeout:
            return float("inf")
        times.append(time.monotonic() - began)
    return max(times)


def assert_work_goes_on(portal, sink, accepted) -> None:
    addresses = write_mails(5, portal.clock.now())
    portal.ring(REMIND, "reminders")
    portal.ring(DELIVER, "deliveries")
    eventually(reminders_of(accepted).exists)
    eventually(all_sent)
    assert addresses <= arrived(sink)


@pytest.fixture
def workers(portal):
    for queue in ("reminders", "deliveries"):
        portal.start_worker(queue)


def test_two_hundred_clients_that_never_end_their_heads_hold_up_nobody(
    portal, accepted, sink, workers
):
    portal.start_web()

    with SlowClients(portal, CLIENTS, HEAD):
        assert slowest(portal) < LIMIT
        assert_work_goes_on(portal, sink, accepted)


def test_two_hundred_bodies_that_never_end_starve_the_pages_and_nothing_else(
    portal, accepted, sink, workers
):
    """Why a proxy that takes in the whole request first has to stand in front
    (docs/operating.md); once they are gone the pages are back by themselves."""
    portal.start_web()

    with SlowClients(portal, CLIENTS, BODY):
        assert slowest(portal) > LIMIT
        assert_work_goes_on(portal, sink, accepted)

    eventually(lambda: slowest(portal) < LIMIT, within=RECOVERY)


@pytest.fixture
def nginx(portal):
    """The documented proxy in front of our web, on a port of its own."""
    program = shutil.which("nginx")
    if not program:
        pytest.skip("no nginx on this machine")
    # Otherwise it writes to the log of the machine's own (1.19.5 is the first that need not).
    offers = subprocess.run([program, "-h"], capture_output=True, text=True)
    if " -e " not in offers.stdout + offers.stderr:
        pytest.skip("this nginx is too old to be told where its errors go (-e)")
    port, home = ports.draw(), portal.home / "nginx"
    home.mkdir()
    server = (settings.BASE_DIR / "docs" / "nginx.conf").read_text()
    server = server.replace("listen 80", f"listen {ports.HOST}:{port}")
    server = server.replace("portal.example", "localhost")
    server = server.replace("127.0.0.1:8000", f"{ports.HOST}:{portal.web_port}")
    server = server.replace("/var/log/nginx", str(home))
    server = server.replace("/srv/portal", str(settings.BASE_DIR))
    file = home / "nginx.conf"
    file.write_text(NGINX.format(home=home, server=server))
    command = [program, "-e", home / "error.log", "-p", home, "-c", file]
    portal.start(Service("nginx", command, home=portal.home), LD_PRELOAD="")
    yield port
    portal.end()
    shutil.rmtree(home)


def test_behind_the_documented_proxy_they_hold_up_nobody(
    portal, accepted, sink, workers, nginx
):
    portal.start_web()
    own, portal.web_port = portal.web_port, nginx
    try:
        eventually(portal.is_healthy)
        with SlowClients(portal, CLIENTS, BODY):
            assert slowest(portal) < LIMIT
            assert_work_goes_on(portal, sink, accepted)
    finally:
        portal.web_port = own


# ---- Restarted while people work -----------------------------------------------------------


class Callers(Meanwhile):
    """They read and write as fast as they are answered, each on new connections."""

    def __init__(self, portal, number: int) -> None:
        self.portal, self.acts = portal, [self._call] * number
        self.answered, self.failed = Counter(), []

    def _call(self) -> None:
        visitor = Visitor(self.portal)
        visitor.session.headers["Connection"] = "close"
        while self.is_on:
            self._note("read", 200, lambda: visitor.get("/catalogue/"))
            self._note("written", 302, lambda: visitor.post("/elder-mode/", next="/"))

    def _note(self, what: str, expected: int, send) -> None:
        try:
            status = send().status_code
        except requests.RequestException as error:
            status = repr(error)
        if status == expected:
            self.answered[what] += 1
        else:
            self.failed.append((what, status))

    def go_on(self) -> None:
        """Wait until they have been answered so many times more."""
        before = self.answered.copy()
        eventually(lambda: min((self.answered - before)[w] for w in ("read", "written")) > 20)


def workers_of(web) -> set[psutil.Process]:
    return set(psutil.Process(web.process.pid).children())


def reload(web) -> None:
    """As docs/operating.md has it: new workers come up before the old ones end."""
    old = workers_of(web)
    web.process.send_signal(signal.SIGHUP)
    eventually(lambda: not old & workers_of(web), within=RELOAD)


@pytest.fixture(params=["alone", "behind nginx"])
def front(portal, request):
    """The web as it is, or behind the documented proxy."""
    own = portal.web_port
    if request.param == "behind nginx":
        portal.web_port = request.getfixturevalue("nginx")
    yield own
    portal.web_port = own


def test_new_code_by_sighup_fails_nobody(portal, front):
    web = demo.web(portal.stack, front)
    portal.start(web, LD_PRELOAD="")
    eventually(portal.is_healthy)
    with Callers(portal, 6) as callers:
        callers.go_on()
        reload(web)
        callers.go_on()

    assert callers.failed == []


def test_stopped_and_started_it_would_fail_many(portal, front):
    web = demo.web(portal.stack, front)
    portal.start(web, LD_PRELOAD="")
    eventually(portal.is_healthy)
    with Callers(portal, 6) as callers:
        callers.go_on()
        web.start()
        callers.go_on()

    assert callers.failed
