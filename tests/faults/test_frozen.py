"""A database or a broker that is there and gives no answer, under forty connections; and a row
that everybody wants (docs/decisions/0032).

In `make faults` and not in `make test`: its bars are seconds, which want a machine of their own.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest
import requests
from django.db import connection

from huadu_portal.accounts.tokens import Token
from huadu_portal.notifications.models import Delivery
from projects.credit_code import check_character
from projects.models import Application, ApplicationStatus, Enterprise
from projects.operations import register_enterprise
from tests.conftest import MONDAY, person
from tests.faults.cast import all_sent, arrived, hand_in, write_mails
from tests.faults.parallel_visitors import PATIENCE, Crowd, Pulse
from tests.faults.portal import freeze, thaw
from tests.faults.proxy import Network, Proxy
from tests.faults.visitor import Visitor
from tests.faults.waiting import eventually

CONNECTIONS, TURNS = 40, 15
# Seconds: the bars of the issue.
FROZEN_DATABASE, FROZEN_BROKER, HEALTH = 15, 3, 1
# /healthz stands in line with forty others, of whom most are turned away one by one.
HEALTH_IN_LINE = 5
# For which it is frozen: longer than it takes to notice, and to try once more.
SHORT, LONG = 8, 14
RECOVERY = 30  # by I8 of docs/quality.md
APPLICATIONS = "/api/v1/applications/"


@pytest.fixture
def firms(db):
    """One for each connection, for a firm may keep twenty drafts; and their programs' keys."""
    firms = []
    for number in range(CONNECTIONS):
        owner, code = person(f"owner{number}"), f"91440114MADE{number:05d}"
        firm = register_enterprise(
            by=owner, at=MONDAY, name=f"第{number}家", credit_code=code + check_character(code)
        )
        firms.append((firm, token_of(owner)))
    return firms


@pytest.fixture
def network(portal):
    """Between the web and its database, until the web has ended."""
    network = Proxy(portal.stack.postgres._port)
    yield network
    network.stop()


def token_of(user) -> dict[str, str]:
    _row, token = Token.objects.create(user)
    return {"Authorization": f"Token {token}"}


class Drafts:
    """Begun by the interface, each under a key of its own."""

    def __init__(self, portal, firms) -> None:
        self.portal, self.firms = portal, firms

    def begin(self, number: int, turn: int) -> requests.Response:
        firm, token = self.firms[number]
        return requests.post(
            self.portal.address + APPLICATIONS,
            headers=token | {"Idempotency-Key": f"draft-{turn}"},
            json={"enterprise": str(firm.pk)},
            timeout=PATIENCE,
        )


def sent_again(drafts, answer):
    """As a client does that was told to wait: each of the web's processes notices by itself that
    the database is back."""
    until = time.monotonic() + RECOVERY
    while (sent := drafts.begin(answer.number, answer.turn)).status_code == 503:
        if time.monotonic() > until:
            break
        time.sleep(1)
    return sent


def hold_up(portal, drafts, *, begin, end, lasts: float) -> None:
    """Forty connections while a fault lasts: all are answered in time, and nothing is lost."""
    with Crowd(CONNECTIONS, TURNS, drafts.begin) as crowd:
        eventually(lambda: crowd.count(201) >= 10)
        begin()
        began = time.monotonic()
        with Pulse(portal) as pulse:
            time.sleep(lasts)
            told, health = crowd.go_home(), pulse.usual()
    end()
    eventually(portal.is_up, within=RECOVERY)

    waited = [answer.ended - max(began, answer.began) for answer in told]
    assert max(waited) < FROZEN_DATABASE
    assert health < HEALTH
    assert {answer.status for answer in told} == {201, 503}
    assert all(answer.retry_after for answer in told if answer.status == 503)
    # Sent again, each of them is one draft: those that were done, and those that were not.
    connection.close()
    with ThreadPoolExecutor(8) as at:
        again = list(at.map(lambda answer: sent_again(drafts, answer), told))
    assert {answer.status_code for answer in again} == {201}
    made = {answer.json()["id"] for answer in again}
    assert len(made) == len(told) == Application.objects.count()
    for answer, repeated in zip(told, again, strict=True):
        if answer.status == 201:
            assert repeated.headers["Idempotency-Replayed"] == "true"


