"""Silence past the notice limit accepts an item, from the day of receipt (第32条).

Handed in on Monday 3 March 2025: the notice limit ends with Monday the 10th.
"""

from datetime import date

import pytest

from approvals.acts import operations
from approvals.acts.operations import deemed_acceptance
from approvals.models import ApprovalItem, ApprovalType, Clock, Holder, Status
from approvals.tasks import record_silences
from huadu_portal.errors import NotAllowed
from tests.approvals.moments import (
    at_once,
    by_api,
    desk_of,
    leave_no_gap,
    levels,
    spans_of,
    told,
    url_of,
    waiting_for_each_other,
)
from tests.conftest import DAY, HOUR, MONDAY

LAST_DAY = MONDAY + 7 * DAY
LATE = MONDAY + 8 * DAY
OTHER_KINDS = {"utility", "service", "milestone"}


def late_notice(item, by):
    """A correction asked for when silence has spoken already."""
    return operations.request_correction(
        item, by=by, at=LATE, version=item.version, missing=["缺总平面图"]
    )


@pytest.fixture
def late(client, omar, submitted, time_machine):
    """Omar, the day after the limit has ended; no sweep has run."""
    time_machine.move_to(LATE)
    client.force_login(omar)
    return client


def is_accepted(item):
    item.refresh_from_db()
    return item.is_deemed and item.status == Status.ACCEPTED


class TestSweep:
    def test_on_the_last_day_there_is_still_time(self, submitted):
        assert operations.deem_lapsed(LAST_DAY + 14 * HOUR) == 0

    def test_the_day_after_it_is_accepted(self, submitted):
        assert operations.deem_lapsed(LATE) == 1
        assert is_accepted(submitted)

    def test_limits_run_from_the_day_of_receipt(self, submitted):
        operations.deem_lapsed(LATE)

        submitted.refresh_from_db()
        assert (submitted.accepted_at, submitted.clock) == (MONDAY, Clock.RUNNING)
        assert submitted.due_on == date(2025, 3, 17)

    def test_the_event_stands_at_the_receipt_and_names_no_person(self, submitted, time_machine):
        time_machine.move_to(LATE, tick=False)

        operations.deem_lapsed(LATE)

        event = submitted.events.last()
        assert (event.act, event.at, event.by) == ("deem", MONDAY, None)
        assert event.recorded_at == LATE

    def test_the_history_still_proves_itself(self, submitted):
        operations.deem_lapsed(LATE)

        before, last = submitted.events.all().reverse()[1::-1]
        assert last.digest == last.digest_after(before.digest)

    def test_spans_leave_no_gap(self, submitted):
        operations.deem_lapsed(LATE)

        assert leave_no_gap(spans_of(submitted))
        assert spans_of(submitted)[-1] == (Holder.DEPARTMENT, MONDAY, None)

    def test_the_firm_the_department_and_the_window_are_told(self, submitted, omar, hana):
        operations.deem_lapsed(LATE)

        assert told("item_deemed") == ["alice", "ann"]
        assert told("item_silent") == ["hana", "omar", "wei"]

    def test_a_second_sweep_finds_nothing(self, submitted):
        operations.deem_lapsed(LATE)

        assert operations.deem_lapsed(LATE + DAY) == 0
        assert submitted.events.filter(act="deem").count() == 1

    @pytest.mark.parametrize("kind", ApprovalType.Kind.values)
    def test_only_what_is_granted_by_law(self, submitted, kind):
        ApprovalType.objects.filter(pk=submitted.approval_type_id).update(kind=kind)

        deemed_items = operations.deem_lapsed(LATE)

        assert deemed_items == (kind not in OTHER_KINDS)

    def test_python_and_sql_agree_on_every_kind(self, submitted):
        for kind in ApprovalType.Kind.values:
            ApprovalType.objects.filter(pk=submitted.approval_type_id).update(kind=kind)
            item = ApprovalItem.objects.select_related("approval_type").get(pk=submitted.pk)
            for day in (LAST_DAY.date(), LATE.date()):
                in_sql = ApprovalItem.objects.lapsed(day).filter(pk=item.pk).exists()
                assert in_sql == item.has_lapsed(day), (kind, day)

    def test_a_correction_in_time_stops_it(self, submitted, omar):
        operations.request_correction(
            submitted, by=omar, at=LAST_DAY, version=submitted.version, missing=["缺图"]
        )

        assert operations.deem_lapsed(LATE) == 0

    def test_the_worker_runs_it(self, submitted, time_machine):
        time_machine.move_to(LATE)

        record_silences()

        assert is_accepted(submitted)

    @pytest.mark.django_db(transaction=True)
    def test_two_sweeps_at_once_accept_it_exactly_once(self, catalogue, submitted, monkeypatch):
        monkeypatch.setattr(
            deemed_acceptance, "calendar", waiting_for_each_other(deemed_acceptance.calendar)
        )

        def sweep():
            operations.deem_lapsed(LATE)

        assert at_once(sweep, sweep) == ["done", "done"]
        assert submitted.events.filter(act="deem").count() == 1
        assert is_accepted(submitted)


