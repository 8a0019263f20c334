"""Handing over the result document."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile

from approvals.acts import operations
from approvals.models import Certificate, Status
from huadu_portal.errors import NotAllowed
from tests.approvals.moments import told, url_of
from tests.conftest import DAY, MONDAY, PDF


def deliver(item, by, **fields):
    return operations.deliver(item, by=by, at=MONDAY + 2 * DAY, version=item.version, **fields)


class TestOperation:
    def test_the_certificate_is_issued_on_the_day_of_the_decision(self, granted, omar):
        deliver(granted, omar, certificate_number="花规许〔2025〕1号")

        certificate = granted.certificate
        assert (certificate.number, certificate.issued_on) == (
            "花规许〔2025〕1号",
            date(2025, 3, 4),
        )

    def test_without_a_number_there_is_no_certificate(self, granted, omar):
        delivered = deliver(granted, omar)

        assert delivered.status == Status.DELIVERED
        assert not Certificate.objects.exists()

    def test_it_cannot_expire_before_it_is_issued(self, granted, omar):
        with pytest.raises(ValidationError):
            deliver(
                granted,
                omar,
                certificate_number="1",
                issued_on=date(2025, 3, 4),
                valid_until=date(2025, 3, 3),
            )

    def test_the_firm_and_its_agent_are_told(self, granted, omar):
        deliver(granted, omar)

        assert told("item_delivered") == ["alice", "ann"]

    def test_the_window_may_hand_it_over(self, granted, wei):
        assert deliver(granted, wei).status == Status.DELIVERED

    def test_the_firm_may_not(self, granted, alice):
        with pytest.raises(PermissionDenied):
            deliver(granted, alice)

    def test_what_is_not_granted_cannot_be_delivered(self, accepted, omar):
        with pytest.raises(NotAllowed):
            deliver(accepted, omar)


class TestPage:
    def post(self, client, item, **typed):
        return client.post(url_of(item, "deliver"), {"version": item.version} | typed)

    def test_the_firm_downloads_the_file_under_its_name(self, client, omar, alice, granted):
        client.force_login(omar)
        file = ContentFile(PDF, name="许可证正本.pdf")
        self.post(client, granted, certificate_number="花规许〔2025〕1号", file=file)
        client.force_login(alice)
        page = client.get(granted.get_absolute_url())
        document = page.context["certificate"].document

        response = client.get(f"{granted.get_absolute_url()}documents/{document.pk}/")

        assert b"".join(response.streaming_content) == PDF
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert "%E8%AE%B8%E5%8F%AF%E8%AF%81" in response.headers["Content-Disposition"]

    def test_a_file_without_a_number_is_asked_about(self, client, omar, granted):
        client.force_login(omar)

        response = self.post(client, granted, file=ContentFile(PDF, name="证.pdf"))

        assert "certificate_number" in response.context["form"].errors

    def test_a_validity_that_ends_too_soon_is_asked_about(self, client, omar, granted):
        client.force_login(omar)

        response = self.post(
            client,
            granted,
            certificate_number="1",
            issued_on="2025-03-04",
            valid_until="2025-03-03",
        )

        assert "valid_until" in response.context["form"].errors

    def test_what_the_database_would_refuse_is_said_on_the_form(self, client, omar, granted):
        # Issued on the day of the decision, which the form does not know of.
        client.force_login(omar)

        response = self.post(client, granted, certificate_number="1", valid_until="2020-01-01")

        granted.refresh_from_db()
        assert response.context["form"].non_field_errors()
        assert granted.status == Status.GRANTED