class TestADatabase:
    def test_that_is_frozen_holds_up_nobody(self, portal, firms):
        portal.start_web()
        server = portal.stack.postgres.service
        connection.close()

        hold_up(
            portal,
            Drafts(portal, firms),
            begin=lambda: freeze(server),
            end=lambda: thaw(server),
            lasts=SHORT,
        )

    def test_that_is_cut_off_holds_up_nobody(self, portal, firms, network):
        port = portal.stack.postgres._port
        behind = portal.stack.postgres.url.replace(f":{port}/", f":{network.port}/")
        portal.start_web(DATABASE_URL=behind)

        hold_up(
            portal,
            Drafts(portal, firms),
            begin=lambda: network.become(Network.SWALLOWS),
            end=lambda: network.become(Network.PASSES),
            lasts=LONG,
        )

    def test_that_was_frozen_is_found_again_by_all_who_work(self, portal, db, sink):
        """Whatever they were waiting for is given up, and taken up again."""
        worker = portal.start_worker("deliveries")
        sweeper = portal.start_sweeper()
        portal.start_beat()
        addresses = write_mails(10, portal.clock.now())
        connection.close()

        freeze(portal.stack.postgres.service)
        portal.ring("huadu_portal.notifications.tasks.deliver_due", "deliveries")
        for waiting in (worker, sweeper):
            eventually(lambda each=waiting: "gives no answer" in each.end_of_log(1000))
        thaw(portal.stack.postgres.service)

        connection.close()
        addresses |= write_mails(10, portal.clock.now(), name="afterwards")
        eventually(lambda: all_sent() or portal.let_pass(minutes=1))
        assert arrived(sink) == addresses
        assert worker.alive
        assert sweeper.alive


class TestABroker:
    def test_that_is_frozen_costs_nobody_anything(self, portal, firm, alice, wei):
        """Forty connections, each with acts of which somebody is to be told."""
        hand_in(firm, by=alice, count=CONNECTIONS * 2)
        handed_in, token = list(Application.objects.all()), token_of(wei)
        portal.start_web()
        connection.close()

        def send_back(number: int, turn: int) -> requests.Response:
            application = handed_in[2 * number + turn]
            return requests.post(
                f"{portal.address}{APPLICATIONS}{application.pk}/return/",
                headers=token,
                json={"version": application.version, "missing": ["缺少投资协议。"]},
                timeout=PATIENCE,
            )

        freeze(portal.stack.redis.service)
        with Crowd(CONNECTIONS, 2, send_back) as crowd, Pulse(portal) as pulse:
            told = crowd.stay()
            health = pulse.usual()

        assert {answer.status for answer in told} == {200}
        assert max(answer.seconds for answer in told) < FROZEN_BROKER
        assert health < HEALTH
        returned = Application.objects.filter(status=ApplicationStatus.RETURNED)
        assert returned.count() == len(told) == 2 * CONNECTIONS
        assert Delivery.objects.filter(state=Delivery.State.PENDING).exists()


class TestARow:
    def test_that_everybody_wants_leaves_room_for_other_pages(self, portal, firm, alice, wei):
        """Forty who wait for it, and somebody else who only reads."""
        hand_in(firm, by=alice, count=1)
        wanted, token = Application.objects.get(), token_of(wei)
        portal.start_web()
        reader = Visitor(portal, person("reader"))
        reader.get("/notifications/")

        def send_back(number: int, turn: int) -> requests.Response:
            return requests.post(
                f"{portal.address}{APPLICATIONS}{wanted.pk}/return/",
                headers=token,
                json={"version": wanted.version, "missing": [f"第{number}次"]},
                timeout=PATIENCE,
            )

        with closing(psycopg2.connect(portal.stack.postgres.url)) as holder:
            holder.cursor().execute(
                "SELECT 1 FROM projects_enterprise WHERE id = %s FOR UPDATE", [str(firm.pk)]
            )
            holder.cursor().execute(
                "SELECT 1 FROM projects_application WHERE id = %s FOR UPDATE", [str(wanted.pk)]
            )
            with Crowd(CONNECTIONS, 100, send_back) as crowd, Pulse(portal) as pulse:
                eventually(lambda: crowd.count(503) > CONNECTIONS)
                read = [reader.get("/notifications/").status_code for _ in range(5)]
                holder.rollback()
                eventually(lambda: crowd.count(200))
                told, health = crowd.go_home(), pulse.usual()

        assert read.count(200) > len(read) / 2, read
        assert set(read) <= {200, 503}
        assert max(answer.seconds for answer in told) < FROZEN_DATABASE
        assert health < HEALTH_IN_LINE
        connection.close()
        # One of them was first; what the others wanted to send back had gone back already.
        assert [answer.status for answer in told].count(200) == 1
        assert {answer.status for answer in told} == {200, 409, 503}
        assert Enterprise.objects.count() == 1
