"""Not accepting an item."""

import pytest
from django.core.exceptions import PermissionDenied

from approvals.acts import operations
from approvals.models import Status
from huadu_portal.errors import NotAllowed
from tests.approvals.moments import told, url_of
from tests.conftest import MONDAY


class TestOperation:
    def test_it_ends_with_its_reason(self, submitted, omar):
        declined = operations.decline(
            submitted,
            by=omar,
            at=MONDAY,
            version=submitted.version,
            note="不属于本机关职权",
        )

        assert (declined.status, declined.reason) == (
            Status.DECLINED,
            "不属于本机关职权",
        )
        assert not declined.spans.filter(ended_at=None).exists()

    def test_the_firm_and_its_agent_are_told(self, submitted, omar):
        operations.decline(
            submitted, by=omar, at=MONDAY, version=submitted.version, note="不属于"
        )

        assert told("item_declined") == ["alice", "ann"]

    def test_without_a_reason_it_is_refused(self, submitted, omar):
        with pytest.raises(NotAllowed):
            operations.decline(
                submitted, by=omar, at=MONDAY, version=submitted.version, note="  "
            )

    def test_another_department_may_not(self, submitted, olga):
        with pytest.raises(PermissionDenied):
            operations.decline(
                submitted, by=olga, at=MONDAY, version=submitted.version, note="不属于"
            )


class TestPage:
    def test_post_declines(self, client, omar, submitted):
        client.force_login(omar)
        typed = {"version": submitted.version, "note": "不属于本机关职权"}

        client.post(url_of(submitted, "decline"), typed)

        submitted.refresh_from_db()
        assert submitted.status == Status.DECLINED
