"""An address that a mail server refuses for good: given up at once, flagged, cleared."""

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.urls import reverse

from huadu_portal.accounts.addresses import flag_bounced
from huadu_portal.notifications import delivery
from huadu_portal.notifications.models import Delivery
from tests.conftest import HOUR, MONDAY
from tests.notifications.servers import mail_server

State = Delivery.State


@pytest.fixture(autouse=True)
def in_office_hours(time_machine):
    time_machine.move_to(MONDAY)


def deliver_to(server, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
    delivery.deliver_due()


class TestMailServer:
    def test_that_takes_it_has_it_with_our_name(self, row, settings):
        with mail_server() as server:
            deliver_to(server, settings)

        row.refresh_from_db()
        assert (row.state, row.error) == (State.SENT, "")
        assert f"<delivery-{row.pk}." in server.taken[0]

    def test_that_refuses_for_good_ends_it_and_flags_the_address(self, row, alice, settings):
        with mail_server("550 5.1.1 no such user") as server:
            deliver_to(server, settings)

        row.refresh_from_db()
        alice.refresh_from_db()
        assert (row.state, row.attempts) == (State.DEAD, 1)
        assert row.error == alice.bounce_reason == "550 5.1.1 no such user"
        assert alice.is_unreachable

    def test_that_refuses_for_now_is_asked_again(self, row, alice, settings):
        with mail_server("451 4.7.1 greylisted") as server:
            deliver_to(server, settings)

        row.refresh_from_db()
        alice.refresh_from_db()
        assert (row.state, row.error) == (State.PENDING, "451 4.7.1 greylisted")
        assert not alice.is_unreachable

    def test_that_is_away_is_asked_again(self, row, settings):
        with mail_server() as server:
            pass
        deliver_to(server, settings)

        row.refresh_from_db()
        assert row.state == State.PENDING
        assert "Connection refused" in row.error


class TestFlag:
    def test_keeps_the_first_moment_and_reason(self, alice):
        flag_bounced(alice.email, reason="first", at=MONDAY)
        flag_bounced(alice.email, reason="second", at=MONDAY + HOUR)

        alice.refresh_from_db()
        assert (alice.bounced_at, alice.bounce_reason) == (MONDAY, "first")

    def test_says_nothing_of_an_address_changed_since(self, alice):
        flag_bounced(alice.email, reason="x", at=MONDAY)
        alice.refresh_from_db()
        alice.email = "other@example.com"

        assert not alice.is_unreachable

    def test_is_shown_to_the_person_with_the_way_out(self, client, alice):
        flag_bounced(alice.email, reason="x", at=MONDAY)
        client.force_login(alice)

        page = client.get(reverse("notifications:inbox")).text

        assert alice.email in page
        assert reverse("account_email") in page.split("alert-warning")[1]

    def test_is_shown_at_the_desk_too(self, client, wei):
        flag_bounced(wei.email, reason="x", at=MONDAY)
        client.force_login(wei)

        page = client.get(reverse("admin:index")).text

        assert reverse("account_email") in page.split("desk-alert-late")[1]

    def test_is_not_shown_to_others(self, client, alice, bob):
        flag_bounced(alice.email, reason="x", at=MONDAY)
        client.force_login(bob)

        assert "alert-warning" not in client.get(reverse("notifications:inbox")).text

    def test_is_shown_to_the_security_administrator(self, client, alice, sun):
        flag_bounced(alice.email, reason="550 unknown", at=MONDAY)
        client.force_login(sun)

        page = client.get(reverse("admin:accounts_user_change", args=[alice.pk])).text
        listed = client.get(reverse("admin:accounts_user_changelist"), {"tab": "unreachable"})

        assert "550 unknown" in page
        assert list(listed.context["cl"].queryset) == [alice]

    def test_is_shown_with_the_delivery(self, client, row, alice, tom):
        flag_bounced(alice.email, reason="550 unknown", at=MONDAY)
        client.force_login(tom)

        page = client.get(reverse("admin:notifications_delivery_change", args=[row.pk])).text

        assert "550 unknown" in page

    def test_is_cleared_by_an_address_that_is_confirmed(self, client, alice):
        flag_bounced(alice.email, reason="x", at=MONDAY)
        address = EmailAddress.objects.create(user=alice, email="new@example.com")
        client.force_login(alice)
        key = EmailConfirmationHMAC(address).key

        client.post(reverse("account_confirm_email", args=[key]))

        alice.refresh_from_db()
        assert (alice.bounced_email, alice.bounced_at) == ("", None)
