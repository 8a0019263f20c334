"""A broker that is away, frozen, full, forgetful or does not let us in."""

import time

import pytest
import redis

from approvals.models import Status
from huadu_portal.notifications.models import Delivery
from tests.approvals.moments import url_of
from tests.conftest import HOUR, MONDAY
from tests.faults.cast import DELIVER, all_sent, arrived, write_mails
from tests.faults.portal import freeze, kill, thaw
from tests.faults.proxy import Network, Proxy
from tests.faults.visitor import Visitor
from tests.faults.waiting import eventually

LIMIT = 3  # seconds, for any page; the bar of the issue
PAGES = ["/", "/catalogue/", "/lookup/", "/verify/", "/accounts/login/", "/readyz", "/metrics"]
STAFF_PAGES = ["/", "/admin/", "/admin/status/", "/dashboard/", "/notifications/"]


@pytest.fixture
def monday(portal):
    """Before any limit has run out in silence."""
    portal.clock.set(MONDAY + HOUR)


def accept(portal, item, by) -> float:
    """By the page; how many seconds it took."""
    officer = Visitor(portal, by)
    officer.get(url_of(item, "accept"))
    began = time.monotonic()
    answer = officer.post(url_of(item, "accept"), version=item.version)
    assert answer.status_code == 302
    item.refresh_from_db()
    assert item.status == Status.ACCEPTED
    return time.monotonic() - began


class TestFrozen:
    @pytest.mark.quick
    def test_every_page_answers_within_three_seconds(self, portal, chen):
        portal.start_web()
        chen = Visitor(portal, chen)
        chen.get("/admin/")

        freeze(portal.stack.redis.service)

        for path in PAGES:
            assert seconds(Visitor(portal), path) < LIMIT, path
        for path in STAFF_PAGES:
            assert seconds(chen, path) < LIMIT, path

    def test_an_act_takes_no_longer_and_its_mails_go_once_it_wakes(
        self, portal, monday, submitted, omar, sink
    ):
        portal.start_web()
        portal.start_worker("deliveries")
        portal.start_beat()
        freeze(portal.stack.redis.service)

        assert accept(portal, submitted, omar) < LIMIT
        assert not all_sent()

        thaw(portal.stack.redis.service)
        portal.let_pass(minutes=1)
        eventually(all_sent)
        assert sink.mails


def seconds(visitor, path) -> float:
    began = time.monotonic()
    assert visitor.get(path).status_code == 200, path
    return time.monotonic() - began


@pytest.mark.quick
def test_a_broker_that_comes_back_empty_loses_no_mail(portal, db, sink):
    portal.start_worker("deliveries")
    portal.start_beat()
    addresses = write_mails(10, portal.clock.now())
    portal.ring(DELIVER, "deliveries")

    kill(portal.stack.redis.service)
    addresses |= write_mails(10, portal.clock.now(), name="meanwhile")
    (portal.stack.redis.folder / "appendonly.aof").unlink()
    portal.stack.redis.start()
    portal.let_pass(minutes=1)

    eventually(all_sent)
    assert arrived(sink) == addresses


class TestOfNoUse:
    """The act is done, and the sweeper sends what no worker will."""

    def test_because_the_password_is_wrong(self, portal, monday, submitted, omar):
        wrong = portal.stack.redis.url.replace("redis://:", "redis://:x")
        portal.start_web(REDIS_URL=wrong)

        assert accept(portal, submitted, omar) < LIMIT

        portal.start_sweeper(REDIS_URL=wrong)
        eventually(all_sent)

    def test_because_it_is_full(self, portal, monday, submitted, omar):
        portal.start_web()
        portal.start_worker("deliveries")
        with redis.Redis.from_url(portal.stack.redis.url) as broker:
            broker.config_set("maxmemory", 1)
            assert accept(portal, submitted, omar) < LIMIT
            portal.start_sweeper()
            eventually(all_sent)
            broker.config_set("maxmemory", "256mb")

        # The worker is none the worse for it.
        write_mails(1, portal.clock.now(), name="afterwards")
        portal.ring(DELIVER, "deliveries")
        eventually(all_sent)

    def test_because_the_network_swallows_all(self, portal, monday, submitted, omar):
        network = Proxy(portal.stack.redis._port)
        behind = portal.stack.redis.url.replace(
            f":{portal.stack.redis._port}/", f":{network.port}/"
        )
        try:
            portal.start_web(REDIS_URL=behind)
            portal.start_worker("deliveries", REDIS_URL=behind)
            network.become(Network.SWALLOWS)

            assert accept(portal, submitted, omar) < LIMIT
            assert Delivery.objects.exclude(state=Delivery.State.SENT).exists()

            portal.start_sweeper(REDIS_URL=behind)
            eventually(all_sent)
        finally:
            network.stop()
