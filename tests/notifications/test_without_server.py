"""Without a mail server nothing is called sent that nobody got; once there is one, it can be."""

import pytest
from django.urls import reverse

from huadu_portal.backoffice import start
from huadu_portal.backoffice.start_facts import read_facts
from huadu_portal.clock import now
from huadu_portal.dashboard import work
from huadu_portal.errors import NotAllowed
from huadu_portal.monitoring import status
from huadu_portal.notifications import delivery, digests, operations
from huadu_portal.notifications.models import Delivery
from tests.conftest import MONDAY
from tests.notifications.test_digests import TUESDAY
from tests.notifications.test_notify import tell
from tests.notifications.test_routing import tell as tell_in_digest

State = Delivery.State
LIST, LINK = "/admin/notifications/delivery/", "https://portal.example/key/5-abc/"
NOT_SENT = "未外发（未配置邮件服务器）"


@pytest.fixture(autouse=True)
def no_server(settings, time_machine):
    settings.DEMO, settings.MAIL_GOES_OUT = False, False
    time_machine.move_to(MONDAY)


@pytest.fixture
def server(settings):
    def set_up():
        settings.MAIL_GOES_OUT = True

    return set_up


@pytest.fixture
def mail(alice):
    tell(alice)
    delivery.deliver_due()
    return Delivery.objects.get()


@pytest.fixture
def link(db):
    operations.send_account_mail("a@example.com", "重置密码", LINK, at=now())
    delivery.deliver_due()
    return Delivery.objects.get(to="a@example.com")


def fresh(row):
    return Delivery.objects.get(pk=row.pk)


class TestDue:
    def test_is_marked_as_not_sent(self, mail, mailoutbox):
        assert (mail.state, mail.sent_at, mailoutbox) == (State.UNSENT, None, [])

    def test_is_not_tried_over_and_over(self, mail):
        delivery.deliver_due()

        assert fresh(mail).attempts == 1

    def test_in_the_demo_arrives_in_the_outbox(self, alice, settings):
        settings.DEMO = True
        tell(alice)

        delivery.deliver_due()

        assert Delivery.objects.get().state == State.SENT

    def test_goes_by_another_channel_all_the_same(self, alice, settings, monkeypatch):
        settings.GATEWAYS = {"sms": "json://127.0.0.1:9/{address}"}
        monkeypatch.setattr("huadu_portal.notifications.channels._send_by_gateway", print)
        alice.mobile = "13800138000"
        alice.save()
        tell(alice)

        delivery.deliver_due()

        states = dict(Delivery.objects.values_list("channel", "state"))
        assert states == {"email": State.UNSENT, "sms": State.SENT}

    def test_digest_takes_its_messages_along(self, omar):
        tell_in_digest(omar)
        digests.send_digests(TUESDAY)

        Delivery.objects.update(next_attempt_at=MONDAY)
        delivery.deliver_due()

        assert set(Delivery.objects.values_list("state", flat=True)) == {State.UNSENT}
        assert Delivery.objects.count() == 2


class TestSentAgain:
    @pytest.mark.parametrize("kind", ["mail", "link"])
    def test_once_there_is_a_server(self, request, kind, tom, server, mailoutbox):
        row = request.getfixturevalue(kind)
        server()
        delivery.deliver_due()
        assert mailoutbox == []

        operations.retry(row, by=tom, at=now())
        delivery.deliver_due()

        assert fresh(row).state == State.SENT
        assert [sent.to for sent in mailoutbox] == [[row.to]]

    def test_not_before(self, mail, tom):
        with pytest.raises(NotAllowed, match="EMAIL_URL"):
            operations.retry(mail, by=tom, at=now())

        assert fresh(mail).state == State.UNSENT

    def test_link_that_has_ended_says_so(self, link, tom, server, time_machine):
        time_machine.shift(5 * 24 * 3600)
        server()
        delivery.deliver_due()

        with pytest.raises(NotAllowed):
            operations.retry(fresh(link), by=tom, at=now())

        assert fresh(link).sealed_body == ""

    def test_link_that_has_ended_is_nothing_left_to_send(
        self, client, link, tom, server, time_machine
    ):
        assert read_facts(now()).unsent == 1
        time_machine.shift(5 * 24 * 3600)
        server()
        delivery.deliver_due()
        client.force_login(tom)

        assert read_facts(now()).unsent == 0
        assert not [it for it in work.today(tom, now())["figures"] if "unsent" in it.url]
        page = client.get(f"{LIST}{link.pk}/change/").text
        assert NOT_SENT in page
        assert "acts/retry" not in page
        assert "EMAIL_URL" not in page


class TestShown:
    def test_in_the_outbox(self, client, mail, tom):
        client.force_login(tom)

        assert list(client.get(LIST, {"tab": "unsent"}).context["cl"].queryset) == [mail]
        assert list(client.get(LIST, {"tab": "sent"}).context["cl"].queryset) == []
        assert NOT_SENT in client.get(LIST).text

    def test_with_the_way_to_send_it_once_there_is_a_server(self, client, mail, tom, server):
        client.force_login(tom)
        page, act = f"{LIST}{mail.pk}/change/", f"{LIST}{mail.pk}/acts/retry/"

        before = client.get(page).text
        server()
        after = client.get(page).text

        assert "EMAIL_URL" in before
        assert (act in before, act in after) == (False, True)

    def test_on_the_items_page(self, client, accepted, omar):
        delivery.deliver_due()
        client.force_login(omar)

        page = client.get(reverse("admin:approvals_approvalitem_change", args=[accepted.pk]))

        assert NOT_SENT in page.text.split('id="told"')[1]

    @pytest.mark.parametrize("address", ["/notifications/", "/notifications/preferences/"])
    def test_to_whoever_waits_for_mail(self, client, alice, server, address):
        client.force_login(alice)

        assert "不会通过电子邮件发送" in client.get(address).text
        server()
        assert "不会通过电子邮件发送" not in client.get(address).text

    def test_to_the_administrator(self, mail, tom, server):
        unsent = [each for each in work.today(tom, now())["figures"] if "unsent" in each.url]
        assert [each.count for each in unsent] == [1]
        facts = {str(fact.label): fact for fact in dict(status.groups(now()))["邮件"]}
        assert facts["未外发邮件（未配置邮件服务器）"].is_well is None

        server()

        point = start._mail(read_facts(now()))
        assert (point.is_done, "1 封" in point.sentence) == (None, True)
