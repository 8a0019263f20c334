"""WeCom, DingTalk, text messages and webhooks: by apprise, to a real server of our own."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as conf
from django.core.exceptions import ImproperlyConfigured

from huadu_portal import environment
from huadu_portal.accounts import operations as accounts
from huadu_portal.notifications import channels, delivery
from huadu_portal.notifications.models import Delivery, Kind
from tests.conftest import MONDAY
from tests.notifications.servers import gateway
from tests.notifications.test_routing import tell

State = Delivery.State


@pytest.fixture(autouse=True)
def in_office_hours(time_machine):
    time_machine.move_to(MONDAY)


def set_up(settings, server, *names):
    port = server.server_address[1]
    url = f"json://key:geheim@127.0.0.1:{port}/notify/{{address}}"
    settings.GATEWAYS = dict.fromkeys(names, url)


def send_all(settings, server, *names, to):
    set_up(settings, server, *names)
    tell(to, kind=Kind.ITEM_ACCEPTED)
    delivery.deliver_due()


class TestSending:
    def test_goes_to_each_address_of_the_person(self, alice, settings):
        alice.wecom_id, alice.dingtalk_id = "alice.w", "alice.d"

        with gateway() as server:
            send_all(settings, server, "sms", "wecom", "dingtalk", "webhook", to=alice)

        assert sorted(path for path, _ in server.posted) == sorted(
            f"/notify/{to}" for to in ("13800138000", "alice.w", "alice.d", str(alice.pk))
        )

    def test_says_what_and_where(self, alice, settings):
        with gateway() as server:
            send_all(settings, server, "sms", to=alice)

        [(_, posted)] = server.posted
        assert "施工许可" in posted["title"]
        assert f"{settings.SITE_URL}/x/" in posted["message"]
        assert Delivery.objects.get(channel="sms").state == State.SENT

    def test_that_fails_is_tried_again_and_says_why_without_our_key(self, alice, settings):
        with gateway(status=503) as server:
            send_all(settings, server, "sms", to=alice)

        row = Delivery.objects.get(channel="sms")
        assert (row.state, row.attempts) == (State.PENDING, 1)
        assert "503" in row.error
        assert "geheim" not in row.error

    def test_to_a_server_that_is_away_is_tried_again(self, alice, settings):
        with gateway() as server:
            pass
        send_all(settings, server, "sms", to=alice)

        assert Delivery.objects.get(channel="sms").error

    def test_by_a_channel_that_is_gone_says_so(self, alice, settings):
        with gateway() as server:
            set_up(settings, server, "sms")
            tell(alice, kind=Kind.ITEM_ACCEPTED)
            settings.GATEWAYS = {}
            delivery.deliver_due()

        assert server.posted == []
        assert Delivery.objects.get(channel="sms").error

    def test_does_not_let_an_address_lead_elsewhere(self, alice, settings):
        with gateway() as server:
            set_up(settings, server, "sms")
            row = Delivery(channel="sms", to="../x?y=1#z@other", subject="x", body="x")
            channels.send(row)

        [(path, _)] = server.posted
        assert path == "/notify/..%2Fx%3Fy=1%23z@other"


class TestSettings:
    def test_without_one_there_is_mail_alone(self):
        assert channels.open_channels() == [Delivery.Channel.EMAIL]

    @pytest.mark.parametrize(
        "url",
        ["nonsense", "nonsense://{address}", "json://127.0.0.1/everybody", "json://{address"],
    )
    def test_a_wrong_one_is_refused_by_name_and_never_shown(self, monkeypatch, url):
        monkeypatch.setenv("SMS_URL", url)

        with pytest.raises(ImproperlyConfigured, match="SMS_URL") as refusal:
            environment.gateways(sms="SMS_URL")

        assert url not in str(refusal.value)

    def test_a_wrong_one_stops_every_command(self):
        environ = os.environ | {"WECOM_URL": "nonsense"}
        done = subprocess.run(
            [sys.executable, "manage.py", "check"],
            cwd=conf.BASE_DIR,
            env=environ,
            capture_output=True,
            text=True,
        )

        assert done.returncode != 0
        assert "WECOM_URL must be" in done.stderr.strip().splitlines()[-1]


class TestAccounts:
    PAGE = "/admin/accounts/user/{}/acts/set_gateway_ids/"

    def test_are_set_by_the_security_administrator(self, client, sun, omar, settings):
        settings.GATEWAYS = {"wecom": "json://127.0.0.1:9/{address}"}
        client.force_login(sun)

        client.post(self.PAGE.format(omar.pk), {"wecom_id": "omar.w", "dingtalk_id": ""})

        omar.refresh_from_db()
        assert omar.wecom_id == "omar.w"

    def test_are_not_asked_for_where_no_gateway_is_set_up(self, client, sun, omar):
        client.force_login(sun)

        page = client.get(f"/admin/accounts/user/{omar.pk}/change/").text

        assert "set_gateway_ids" not in page

    def test_lead_nowhere_else(self, sun, omar):
        with pytest.raises(Exception, match="wecom_id"):
            accounts.set_gateway_ids(omar, by=sun, wecom_id="../x", dingtalk_id="")
