"""What the API says of an item's reminders."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.supervision import operations
from huadu_portal.escalation import operations as escalation
from tests.conftest import DAY, FRIDAY, MONDAY

pytestmark = pytest.mark.django_db


class TestReminders:
    def address(self, item):
        return f"approval-items/{item.pk}/reminders"

    def test_says_what_was_told_what_comes_when_and_to_whom(
        self, ask, accepted, omar, hana, time_machine
    ):
        escalation.remind(FRIDAY)
        time_machine.move_to(FRIDAY)

        said = ask(omar, self.address(accepted)).json()

        rungs = {rung["code"]: rung for rung in said["outlook"]["rungs"]}
        assert said["outlook"]["course"] == "review"
        states = [rungs[code]["state"] for code in ("assigned", "quiet", "half")]
        assert states == ["told", "superseded", "ahead"]
        overdue = rungs["overdue"]
        assert (overdue["state"], overdue["card"]) == ("ahead", "yellow")
        assert overdue["at"] == "2025-03-18T09:00:00+08:00"
        assert [user["name"] for user in overdue["people"]] == ["Omar", "Ann", "Hana"]
        recorded = {row["rung"]: row["is_superseded"] for row in said["reminders"]}
        assert recorded == {"assigned": False, "quiet": True}

    def test_says_a_stop(self, ask, accepted, hana, omar):
        operations.stop_ladder(
            accepted,
            by=hana,
            at=MONDAY + DAY,
            version=accepted.version,
            until=date(2025, 3, 25),
            note="系统升级",
        )

        said = ask(omar, self.address(accepted)).json()

        assert said["outlook"]["stop"] == {"until": "2025-03-25", "reason": "系统升级"}

    def test_of_what_nobody_waits_for_there_is_no_outlook(self, ask, project, wei):
        planned = project.items.filter(status="planned").first()

        assert ask(wei, self.address(planned)).json() == {"outlook": None, "reminders": []}

    def test_is_for_the_desk(self, ask, accepted, alice, bob, olga):
        assert ask(alice, self.address(accepted)).status_code == 403
        assert ask(bob, self.address(accepted)).status_code == 404
        assert ask(olga, self.address(accepted)).status_code == 404

    def test_asks_no_more_after_many_reminders(
        self, ask, accepted, wei, django_assert_max_num_queries
    ):
        ask(wei, self.address(accepted))
        with CaptureQueriesContext(connection) as few:
            ask(wei, self.address(accepted))
        for days in range(1, 60, 5):
            escalation.remind(MONDAY + timedelta(days))

        with django_assert_max_num_queries(len(few)):
            ask(wei, self.address(accepted))
