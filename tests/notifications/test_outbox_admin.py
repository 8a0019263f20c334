"""The outbox at the staff desk."""

import pytest

from huadu_portal.notifications import digests
from huadu_portal.notifications.models import Delivery
from huadu_portal.notifications.operations import send_account_mail
from tests.conftest import MONDAY
from tests.notifications.test_digests import TUESDAY
from tests.notifications.test_routing import tell

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


class TestList:
    def test_shows_why_a_mail_was_given_up(self, desk, link):
        Delivery.objects.update(state=Delivery.State.DEAD, error="550 no such user")

        assert "550 no such user" in desk.get(LIST, {"tab": "dead"}).text

    def test_keeps_what_is_tried_again_apart(self, desk, link, application):
        Delivery.objects.filter(pk=link.pk).update(error="451 later")

        rows = desk.get(LIST, {"tab": "failed"}).context["cl"].queryset

        assert list(rows) == [link]

    def test_can_be_narrowed_to_a_channel_that_is_set_up(self, desk, link, settings):
        assert "?channel=" not in desk.get(LIST).text
        settings.GATEWAYS = {"sms": "json://127.0.0.1:9/{address}"}

        rows = desk.get(LIST, {"channel": "sms"}).context["cl"].queryset

        assert list(rows) == []
        assert list(desk.get(LIST, {"channel": "email"}).context["cl"].queryset) == [link]


class TestRetryOfSeveral:
    def sent_again(self, desk, *rows, **more):
        chosen = {"action": "retry_all", "_selected_action": [row.pk for row in rows]}
        return desk.post(LIST, chosen | more, follow=True)

    def test_asks_first(self, desk, link):
        Delivery.objects.update(state=Delivery.State.DEAD)

        page = self.sent_again(desk, link).text

        link.refresh_from_db()
        assert link.state == Delivery.State.DEAD
        assert 'name="confirmed"' in page

    def test_sends_the_dead_and_says_why_not_the_others(self, desk, link):
        send_account_mail("b@example.com", "x", "x", at=MONDAY)
        other = Delivery.objects.get(to="b@example.com")
        Delivery.objects.filter(pk=link.pk).update(state=Delivery.State.DEAD, error="x")

        outcomes = self.sent_again(desk, link, other, confirmed="yes").context["outcomes"]

        link.refresh_from_db()
        assert link.state == Delivery.State.PENDING
        assert {o.thing.pk: o.is_done for o in outcomes} == {link.pk: True, other.pk: False}

    def test_is_the_administrators_alone(self, client, chen, link):
        Delivery.objects.update(state=Delivery.State.DEAD)
        client.force_login(chen)

        assert self.sent_again(client, link, confirmed="yes").status_code == 403


class TestPart:
    def test_of_a_digest_is_sent_again_with_it_only(self, desk, omar):
        tell(omar)
        digests.send_digests(TUESDAY)
        Delivery.objects.update(state=Delivery.State.DEAD)
        part = Delivery.objects.get(notification__recipient=omar)

        page = desk.get(f"{LIST}{part.pk}/change/").text
        desk.post(f"{LIST}{part.pk}/acts/retry/", {"sure": "yes"})

        part.refresh_from_db()
        assert part.state == Delivery.State.DEAD
        assert f"{LIST}{part.digest_id}/change/" in page
        assert "/acts/retry/" not in page


class TestRetry:
    def test_puts_a_dead_mail_back_in_the_queue(self, desk, link):
        Delivery.objects.update(state=Delivery.State.DEAD, attempts=9)

        desk.post(f"{LIST}{link.pk}/acts/retry/", {"sure": "yes"})

        link.refresh_from_db()
        assert (link.state, link.attempts) == (Delivery.State.PENDING, 0)

    def test_leaves_a_sent_one_alone(self, desk, link):
        Delivery.objects.update(state=Delivery.State.SENT, sent_at=MONDAY)

        desk.post(f"{LIST}{link.pk}/acts/retry/", {"sure": "yes"})

        link.refresh_from_db()
        assert link.state == Delivery.State.SENT
