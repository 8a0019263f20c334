"""A returned application says by when it is submitted again."""

from datetime import date

import pytest

from huadu_portal.notifications.models import Delivery, Notification
from projects import operations
from tests.conftest import MONDAY

pytestmark = pytest.mark.django_db
DAY = "2025-04-02"


@pytest.fixture
def returned(application, wei):
    return operations.return_application(
        application, by=wei, at=MONDAY, version=application.version, missing=["缺用地意向"]
    )


def test_the_day_is_the_firms(returned):
    assert returned.due_on == date(2025, 4, 2)


def test_page_and_list_say_it(client, returned, alice):
    client.force_login(alice)

    assert "2025年4月2日" in client.get(returned.get_absolute_url()).text
    assert DAY in client.get("/apply/").text


def test_mail_and_inbox_say_it(returned, alice):
    told = Notification.objects.get(recipient=alice, kind="application_returned")

    assert DAY in told.title
    assert DAY in Delivery.objects.get(notification=told).body
