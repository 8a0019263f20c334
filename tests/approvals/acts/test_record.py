"""Recording a milestone: the fact by which a project reaches a phase."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from approvals.acts import operations
from approvals.models import Status
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from tests.approvals.moments import told, url_of
from tests.conftest import DAY, MONDAY, item_of


@pytest.fixture
def start(project):
    """The start of construction, its prerequisites met."""
    project.items.filter(approval_type__code="HD-SG-11").update(status=Status.READY)
    return item_of(project, "HD-SG-11")


def record(item, by, **fields):
    return operations.record(item, by=by, at=MONDAY + DAY, version=item.version, **fields)


class TestOperation:
    def test_the_project_has_started_on_that_day(self, start, wei, project):
        record(start, wei, on=date(2025, 3, 3))

        project.refresh_from_db()
        assert (project.phase, project.started_on) == ("started", date(2025, 3, 3))

    def test_the_day_is_kept_beside_what_was_noted(self, start, wei):
        item = record(start, wei, on=date(2025, 3, 3), note="奠基仪式")

        assert civil_day(item.decided_at) == date(2025, 3, 3)
        assert item.events.last().note == "2025-03-03 奠基仪式"

    def test_without_a_day_it_is_today(self, start, wei, project):
        record(start, wei)

        project.refresh_from_db()
        assert project.started_on == date(2025, 3, 4)

    def test_it_leaves_a_change_of_phase(self, start, wei, project):
        record(start, wei, on=date(2025, 3, 3))

        change = project.phase_changes.get()
        assert (change.from_phase, change.to_phase) == ("signed", "started")

    def test_it_cannot_lie_in_the_future(self, start, wei):
        with pytest.raises(NotAllowed):
            record(start, wei, on=date(2025, 3, 5))

    def test_the_firm_and_its_agent_are_told(self, start, wei):
        record(start, wei)

        assert told("item_granted") == ["alice", "ann"]

    def test_the_firm_cannot_record_it(self, start, alice):
        with pytest.raises(PermissionDenied):
            record(start, alice)

    def test_what_is_applied_for_is_not_recorded(self, item, wei):
        with pytest.raises(NotAllowed):
            record(item, wei)

    def test_what_is_recorded_is_not_applied_for(self, start, alice):
        with pytest.raises(NotAllowed):
            operations.submit(start, by=alice, at=MONDAY, version=start.version)


class TestPage:
    def test_post_records_the_day(self, client, wei, start, project):
        client.force_login(wei)
        typed = {"version": start.version, "on": "2025-03-03"}

        client.post(url_of(start, "record"), typed)

        project.refresh_from_db()
        assert project.started_on == date(2025, 3, 3)

    def test_the_firm_is_not_offered_to_hand_it_in(self, client, alice, start):
        client.force_login(alice)

        response = client.get(start.get_absolute_url())

        assert response.context["acts"] == []
