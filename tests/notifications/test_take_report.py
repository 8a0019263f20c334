"""What mail servers report back (RFC 3464), piped into `manage.py take_report`."""

import contextlib
import io
import sys
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from huadu_portal import sandbox
from huadu_portal.notifications import channels, digests
from huadu_portal.notifications.models import Delivery
from huadu_portal.notifications.reports import parse
from huadu_portal.sandbox.jobs.reports import NotAReport
from tests.conftest import MONDAY
from tests.notifications.test_digests import TUESDAY
from tests.notifications.test_notify import tell
from tests.notifications.test_routing import tell as tell_later

State = Delivery.State
# As Postfix writes it; {id} is our Message-ID.
REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mail.example (Mail Delivery System)
Subject: {subject}
To: noreply@huadu-projects.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="A.1/mail.example"

--A.1/mail.example
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

This is the mail system at host mail.example.

--A.1/mail.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
X-Postfix-Sender: rfc822; noreply@huadu-projects.example
Arrival-Date: Mon, 3 Mar 2025 09:31:00 +0800 (CST)

Final-Recipient: rfc822; alice@example.com
Original-Recipient: rfc822;alice@example.com
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.com
Diagnostic-Code: smtp; {said}

--A.1/mail.example
Content-Description: Undelivered Message
Content-Type: {copy}

From: noreply@huadu-projects.example
To: alice@example.com
Message-ID: {id}
Subject: =?utf-8?b?5rWL6K+V?=

