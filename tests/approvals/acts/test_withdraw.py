"""The firm takes an item back."""

import pytest

from approvals.acts import operations
from approvals.models import ApprovalItem, Lamp, Status
from huadu_portal.errors import NotAllowed
from tests.approvals.moments import told, url_of
from tests.conftest import DAY, MONDAY


class TestOperation:
    def test_it_is_in_nobodys_court_any_more(self, submitted, alice):
        withdrawn = operations.withdraw(
            submitted, by=alice, at=MONDAY, version=submitted.version
        )

        assert withdrawn.holder is None
        assert not withdrawn.spans.filter(ended_at=None).exists()

    def test_no_reminder_comes_any_more(self, accepted, alice):
        withdrawn = operations.withdraw(
            accepted, by=alice, at=MONDAY + DAY, version=accepted.version
        )

        assert (withdrawn.next_rung_at, withdrawn.last_lamp) == (None, Lamp.GREEN)

    def test_the_department_is_told_of_what_it_had(self, submitted, alice, omar):
        operations.withdraw(submitted, by=alice, at=MONDAY, version=submitted.version)

        assert told("item_withdrawn") == ["omar"]

    def test_nobody_is_told_of_what_nobody_had(self, item, alice, omar):
        operations.withdraw(item, by=alice, at=MONDAY, version=item.version)

        assert told("item_withdrawn") == []

    def test_a_new_item_of_the_type_may_follow(self, item, alice):
        operations.withdraw(item, by=alice, at=MONDAY, version=item.version)

        ApprovalItem.objects.create(
            project=item.project,
            approval_type=item.approval_type,
            department=item.department,
        )

        assert item.project.items.filter(approval_type=item.approval_type).count() == 2

    def test_a_decided_item_cannot_be_withdrawn(self, granted, alice):
        with pytest.raises(NotAllowed):
            operations.withdraw(granted, by=alice, at=MONDAY, version=granted.version)

    def test_the_centre_cannot_withdraw_for_the_firm(self, submitted, wei):
        with pytest.raises(NotAllowed):
            operations.withdraw(submitted, by=wei, at=MONDAY, version=submitted.version)


class TestPage:
    def test_post_withdraws_with_the_note(self, client, alice, submitted):
        client.force_login(alice)

        client.post(
            url_of(submitted, "withdraw"), {"version": submitted.version, "note": "改址"}
        )

        submitted.refresh_from_db()
        assert (submitted.status, submitted.reason) == (Status.WITHDRAWN, "改址")

    def test_an_officer_may_not(self, client, omar, submitted):
        client.force_login(omar)
        typed = {"version": submitted.version}

        assert client.post(url_of(submitted, "withdraw"), typed).status_code == 403
