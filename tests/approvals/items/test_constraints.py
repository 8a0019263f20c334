"""What the database refuses, whoever asks."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from approvals.models import ApprovalItem, Certificate, Status
from tests.conftest import MONDAY


def change(item, **fields):
    with transaction.atomic():
        ApprovalItem.objects.filter(pk=item.pk).update(**fields)


def test_one_open_item_per_project_and_type(item):
    with (
        pytest.raises(IntegrityError, match="item_one_per_project_and_type"),
        transaction.atomic(),
    ):
        ApprovalItem.objects.create(
            project=item.project,
            approval_type=item.approval_type,
            department=item.department,
        )


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"decided_at": MONDAY}, "item_decided_at_iff_decided"),
        ({"status": Status.GRANTED}, "item_decided_at_iff_decided"),
        ({"due_on": date(2025, 3, 10)}, "item_due_only_once_accepted"),
        ({"status": Status.NOT_APPLICABLE}, "item_not_applicable_with_reason"),
    ],
)
def test_an_item_cannot_contradict_itself(item, fields, name):
    with pytest.raises(IntegrityError, match=name):
        change(item, **fields)


def test_a_promise_cannot_exceed_the_law(item):
    item.approval_type.promised_days, item.approval_type.statutory_days = 6, 5

    with pytest.raises(ValidationError):
        item.approval_type.full_clean()


def test_a_certificate_cannot_expire_before_it_is_issued(granted):
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(
            item=granted,
            number="1",
            issued_on=date(2025, 3, 4),
            valid_until=date(2025, 3, 3),
        )
