"""The special procedure is over: the clock runs on, both due dates have moved."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from approvals.acts import operations
from approvals.acts.operations import review
from approvals.models import Clock, Holder, Lamp, Status
from huadu_portal.errors import NotAllowed, Stale
from huadu_portal.escalation.models import Reminder
from tests.approvals.moments import (
    at_once,
    by_api,
    desk_of,
    leave_no_gap,
    levels,
    resumed_by,
    spans_of,
    suspended_by,
    swept,
    told,
    url_of,
    waiting_for_each_other,
)
from tests.conftest import DAY, HOUR, MONDAY

TUESDAY = MONDAY + DAY
NEXT_MONDAY = MONDAY + 7 * DAY


@pytest.fixture
def legal_limit(item):
    """Thirty calendar days by law beside ten working days promised."""
    item.approval_type.statutory_days = 30
    item.approval_type.statutory_unit = "calendar"
    item.approval_type.save()


@pytest.fixture
def suspended(legal_limit, accepted, omar):
    """Accepted on Monday, stopped on Tuesday."""
    return suspended_by(accepted, omar, TUESDAY)


class TestOperation:
    def test_a_stop_moves_both_due_dates(self, legal_limit, accepted, omar):
        """The first lesson: a flag that leaves the deadline where it was."""
        before = (accepted.near_on, accepted.due_on, accepted.statutory_due_on)

        suspended = suspended_by(accepted, omar, TUESDAY)
        resumed = resumed_by(suspended, omar, NEXT_MONDAY)

        # Four working days; six calendar days, from Wednesday 2 April on.
        assert before == (date(2025, 3, 12), date(2025, 3, 17), date(2025, 4, 2))
        after = (resumed.near_on, resumed.due_on, resumed.statutory_due_on)
        assert after == (date(2025, 3, 18), date(2025, 3, 21), date(2025, 4, 8))

    def test_what_is_stored_is_what_is_said(self, suspended, omar):
        resumed = resumed_by(suspended, omar, NEXT_MONDAY)

        due_on = resumed.due_on
        resumed.refresh_from_db()
        assert (resumed.due_on, resumed.status) == (due_on, Status.ACCEPTED)

    def test_within_a_day_nothing_moves(self, suspended, omar):
        resumed = resumed_by(suspended, omar, TUESDAY + HOUR)

        assert resumed.due_on == date(2025, 3, 17)

    def test_several_stops_add_up(self, suspended, omar):
        resumed = resumed_by(suspended, omar, NEXT_MONDAY)

        again = suspended_by(resumed, omar, NEXT_MONDAY)
        resumed = resumed_by(again, omar, NEXT_MONDAY + 2 * DAY)

        assert resumed.due_on == date(2025, 3, 25)

    def test_the_clock_runs_in_a_new_epoch(self, suspended, omar):
        resumed = resumed_by(suspended, omar, NEXT_MONDAY)

        assert (resumed.clock, resumed.epoch) == (Clock.RUNNING, suspended.epoch + 1)

    def test_the_lamp_is_back_and_the_ladder_begins_anew(self, suspended, omar):
        resumed = resumed_by(suspended, omar, NEXT_MONDAY)

        assert resumed.lamp_on(date(2025, 3, 10)) == Lamp.GREEN
        assert swept(NEXT_MONDAY, "review") == 1
        assert Reminder.objects.get(rung="assigned").epoch == resumed.epoch

    def test_spans_leave_no_gap(self, suspended, omar):
        resumed = resumed_by(suspended, omar, NEXT_MONDAY)

        assert leave_no_gap(spans_of(resumed))
        assert spans_of(resumed)[-2:] == [
            (Holder.STOPPED, TUESDAY, NEXT_MONDAY),
            (Holder.DEPARTMENT, NEXT_MONDAY, None),
        ]

    def test_who_ended_the_stop_is_kept(self, suspended, hana):
        resumed_by(suspended, hana, NEXT_MONDAY)

        stop = suspended.suspensions.get()
        assert (stop.ended_at, stop.ended_by) == (NEXT_MONDAY, hana)

    def test_the_firm_and_its_agent_are_told(self, suspended, omar):
        resumed_by(suspended, omar, NEXT_MONDAY)

        assert told("item_resumed") == ["alice", "ann"]

    def test_a_stop_after_the_due_date_does_not_bring_it_back(self, accepted, omar):
        late = MONDAY + 20 * DAY
        resumed = resumed_by(suspended_by(accepted, omar, late), omar, late + 9 * DAY)

        assert resumed.due_on == date(2025, 3, 17)

    def test_what_runs_cannot_run_on(self, accepted, omar):
        with pytest.raises(NotAllowed):
            resumed_by(accepted, omar, TUESDAY)

    def test_twice_is_stale(self, suspended, omar):
        resumed_by(suspended, omar, NEXT_MONDAY)

        with pytest.raises(Stale):
            resumed_by(suspended, omar, NEXT_MONDAY)

    def test_it_cannot_lie_before_the_stop(self, suspended, omar):
        with pytest.raises(NotAllowed):
            resumed_by(suspended, omar, MONDAY)

    @pytest.mark.parametrize("who", ["olga", "wei", "alice"])
    def test_only_the_items_department_may(self, suspended, who, request):
        with pytest.raises(PermissionDenied):
            resumed_by(suspended, request.getfixturevalue(who), NEXT_MONDAY)

    def test_taken_back_while_stopped_the_stop_has_an_end(self, suspended, alice):
        at = NEXT_MONDAY
        withdrawn = operations.withdraw(
            suspended, by=alice, at=at, version=suspended.version, note="不再建设"
        )

        assert withdrawn.suspensions.get().ended_at == at
        assert spans_of(withdrawn)[-1] == (Holder.STOPPED, TUESDAY, at)

    @pytest.mark.django_db(transaction=True)
    def test_of_two_officers_at_once_one_succeeds(
        self, catalogue, suspended, omar, monkeypatch
    ):
        meet = waiting_for_each_other(review.calendar)
        monkeypatch.setattr(review, "calendar", meet)

        def resume():
            resumed_by(suspended, omar, NEXT_MONDAY)

        assert at_once(resume, resume) == ["Stale", "done"]


class TestPage:
    def test_post_lets_it_run_on_and_shows_the_new_date(self, client, omar, suspended):
        client.force_login(omar)
        version = {"version": suspended.version}

        response = client.post(url_of(suspended, "resume"), version, follow=True)

        assert levels(response) == ["success"]
        # From Tuesday to Friday: three working days.
        assert response.context["item"].due_on == date(2025, 3, 20)

    def test_another_department_finds_nothing(self, client, olga, suspended):
        client.force_login(olga)

        assert client.post(url_of(suspended, "resume")).status_code == 404

    def test_the_firm_may_not(self, client, alice, suspended):
        client.force_login(alice)

        assert client.post(url_of(suspended, "resume")).status_code == 403


class TestAdmin:
    def test_lets_it_run_on(self, client, omar, suspended):
        client.force_login(omar)

        client.post(desk_of(suspended, "resume"), {"version": suspended.version})

        suspended.refresh_from_db()
        assert (suspended.status, suspended.due_on) == (Status.ACCEPTED, date(2025, 3, 20))


class TestApi:
    def test_lets_it_run_on(self, client, omar, suspended):
        said = by_api(client, omar, suspended, "resume").json()

        assert (said["status"], said["due_on"]) == ("accepted", "2025-03-20")

    def test_days_used_leave_the_stop_out(self, client, omar, suspended):
        said = by_api(client, omar, suspended, "resume").json()

        # Monday is day 0, the stop takes Tuesday to Thursday: Friday is day 1.
        assert (said["days_used"], said["days_left"]) == (1, 9)

    def test_a_stale_version_is_a_conflict(self, client, omar, suspended):
        response = by_api(client, omar, suspended, "resume", version=suspended.version + 1)

        assert response.status_code == 409

    @pytest.mark.parametrize(("who", "status"), [("olga", 404), ("alice", 403), ("wei", 403)])
    def test_others_may_not(self, client, suspended, request, who, status):
        user = request.getfixturevalue(who)

        assert by_api(client, user, suspended, "resume").status_code == status
