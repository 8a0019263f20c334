"""A request for correction without an answer: reminder, then the window may close it."""

import pytest

from approvals.acts import operations
from approvals.models import Status
from huadu_portal.escalation.tasks import remind
from huadu_portal.notifications.models import Kind
from tests.approvals.moments import at_once, reminded, swept, told
from tests.conftest import DAY, HOUR, MONDAY

pytestmark = pytest.mark.django_db

# Twenty days on is a Sunday, when nobody is disturbed; thirty days on is a Wednesday.
SUNDAY, NEXT_MONDAY, LAPSED = MONDAY + 20 * DAY, MONDAY + 21 * DAY, MONDAY + 30 * DAY


@pytest.fixture
def correcting(submitted, omar):
    return operations.request_correction(
        submitted, by=omar, at=MONDAY, version=submitted.version, missing=["缺总平面图"]
    )


class TestWatch:
    def test_nobody_is_told_too_early(self, correcting):
        assert swept(MONDAY + 18 * DAY, "correction") == 0

    def test_the_firm_and_its_agent_are_reminded_on_a_working_day(self, correcting):
        assert swept(SUNDAY, "correction") == 0
        assert swept(NEXT_MONDAY, "correction") == 1

        assert reminded("correction", "reminded") == ["alice", "ann"]
        assert reminded("correction", "lapsed") == []

    def test_each_stage_is_told_once(self, correcting, wei):
        for at in (NEXT_MONDAY, NEXT_MONDAY + HOUR, LAPSED, LAPSED + HOUR):
            swept(at, "correction")

        assert reminded("correction", "reminded") == ["alice", "ann"]
        assert reminded("correction", "lapsed") == ["ann", "wei"]

    def test_after_an_outage_only_the_later_is_told(self, correcting):
        swept(LAPSED, "correction")

        assert reminded("correction", "reminded") == []
        assert reminded("correction", "lapsed") == ["ann", "wei"]

    def test_an_answer_ends_it(self, correcting, alice):
        operations.resubmit(
            correcting, by=alice, at=MONDAY, version=correcting.version, unchanged=True
        )

        assert swept(LAPSED, "correction") == 0

    def test_so_does_taking_it_back(self, correcting, alice):
        operations.withdraw(correcting, by=alice, at=MONDAY, version=correcting.version)

        assert swept(LAPSED, "correction") == 0

    def test_then_the_window_closes_it_with_notice(self, correcting, wei):
        swept(LAPSED, "correction")

        closed = operations.withdraw(
            correcting, by=wei, at=LAPSED, version=correcting.version, note="逾期未补正"
        )

        assert closed.status == Status.WITHDRAWN
        assert told(Kind.ITEM_CLOSED) == ["alice", "ann"]

    @pytest.mark.django_db(transaction=True)
    def test_watched_by_four_at_once_it_is_told_once(self, catalogue, correcting):
        def watch():
            swept(NEXT_MONDAY, "correction")

        assert at_once(*[watch] * 4) == ["done"] * 4
        assert reminded("correction", "reminded") == ["alice", "ann"]

    def test_the_worker_watches(self, correcting, time_machine):
        time_machine.move_to(NEXT_MONDAY)

        remind()

        assert reminded("correction", "reminded") == ["alice", "ann"]
