"""The sweep: each step once, to whom it concerns, never at night.

The design review accepted on Monday 3 March 2025: yellow on the 12th (day 7 of 10),
promised by the 17th.
"""

from datetime import datetime

import pytest
from django.db import OperationalError
from psycopg2.errors import DiskFull

from approvals.acts import operations as acts
from approvals.models import ApprovalItem
from huadu_portal.escalation import operations as escalation
from huadu_portal.escalation.operations import sweep
from huadu_portal.notifications.models import Notification
from tests.approvals.moments import at_once, reminded, swept
from tests.conftest import DAY, HOUR, MONDAY, SHANGHAI, person
from tests.escalation.reminders import reminders_of

# Three working days after the last event.
QUIET = datetime(2025, 3, 6, 9, tzinfo=SHANGHAI)
YELLOW = datetime(2025, 3, 12, 9, tzinfo=SHANGHAI)
OVERDUE = datetime(2025, 3, 18, 9, tzinfo=SHANGHAI)
PAST_THE_LAW = datetime(2025, 4, 1, 9, tzinfo=SHANGHAI)


@pytest.fixture
def legal_limit(item):
    """Twenty working days by law, twice what is promised: until 31 March."""
    item.approval_type.statutory_days = 20
    item.approval_type.save()


def rungs(item, **fields):
    rows = reminders_of(item, **fields).order_by("reached_at")
    return list(rows.values_list("rung", flat=True))


class TestRungs:
    def test_near_goes_to_officer_and_agent(self, accepted, hana, chen):
        escalation.remind(YELLOW)

        assert reminded("review", "near") == ["ann", "omar"]

    def test_overdue_goes_to_the_departments_head_too(self, accepted, hana, chen):
        escalation.remind(YELLOW)

        escalation.remind(OVERDUE)

        assert reminded("review", "overdue") == ["ann", "hana", "omar"]

    def test_statutory_goes_to_the_centres_head_too(self, legal_limit, accepted, hana, chen):
        escalation.remind(PAST_THE_LAW)

        assert reminded("review", "statutory") == ["ann", "chen", "hana", "omar"]

    def test_another_department_hears_nothing(self, legal_limit, accepted, olga):
        person("ho", "department_head", "water")

        escalation.remind(PAST_THE_LAW)

        assert not Notification.objects.filter(recipient__username__in=["olga", "ho"])

    def test_a_minute_before_nine_nothing_is_sent(self, accepted):
        escalation.remind(YELLOW.replace(hour=8, minute=59))

        assert rungs(accepted) == []

    def test_at_nine_it_is(self, accepted):
        escalation.remind(YELLOW)

        assert rungs(accepted, is_superseded=False) == ["near"]


class TestOnceOnly:
    def test_swept_twice(self, accepted):
        assert (escalation.remind(YELLOW), escalation.remind(YELLOW)) == (1, 0)
        assert reminded("review", "near") == ["ann", "omar"]

    def test_swept_again_the_day_after(self, accepted):
        escalation.remind(YELLOW)

        assert escalation.remind(YELLOW + DAY) == 0

    @pytest.mark.django_db(transaction=True)
    def test_swept_by_eight_at_once(self, catalogue, accepted):
        outcomes = at_once(*[lambda: escalation.remind(YELLOW)] * 8)

        assert outcomes == ["done"] * 8
        assert rungs(accepted) == ["assigned", "quiet", "half", "near"]
        assert reminded("review", "near") == ["ann", "omar"]

    def test_a_missed_sweep_loses_nothing(self, accepted):
        escalation.remind(YELLOW + DAY + 3 * HOUR)

        reminder = reminders_of(accepted).get(rung="near")
        assert (reminder.reached_at, reminder.recorded_at) == (
            YELLOW,
            YELLOW + DAY + 3 * HOUR,
        )

    def test_of_several_missed_only_the_highest_is_told(self, accepted):
        escalation.remind(OVERDUE)

        below = ["assigned", "quiet", "half", "near", "eve"]
        assert rungs(accepted, is_superseded=True) == below
        assert rungs(accepted, is_superseded=False) == ["overdue"]
        assert reminded("review", "near") == []

    def test_a_new_epoch_begins_the_ladder_anew(self, accepted):
        escalation.remind(YELLOW)
        ApprovalItem.objects.filter(pk=accepted.pk).update(
            epoch=accepted.epoch + 1, next_rung_at=YELLOW
        )

        assert escalation.remind(YELLOW + HOUR) == 1


class TestQuiet:
    @pytest.mark.parametrize(
        "at",
        [
            datetime(2025, 3, 15, 10, tzinfo=SHANGHAI),  # Saturday
            datetime(2025, 3, 12, 18, tzinfo=SHANGHAI),  # closed
            datetime(2025, 3, 13, 3, tzinfo=SHANGHAI),  # night
            datetime(2025, 4, 4, 10, tzinfo=SHANGHAI),  # 清明节
        ],
    )
    def test_nobody_is_disturbed_out_of_hours(self, accepted, at):
        assert escalation.remind(at) == 0

    def test_a_worked_weekend_is_a_working_day(self, accepted):
        # 2025-04-27, a Sunday, is worked for the May holidays.
        assert escalation.remind(datetime(2025, 4, 27, 10, tzinfo=SHANGHAI)) == 1

    def test_what_is_decided_is_not_reminded_of(self, accepted, omar):
        acts.grant(accepted, by=omar, at=MONDAY + DAY, version=accepted.version)

        assert swept(OVERDUE, "review") == 0

    def test_what_is_withdrawn_is_not_reminded_of(self, accepted, alice):
        acts.withdraw(accepted, by=alice, at=MONDAY + DAY, version=accepted.version)

        assert escalation.remind(OVERDUE) == 0

    def test_when_nothing_is_due_it_asks_once(self, accepted, django_assert_num_queries):
        escalation.remind(MONDAY + HOUR)

        with django_assert_num_queries(3):  # the calendar; recheck requests; what is due
            escalation.remind(MONDAY + HOUR)

    def test_before_it_is_due_nothing_is_asked_for_again(self, accepted):
        escalation.remind(MONDAY + HOUR)

        accepted.refresh_from_db()
        assert accepted.next_rung_at == QUIET


def test_a_full_disk_of_the_database_puts_nothing_off(accepted, monkeypatch):
    """No row is to blame: the next turn takes them all."""
    before = ApprovalItem.objects.get(pk=accepted.pk).next_rung_at

    def full(*args, **kwargs):
        raise OperationalError("could not extend file") from DiskFull()

    monkeypatch.setattr(sweep, "_write", full)

    with pytest.raises(OperationalError, match="extend"):
        escalation.remind(YELLOW)

    accepted.refresh_from_db()
    assert accepted.next_rung_at == before


class TestApplications:
    """Submitted on Monday: to be answered by Thursday the 6th."""

    def test_near_on_the_last_day_goes_to_the_window(self, wei, application):
        escalation.remind(datetime(2025, 3, 6, 9, tzinfo=SHANGHAI))

        assert reminded("application", "near") == ["wei"]

    def test_overdue_goes_to_the_centres_head_too(self, wei, chen, application):
        escalation.remind(datetime(2025, 3, 7, 9, tzinfo=SHANGHAI))

        assert reminded("application", "overdue") == ["chen", "wei"]

    def test_an_answered_one_is_quiet(self, project):
        assert escalation.remind(datetime(2025, 3, 7, 9, tzinfo=SHANGHAI)) == 0
