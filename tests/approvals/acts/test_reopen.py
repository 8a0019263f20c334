"""The head takes a refusal back; the time between counts against nobody."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from approvals.acts import operations
from approvals.models import Clock, Holder, Status
from huadu_portal.errors import NotAllowed
from tests.approvals.moments import (
    by_api,
    desk_of,
    leave_no_gap,
    levels,
    spans_of,
    told,
    url_of,
)
from tests.conftest import DAY, MONDAY

TUESDAY, THURSDAY = MONDAY + DAY, MONDAY + 3 * DAY
REASON = "复核后认为符合规划"


@pytest.fixture
def refused(accepted, omar):
    return operations.refuse(
        accepted, by=omar, at=TUESDAY, version=accepted.version, note="不符合规划"
    )


def reopen(item, by, note=REASON, at=THURSDAY):
    return operations.reopen(item, by=by, at=at, version=item.version, note=note)


class TestOperation:
    def test_the_review_goes_on_in_a_new_epoch(self, refused, hana):
        reopened = reopen(refused, hana)

        assert (reopened.status, reopened.clock) == (Status.ACCEPTED, Clock.RUNNING)
        assert (reopened.decided_at, reopened.reason) == (None, "")
        assert reopened.epoch == refused.epoch + 1

    def test_the_due_date_moves_by_the_time_since(self, refused, hana):
        assert reopen(refused, hana).due_on == date(2025, 3, 19)

    def test_the_time_since_is_a_stopped_span(self, refused, hana):
        reopened = reopen(refused, hana)

        assert leave_no_gap(spans_of(reopened))
        assert spans_of(reopened)[-2:] == [
            (Holder.STOPPED, TUESDAY, THURSDAY),
            (Holder.DEPARTMENT, THURSDAY, None),
        ]

    def test_in_the_same_moment_there_is_no_gap_to_fill(self, refused, hana):
        reopened = reopen(refused, hana, at=TUESDAY)

        assert leave_no_gap(spans_of(reopened))
        assert reopened.due_on == date(2025, 3, 17)

    def test_the_firm_and_its_agent_are_told(self, refused, hana):
        reopen(refused, hana)

        assert told("item_reopened") == ["alice", "ann"]

    def test_without_a_reason_it_is_refused(self, refused, hana):
        with pytest.raises(NotAllowed):
            reopen(refused, hana, note=" ")

    @pytest.mark.parametrize("who", ["omar", "olga", "chen", "alice"])
    def test_nobody_but_the_head_may(self, refused, who, request):
        with pytest.raises(PermissionDenied):
            reopen(refused, request.getfixturevalue(who))

    def test_what_was_granted_stays_so(self, granted, hana):
        with pytest.raises(NotAllowed):
            reopen(granted, hana)

    def test_once_applied_for_anew_it_cannot_come_back(self, refused, alice, hana):
        operations.apply_anew(refused, by=alice, at=TUESDAY, version=refused.version)

        with pytest.raises(NotAllowed):
            reopen(refused, hana)


class TestPage:
    def test_post_reopens(self, client, hana, refused):
        client.force_login(hana)
        typed = {"version": refused.version, "note": REASON}

        response = client.post(url_of(refused, "reopen"), typed, follow=True)

        assert levels(response) == ["success"]
        assert response.context["item"].status == Status.ACCEPTED

    def test_an_officer_may_not(self, client, omar, refused):
        client.force_login(omar)

        assert client.get(url_of(refused, "reopen")).status_code == 403


class TestAdmin:
    def test_reopens(self, client, hana, refused):
        client.force_login(hana)

        client.post(desk_of(refused, "reopen"), {"version": refused.version, "note": REASON})

        refused.refresh_from_db()
        assert refused.status == Status.ACCEPTED


class TestApi:
    def test_reopens(self, client, hana, refused):
        said = by_api(client, hana, refused, "reopen", note=REASON).json()

        assert said["status"] == "accepted"

    def test_a_reason_is_asked_for(self, client, hana, refused):
        assert by_api(client, hana, refused, "reopen").status_code == 400

    def test_an_officer_may_not(self, client, omar, refused):
        assert by_api(client, omar, refused, "reopen", note=REASON).status_code == 403
