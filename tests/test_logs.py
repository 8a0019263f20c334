"""One-time links and tokens never stand in a log, whoever writes it and whatever happens."""

import io
import json
import logging

import pytest
import requests
import structlog
from django.conf import settings
from django.urls import reverse

from deploy.embedded import ports
from huadu_portal.logs import redact
from tests import proxy

KEY = "5-cz0k1v-0123456789abcdef0123456789abcdef"
RESET = f"/accounts/password/reset/key/{KEY}/"
CONFIRM = f"/accounts/confirm-email/{KEY}/"


@pytest.fixture
def lines():
    """What the handler of the settings writes, line by line."""
    stream, made = io.StringIO(), settings.LOGGING["formatters"]["json"]
    options = {name: value for name, value in made.items() if name != "()"}
    handler = logging.StreamHandler(stream)
    handler.setFormatter(made["()"](**options))
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: stream.getvalue()
    root.removeHandler(handler)


@pytest.mark.django_db
class TestRequests:
    @pytest.mark.parametrize("address", [RESET, CONFIRM, f"{RESET}?next=/", f"{CONFIRM}?a=1"])
    def test_leave_the_key_out(self, client, lines, address):
        client.get(address)

        assert "request_finished" in lines()
        assert "/accounts/" in lines()
        assert KEY not in lines()

    def test_that_fail_do_so_too(self, client, lines, monkeypatch):
        def fail(*args, **kwargs):
            raise RuntimeError(f"cannot read {RESET}")

        monkeypatch.setattr("allauth.account.views.ConfirmEmailView.get", fail)
        client.raise_request_exception = False
        client.get(CONFIRM)

        assert "Traceback" in lines()
        assert "Internal Server Error" in lines()
        assert KEY not in lines()

    def test_that_lead_nowhere_do_so_too(self, client, lines):
        client.get(f"{RESET}more/")
        client.get(CONFIRM, headers={"host": "evil.example"})

        assert "Invalid HTTP_HOST" in lines()
        assert "/more/" in lines()
        assert KEY not in lines()

    def test_for_a_file_leave_the_token_out(self, client, lines):
        client.get(f"/api/v1/documents/{KEY[:8]}/file/?token={KEY}&a=1")

        assert "token=…&a=1" in lines()
        assert KEY not in lines()


class TestProxy:
    """The documented nginx, with no portal behind it."""

    @pytest.fixture
    def nginx(self, tmp_path):
        with proxy.documented(tmp_path, web=ports.draw()) as address:
            yield address

    def test_leaves_the_key_out_too(self, nginx, tmp_path):
        for address in (RESET, CONFIRM):
            requests.get(f"{nginx}{address}", timeout=10)
            page = {"referer": f"https://portal.example{address}"}
            requests.get(f"{nginx}/static/own.css", headers=page, timeout=10)
        requests.get(f"{nginx}/lookup/", timeout=10)

        log = (tmp_path / "access.log").read_text()
        assert "/lookup/" in log
        assert KEY not in log


def test_addresses_are_those_of_the_portal():
    key = reverse("account_reset_password_from_key", args=["5", KEY])
    confirm = reverse("account_confirm_email", args=[KEY])

    for address in (key, confirm):
        assert KEY not in redact(None, "", address)


@pytest.mark.parametrize(
    "line",
    [
        f'{{"event": "GET {RESET}"}}',
        f"/accounts/login/?next=%2Faccounts%2Fconfirm-email%2F{KEY}%2F",
        f"?KEY={KEY}",
        f"/ACCOUNTS/Confirm-Email/{KEY}",
    ],
)
def test_however_it_is_written(line):
    assert KEY not in redact(None, "", line)
    assert line[:4] in redact(None, "", line)


@pytest.mark.parametrize(
    "line", ["/accounts/confirm-email/", "/accounts/password/reset/key/done/x"]
)
def test_what_is_no_secret_stays(line):
    assert redact(None, "", line).startswith(line.removesuffix("done/x"))


def test_a_line_stays_json(lines):
    structlog.get_logger("test").warning("x", request=f'GET {RESET}?q="a"&token="{KEY}"')

    said = json.loads(lines().splitlines()[-1])
    assert said["request"].startswith("GET /accounts/password/reset/key/…/")
