"""The outbox at the staff desk."""

import pytest

from huadu_portal.notifications.models import Delivery
from huadu_portal.notifications.operations import send_account_mail
from tests.conftest import MONDAY

LIST = "/admin/notifications/delivery/"


@pytest.fixture
def desk(client, tom):
    client.force_login(tom)
    return client


@pytest.fixture
def link(db):
    send_account_mail("a@example.com", "重置密码", "https://x/key", at=MONDAY)
    return Delivery.objects.get(to="a@example.com")


class TestText:
    def test_is_shown_as_it_goes_out(self, desk, application):
        mail = Delivery.objects.exclude(notification=None).first()

        page = desk.get(f"{LIST}{mail.pk}/change/").content.decode()

        assert mail.body.splitlines()[0] in page

    @pytest.mark.parametrize("demo", [True, False])
    def test_of_account_mail_is_shown_in_the_demo_only(self, desk, link, settings, demo):
        settings.DEMO = demo

        page = desk.get(f"{LIST}{link.pk}/change/").content.decode()

        assert ("https://x/key" in page) is demo


class TestRetry:
    def test_puts_a_dead_mail_back_in_the_queue(self, desk, link):
        Delivery.objects.update(state=Delivery.State.DEAD, attempts=9)

        desk.post(f"{LIST}{link.pk}/acts/retry/", {"sure": "yes"})

        link.refresh_from_db()
        assert (link.state, link.attempts) == (Delivery.State.PENDING, 0)

    def test_leaves_a_sent_one_alone(self, desk, link):
        Delivery.objects.update(state=Delivery.State.SENT)

        desk.post(f"{LIST}{link.pk}/acts/retry/", {"sure": "yes"})

        link.refresh_from_db()
        assert link.state == Delivery.State.SENT
