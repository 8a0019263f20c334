"""A commitment is reminded of until it is kept."""

from datetime import date

import pytest

from approvals.acts import operations
from approvals.models import Commitment
from huadu_portal.clock import civil_day
from huadu_portal.notifications.models import Notification
from tests.approvals.acts.test_commitments import keep, morning
from tests.approvals.moments import at_once, reminded, swept
from tests.conftest import DAY, MONDAY, stock


class TestWatch:
    """Qingming: Friday the 4th is off; the third working day before the 8th is the 2nd."""

    def watch(self, day, month=4):
        return swept(morning(date(2025, month, day)), "commitment")

    def test_nobody_is_told_a_working_day_too_early(self, promise):
        assert self.watch(1) == 0

    def test_firm_and_agent_are_reminded_three_working_days_before(self, promise):
        assert self.watch(2) == 1
        assert reminded("commitment", "near") == ["alice", "ann"]

    def test_on_the_day_itself_it_is_not_missed(self, promise):
        self.watch(8)

        assert reminded("commitment", "missed") == []

    def test_once_missed_the_officer_and_the_head_are_told_too(self, accepted_item, hana):
        assert self.watch(9) == 1
        assert reminded("commitment", "missed") == ["alice", "ann", "hana", "omar"]

    def test_a_promise_for_a_day_off_is_missed_on_the_next_working_day(self, promise):
        Commitment.objects.update(due_on=date(2025, 4, 3))

        counts = [self.watch(day) for day in (4, 5, 6, 7)]

        assert counts == [0, 0, 0, 1]

    def test_each_is_told_once(self, promise):
        counts = [self.watch(day) for day in (2, 2, 3, 7, 8, 9, 9, 10)]

        assert counts == [1, 0, 0, 0, 0, 1, 0, 0]
        assert reminded("commitment", "near") == ["alice", "ann"]
        # The bureau has nobody: the window hears of it.
        assert reminded("commitment", "missed") == ["alice", "ann", "wei"]

    def test_when_both_were_missed_only_the_later_is_told(self, promise):
        self.watch(9)

        assert reminded("commitment", "near") == []

    def test_what_was_kept_is_left_in_peace(self, promise, alice, document):
        keep(promise, alice, document)

        assert [self.watch(2), self.watch(9)] == [0, 0]

    def test_so_is_what_is_no_longer_owed(self, promise, alice):
        promise.item.refresh_from_db()
        operations.withdraw(promise.item, by=alice, at=MONDAY, version=promise.item.version)

        assert [self.watch(2), self.watch(9)] == [0, 0]

    def test_a_promise_for_so_near_a_day_is_not_said_to_be_near(self, item, alice):
        documents = stock(item, alice)
        documents[0].delete()
        item.approval_type.requirements.update(is_tolerable=True)
        soon = civil_day(MONDAY + 3 * DAY)
        operations.submit(item, by=alice, at=MONDAY, version=item.version, commit_by=soon)

        assert swept(MONDAY + DAY, "commitment") == 0
        assert swept(MONDAY + 4 * DAY, "commitment") == 1

    def test_an_evening_is_quiet(self, promise):
        evening = morning(date(2025, 4, 2)).replace(hour=20)

        assert swept(evening, "commitment") == 0

    @pytest.mark.django_db(transaction=True)
    def test_watched_by_four_at_once_it_is_told_once(self, catalogue, promise):
        outcomes = at_once(*[lambda: self.watch(2)] * 4)

        assert outcomes == ["done"] * 4
        assert reminded("commitment", "near") == ["alice", "ann"]

    def test_leads_to_where_it_is_brought(self, promise):
        self.watch(2)

        message = Notification.objects.filter(event_key__startswith="commitment:").first()
        assert message.url == promise.get_absolute_url()
        assert promise.text in message.title