class TestOperation:
    def test_a_late_notice_is_refused_and_the_acceptance_stays(self, submitted, omar):
        with pytest.raises(NotAllowed) as refusal:
            late_notice(submitted, omar)

        assert is_accepted(submitted)
        assert refusal.value.version == submitted.version
        assert not submitted.corrections.exists()

    def test_a_late_decline_is_refused(self, submitted, omar):
        with pytest.raises(NotAllowed):
            operations.decline(
                submitted, by=omar, at=LATE, version=submitted.version, note="不属本局职权"
            )

        assert is_accepted(submitted)

    def test_a_late_acceptance_does_not_begin_the_limits_later(self, submitted, omar):
        with pytest.raises(NotAllowed):
            operations.accept(submitted, by=omar, at=LATE, version=submitted.version)

        assert is_accepted(submitted)
        assert submitted.accepted_at == MONDAY

    def test_what_follows_goes_on_from_it(self, submitted, omar):
        operations.deem_lapsed(LATE)
        submitted.refresh_from_db()

        granted = operations.grant(submitted, by=omar, at=LATE, version=submitted.version)

        assert granted.status == Status.GRANTED

    @pytest.mark.django_db(transaction=True)
    def test_a_sweep_and_a_late_notice_at_once_accept_it(
        self, catalogue, submitted, omar, monkeypatch
    ):
        monkeypatch.setattr(
            deemed_acceptance, "calendar", waiting_for_each_other(deemed_acceptance.calendar)
        )

        outcomes = at_once(
            lambda: operations.deem_lapsed(LATE), lambda: late_notice(submitted, omar)
        )

        # Whoever was second finds it accepted; the notice is refused either way.
        assert outcomes in (["Overtaken", "done"], ["Stale", "done"])
        assert is_accepted(submitted)
        assert submitted.events.filter(act="deem").count() == 1
        assert not submitted.corrections.exists()


class TestPage:
    def test_a_late_notice_is_told_and_the_acceptance_stays(self, late, submitted):
        typed = {"version": submitted.version, "missing": "缺总平面图"}

        response = late.post(url_of(submitted, "request_correction"), typed, follow=True)

        assert levels(response) == ["error"]
        assert is_accepted(submitted)

    def test_looking_records_nothing(self, late, submitted):
        late.get(submitted.get_absolute_url())
        late.get(url_of(submitted, "request_correction"))

        submitted.refresh_from_db()
        assert submitted.status == Status.SUBMITTED


class TestAdmin:
    def test_a_late_notice_is_told_and_the_acceptance_stays(self, late, submitted):
        typed = {"version": submitted.version, "missing": "缺总平面图"}

        response = late.post(desk_of(submitted, "request_correction"), typed, follow=True)

        assert levels(response) == ["error"]
        assert is_accepted(submitted)


class TestApi:
    def test_a_late_notice_is_a_conflict_and_the_acceptance_stays(self, late, omar, submitted):
        response = by_api(late, omar, submitted, "request_correction", missing=["缺总平面图"])

        assert response.status_code == 409
        assert is_accepted(submitted)
        assert response.json()["version"] == submitted.version


def test_under_a_key_of_the_api_it_stays_too(client, hana, submitted, time_machine):
    """The refused request leaves no key; what time has decided is none of its doing."""
    time_machine.move_to(LATE)
    client.force_login(hana)
    body = {"item": str(submitted.pk), "version": submitted.version, "demand": "请说明"}

    response = client.post(
        "/api/v1/supervision-orders/",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": "k1"},
    )

    assert response.status_code == 409
    assert is_accepted(submitted)
    assert response.json()["version"] == submitted.version
