"""The department says no."""

import pytest
from django.core.exceptions import PermissionDenied

from approvals.acts import operations
from approvals.models import Clock, Status
from huadu_portal.errors import NotAllowed
from tests.approvals.moments import told, url_of
from tests.conftest import DAY, MONDAY


def refuse(item, by, note="不符合控制性详细规划"):
    return operations.refuse(item, by=by, at=MONDAY + DAY, version=item.version, note=note)


class TestOperation:
    def test_it_ends_with_its_reason(self, accepted, omar):
        refused = refuse(accepted, omar)

        assert (refused.status, refused.clock) == (Status.REFUSED, Clock.ENDED)
        assert refused.reason == "不符合控制性详细规划"

    def test_no_reminder_comes_any_more(self, accepted, omar):
        assert refuse(accepted, omar).next_rung_at is None

    def test_the_firm_and_its_agent_are_told(self, accepted, omar):
        refuse(accepted, omar)

        assert told("item_refused") == ["alice", "ann"]

    def test_without_a_reason_it_is_refused(self, accepted, omar):
        with pytest.raises(NotAllowed):
            refuse(accepted, omar, note=" ")

    def test_the_centre_cannot_refuse_for_a_department(self, accepted, chen):
        with pytest.raises(PermissionDenied):
            refuse(accepted, chen)

    def test_nothing_opens(self, accepted, omar):
        ready = accepted.project.items.filter(status=Status.READY)
        before = set(ready.values_list("pk", flat=True))

        refuse(accepted, omar)

        assert set(ready.values_list("pk", flat=True)) == before


class TestPage:
    def test_post_refuses(self, client, omar, accepted):
        client.force_login(omar)
        typed = {"version": accepted.version, "note": "不符合规划"}

        client.post(url_of(accepted, "refuse"), typed)

        accepted.refresh_from_db()
        assert accepted.status == Status.REFUSED