--A.1/mail.example--
"""
FAILED = {
    "action": "failed",
    "status": "5.1.1",
    "said": "550 5.1.1 <alice@example.com>: Recipient address rejected",
}
EXPIRED = {"action": "failed", "status": "4.4.1", "said": "connect to mx: timed out"}
DELAYED = {"action": "delayed", "status": "4.4.1", "said": "connect to mx: timed out"}
ARRIVED = {"action": "delivered", "status": "2.0.0", "said": "250 2.0.0 Ok: queued"}

# Another recipient behind the first.
SECOND = (
    b"Diagnostic-Code",
    b"X: x\n\nFinal-Recipient: rfc822; b@x\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code",
)


def report(name, kind, copy="text/rfc822-headers"):
    return REPORT.format(id=name, subject="Report", copy=copy, **kind).encode()


# Words without number in one line, of which each is cut off the rest.
SLOW = report("{id}", FAILED | {"said": "a " * 450_000})


def about(row, kind, **changes):
    return report(channels.message_id(row), kind, **changes)


@pytest.fixture
def pipe(monkeypatch):
    """The message on standard input, as a mail server hands it over."""

    def send(raw):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        call_command("take_report")

    return send


@pytest.fixture
def row(alice):
    tell(alice)
    Delivery.objects.update(state=State.SENT, sent_at=MONDAY, attempts=1)
    return Delivery.objects.get()


class TestReport:
    @pytest.mark.parametrize("copy", ["text/rfc822-headers", "message/rfc822"])
    def test_of_a_refusal_ends_it_and_flags_the_address(self, row, alice, pipe, copy):
        pipe(about(row, FAILED, copy=copy))

        row.refresh_from_db()
        alice.refresh_from_db()
        assert row.state == State.DEAD
        assert row.error.startswith("550 5.1.1")
        assert alice.is_unreachable

    def test_of_a_server_away_for_days_ends_it_and_blames_no_address(self, row, alice, pipe):
        pipe(about(row, EXPIRED))

        row.refresh_from_db()
        alice.refresh_from_db()
        assert (row.state, alice.is_unreachable) == (State.DEAD, False)

    def test_of_its_arrival_is_kept(self, row, pipe):
        pipe(about(row, ARRIVED))

        row.refresh_from_db()
        assert (row.state, row.sent_at) == (State.DELIVERED, MONDAY)

    def test_is_known_by_an_earlier_secret_key(self, row, pipe, settings):
        report = about(row, ARRIVED)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "the key of this year" * 3
        pipe(report)

        row.refresh_from_db()
        assert row.state == State.DELIVERED

    def test_of_a_delay_changes_nothing(self, row, pipe):
        pipe(about(row, DELAYED))

        row.refresh_from_db()
        assert row.state == State.SENT

    def test_of_a_digest_is_about_all_in_it(self, omar, pipe):
        tell_later(omar)
        digests.send_digests(TUESDAY)
        digest = Delivery.objects.get(recipient=omar)
        Delivery.objects.filter(pk=digest.pk).update(state=State.SENT, sent_at=TUESDAY)

        pipe(about(digest, ARRIVED))

        assert {part.state for part in digest.parts.all()} == {State.DELIVERED}


class TestRefused:
    def test_a_forged_name_moves_nothing(self, row, alice, pipe):
        forged = f"<delivery-{row.pk}.0123456789abcdef@{channels.DOMAIN}>"

        with pytest.raises(CommandError, match="no mail of ours"):
            pipe(report(forged, FAILED))

        row.refresh_from_db()
        alice.refresh_from_db()
        assert (row.state, alice.is_unreachable) == (State.SENT, False)

    def test_a_name_of_elsewhere_is_none_of_ours(self, db, pipe):
        with pytest.raises(CommandError, match="no mail of ours"):
            pipe(report("<abc@elsewhere.example>", FAILED))

    def test_what_is_collected_was_never_sent(self, omar, pipe):
        tell_later(omar)

        with pytest.raises(CommandError, match="no mail of ours"):
            pipe(about(Delivery.objects.get(), ARRIVED))

    @pytest.mark.parametrize(
        ("raw", "sentence"),
        [
            (b"", "no part of type"),
            (b"\x00\xff\xfe" * 100, "no part of type"),
            (b"Subject: hello\n\nhello", "no part of type"),
            (report("<a@b>", FAILED).replace(b"Action: failed\n", b""), "0 recipients"),
            (report("<a@b>", FAILED).replace(*SECOND), "2 recipients"),
            (report("<a@b>", FAILED).replace(b"Status: 5.1.1\n", b""), "no field Status"),
            (report("<a@b>", FAILED).replace(b"Message-ID: <a@b>\n", b""), "does not name"),
        ],
    )
    def test_what_is_no_report_gives_one_line(self, pipe, db, raw, sentence):
        with pytest.raises(CommandError, match=sentence) as refusal:
            pipe(raw)

        assert "\n" not in str(refusal.value)

    def test_what_is_far_too_large_is_not_read(self, pipe, db):
        with pytest.raises(CommandError, match="larger than any report"):
            pipe(b"x" * (1024 * 1024 + 1))

    def test_whatever_is_cut_off_is_read_or_refused(self):
        whole = report("<a@b>", FAILED)
        for length in range(0, len(whole), 7):
            with contextlib.suppress(NotAReport):
                parse(whole[:length])

    def test_what_is_made_to_keep_its_reader_busy_is_given_up(self, row, pipe):
        with pytest.raises(CommandError, match="takes more"):
            pipe(SLOW.replace(b"{id}", channels.message_id(row).encode()))

        row.refresh_from_db()
        assert row.state == State.SENT

    def test_without_a_reader_the_mail_server_tries_again(self, pipe, db, monkeypatch):
        def busy(*arguments, **said):
            raise sandbox.Busy

        monkeypatch.setattr(sandbox, "run", busy)

        with pytest.raises(CommandError) as refusal:
            pipe(report("<a@b>", FAILED))

        assert refusal.value.returncode == 75


def test_a_number_that_is_given_out_again_is_another_message(row, pipe):
    """As in a database restored from a backup: the report of the old mail ends no new one."""
    of_the_old_one = about(row, FAILED)
    Delivery.objects.filter(pk=row.pk).update(created_at=row.created_at + timedelta(seconds=1))

    with pytest.raises(CommandError):
        pipe(of_the_old_one)

    row.refresh_from_db()
    assert row.state == State.SENT
