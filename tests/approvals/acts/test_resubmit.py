"""Answering a request for correction."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from approvals.acts import operations
from approvals.models import Status
from tests.approvals.moments import told, url_of
from tests.conftest import DAY, MONDAY, PDF


@pytest.fixture
def correcting(omar, submitted):
    return operations.request_correction(
        submitted, by=omar, at=MONDAY, version=submitted.version, missing=["缺总平面图"]
    )


class TestOperation:
    def test_a_new_receipt_begins_a_new_notice_limit(self, correcting, alice):
        again = operations.resubmit(
            correcting, by=alice, at=MONDAY + 2 * DAY, version=correcting.version
        )

        assert again.notice_due_on == date(2025, 3, 12)

    def test_its_clock_begins_a_new_epoch(self, correcting, alice):
        before = correcting.epoch

        again = operations.resubmit(correcting, by=alice, at=MONDAY, version=correcting.version)

        assert again.epoch == before + 1

    def test_it_keeps_its_number(self, correcting, alice):
        again = operations.resubmit(correcting, by=alice, at=MONDAY, version=correcting.version)

        assert again.number == correcting.number

    def test_the_request_is_answered(self, correcting, alice):
        operations.resubmit(
            correcting, by=alice, at=MONDAY, version=correcting.version, note="已补齐"
        )

        request = correcting.corrections.get()
        assert (request.answered_at, request.answer) == (MONDAY, "已补齐")

    def test_the_department_is_told_again(self, correcting, alice):
        operations.resubmit(correcting, by=alice, at=MONDAY, version=correcting.version)

        assert told("item_submitted") == ["omar", "omar"]

    def test_an_officer_cannot_answer_for_the_firm(self, correcting, omar):
        with pytest.raises(PermissionDenied):
            operations.resubmit(correcting, by=omar, at=MONDAY, version=correcting.version)


class TestPage:
    def test_nothing_already_handed_in_is_asked_for_again(self, client, alice, correcting):
        client.force_login(alice)

        client.post(
            url_of(correcting, "resubmit"),
            {
                "version": correcting.version,
                "note": "已补齐",
                "more": ContentFile(PDF, name="总平面图.pdf"),
            },
        )

        correcting.refresh_from_db()
        assert correcting.status == Status.SUBMITTED
        assert correcting.documents.filter(filename="总平面图.pdf").exists()

    def test_another_firm_finds_nothing(self, client, stranger_to_firm, correcting):
        client.force_login(stranger_to_firm)

        assert client.get(url_of(correcting, "resubmit")).status_code == 404
