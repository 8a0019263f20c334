"""What the machinery promises of itself by its settings (docs/quality.md), asked of the real servers."""

from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.db import connection

from deploy.embedded import demo
from deploy.embedded.postgres import OPTIONS
from huadu_portal.celery import app
from tests.faults.cast import ask

pytestmark = pytest.mark.quick
MINUTE = timedelta(minutes=1).total_seconds()


def test_no_statement_lock_or_idle_transaction_lasts_for_ever(db):
    limits = {
        name: ask(f"SHOW {name}")[0][0]
        for name in ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]
    }

    assert list(limits.values()) == ["15s", "5s", "30s"]


def test_connections_are_kept_a_minute_and_tried_before_they_are_used(db):
    kept = connection.settings_dict

    assert (kept["CONN_MAX_AGE"], kept["CONN_HEALTH_CHECKS"]) == (60, True)
    assert kept["OPTIONS"]["connect_timeout"] == 3


def test_the_broker_keeps_what_it_is_given(portal):
    with redis.Redis.from_url(portal.stack.redis.url) as broker:
        kept = broker.config_get("appendonly") | broker.config_get("maxmemory-policy")

    assert kept == {"appendonly": "yes", "maxmemory-policy": "noeviction"}


def test_no_running_task_is_handed_out_twice():
    conf = app.conf

    assert conf.broker_transport_options["visibility_timeout"] >= 10 * conf.task_time_limit
    assert conf.task_soft_time_limit < conf.task_time_limit


def test_a_lost_worker_is_forgiven_a_few_times_and_soon():
    conf, every = app.conf, app.conf.task_annotations["*"]

    assert conf.task_acks_late
    assert conf.task_retry_on_worker_lost
    assert every["max_retries"] <= 3
    assert every["default_retry_delay"] <= MINUTE


def test_a_worker_takes_one_task_at_a_time_as_json_and_keeps_no_result():
    conf = app.conf

    assert conf.worker_prefetch_multiplier == 1
    assert conf.accept_content == ["json"]
    assert conf.task_ignore_result


def test_publishing_lets_nobody_wait():
    options = app.conf.broker_transport_options

    assert (options["socket_timeout"], options["socket_connect_timeout"]) == (1, 1)
    assert not app.conf.task_publish_retry


def test_every_queue_has_its_worker_and_every_turn_its_queue():
    queues = {queue.name for queue in app.conf.task_queues}
    routed = {route["queue"] for route in app.conf.task_routes.values()}

    assert set(demo.QUEUES) == queues
    assert routed | {app.conf.task_default_queue} == queues


def test_a_turn_of_beat_that_nobody_takes_expires_before_they_pile_up():
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["options"]["expires"] <= 2 * entry["schedule"].seconds


def test_the_database_has_room_for_all_of_us():
    threads, slots = 2 * 4, len(demo.QUEUES)

    assert threads + slots + 10 < int(OPTIONS["max_connections"])
