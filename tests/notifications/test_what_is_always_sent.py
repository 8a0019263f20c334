"""A mail offers to be chosen only where that makes a difference; and mails are counted alike."""

from datetime import timedelta

import pytest
from django.utils import translation

from huadu_portal.accounts.notices import Change
from huadu_portal.clock import now
from huadu_portal.dashboard import work
from huadu_portal.monitoring import status
from huadu_portal.notifications.models import Delivery, Kind
from huadu_portal.notifications.operations import notify, tell_of_account
from tests.conftest import MONDAY

pytestmark = pytest.mark.django_db


def body_of(kind):
    return Delivery.objects.get(notification__kind=kind).body


@pytest.mark.parametrize("change", [Change.ROLE, Change.SECOND_FACTOR])
def test_of_ones_own_account_nothing_can_be_chosen(omar, change):
    tell_of_account(omar, change)

    body = Delivery.objects.get().body
    assert "/notifications/preferences/" not in body
    assert "涉及您账户变更的消息一律发送" in body


def test_of_the_projects_people_it_can(alice):
    notify(
        [alice],
        Kind.AGENT_ASSIGNED,
        at=MONDAY,
        params={"agent": "Ann", "name": "x"},
        url="/",
        event_key="x",
    )

    assert "/notifications/preferences/" in body_of(Kind.AGENT_ASSIGNED)


@pytest.fixture
def mails(alice):
    at = now()
    for minutes in (-5, 60):
        Delivery.objects.create(
            to="a@example.com",
            subject="x",
            body="x",
            created_at=at,
            next_attempt_at=at + timedelta(minutes=minutes),
        )
    return at


def test_the_status_page_and_the_start_page_count_alike(mails, tom, monkeypatch):
    monkeypatch.setattr("huadu_portal.monitoring.status._workers", lambda: [])
    with translation.override("en"):
        shown = {
            str(figure.label): figure.value
            for _title, figures in status.groups(now())
            for figure in figures
        }
        tiles = {str(each.label): each.count for each in work.today(tom, now())["figures"]}

    assert shown["mails waiting"] == str(tiles["mails waiting"]) == "2"
    assert shown["of these, due now"] == "1"
    assert shown["of these, held back for quiet hours"] == "1"


def test_the_outbox_lists_what_quiet_hours_hold_back(client, mails, tom):
    client.force_login(tom)

    page = client.get("/admin/notifications/delivery/?tab=quiet")

    assert len(page.context["cl"].result_list) == 1
