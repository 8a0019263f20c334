"""Past its statutory day an item is overdue everywhere, though its promise was extended late."""

from datetime import datetime

import pytest

from agents.overview import outline
from approvals.acts import operations
from approvals.items.readiness import PointState, state_of
from approvals.models import ApprovalItem, StalledItem
from huadu_portal.dashboard.scope import Scope
from huadu_portal.dashboard.summary import summary
from huadu_portal.dashboard.work import today as desk_figures
from tests.approvals.moments import accepted_by
from tests.conftest import SHANGHAI

DESK = "/admin/approvals/approvalitem/"
STALLED = "/admin/approvals/stalleditem/"
# Promised for the 17th, by law for the 18th.
LATE = datetime(2025, 3, 19, 9, tzinfo=SHANGHAI)
# Extended by ten days: promised for the 31st, by law for the 28th.
PROMISED = datetime(2025, 3, 31, 9, tzinfo=SHANGHAI)


@pytest.fixture
def extended(item, alice, omar, hana, time_machine):
    item.approval_type.statutory_days = 15
    item.approval_type.statutory_unit = "calendar"
    item.approval_type.save()
    accepted = accepted_by(item, firm=alice, officer=omar)
    time_machine.move_to(LATE)
    extended = operations.extend(
        accepted, by=hana, at=LATE, version=accepted.version, days=10, note="会商", late=True
    )
    assert extended.statutory_due_on < PROMISED.date() == extended.due_on
    time_machine.move_to(PROMISED)
    return extended


def listed(client, page, **query):
    return [item.pk for item in client.get(page, query).context["cl"].result_list]


class TestExtendedLateBeyondItsStatutoryDay:
    @pytest.mark.parametrize(
        ("page", "query"),
        [
            (DESK, {"tab": "overdue"}),
            (DESK, {"tab": "all", "lamp": "deep_red"}),
            (STALLED, {"tab": "overdue"}),
            (STALLED, {"tab": "statutory"}),
        ],
    )
    def test_it_is_in_the_lists_of_the_desk(self, client, hana, extended, page, query):
        client.force_login(hana)

        assert listed(client, page, **query) == [extended.pk]

    @pytest.mark.parametrize(
        ("page", "query"),
        [
            (DESK, {"tab": "soon"}),
            (DESK, {"tab": "all", "lamp": "yellow"}),
            (STALLED, {"tab": "quiet"}),
        ],
    )
    def test_it_is_in_none_of_those_in_time(self, client, hana, extended, page, query):
        client.force_login(hana)

        assert listed(client, page, **query) == []

    def test_the_desk_counts_it_once(self, hana, extended):
        figures = {each.url: each.count for each in desk_figures(hana, PROMISED)["figures"]}

        assert figures[f"{DESK}?tab=overdue"] == 1
        assert figures[f"{DESK}?tab=soon"] == 0

    def test_it_stalls_though_it_has_just_moved(self, extended):
        today, before = PROMISED.date(), LATE.replace(year=2024)

        assert StalledItem.objects.stalled(today, before, []).get().pk == extended.pk

    def test_the_dashboard_counts_it_as_it_lists_it(self, extended):
        figures = summary(at=PROMISED)

        assert figures.counts["overdue"] == figures.lamps["deep_red"] == 1
        assert Scope(PROMISED.date(), 2025).overdue().get() == extended

    def test_the_export_has_it(self, client, li, extended):
        client.force_login(li)

        table = client.get("/dashboard/rows/export/", {"of": "overdue"})

        assert extended.number in table.content.decode()

    def test_the_api_finds_it_by_its_lamp(self, client, hana, extended):
        client.force_login(hana)

        found = client.get("/api/v1/approval-items/", {"lamp": "deep_red"}).json()["results"]

        assert [each["id"] for each in found] == [str(extended.pk)]

    def test_its_agent_and_its_firm_see_that_it_is_late(self, extended):
        assert outline([extended], PROMISED.date()).late == 1
        assert state_of(extended, PROMISED.date()) == PointState.LATE


def test_without_a_promised_day_none_is_overdue(extended):
    ApprovalItem.objects.update(due_on=None, near_on=None, promised_breached_on=None)
    extended.refresh_from_db()

    assert not ApprovalItem.objects.overdue(PROMISED.date()).exists()
    assert not extended.is_overdue(PROMISED.date())
