"""Recording a milestone: the fact by which a project reaches a phase."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from approvals.acts import operations
from approvals.catalogue.readiness import rules
from approvals.models import ApprovalItem, ApprovalType, Status
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from tests.approvals.moments import by_api, desk_of, told, url_of
from tests.conftest import DAY, MONDAY, item_of

EARLY = "区政府专题会议同意先行开工"


@pytest.fixture
def early(project):
    """The start of construction, its prerequisites met, but not what the law asks for besides."""
    project.items.filter(approval_type__code="HD-SG-11").update(status=Status.READY)
    return item_of(project, "HD-SG-11")


@pytest.fixture
def start(early, project):
    """The same with nothing open."""
    codes = [code for rule in rules()["HD-SG-11"] for code in rule.codes]
    types = ApprovalType.objects.filter(code__in=codes)
    project.items.filter(approval_type__in=types).delete()
    ApprovalItem.objects.bulk_create(
        ApprovalItem(
            project=project,
            approval_type=entry,
            department_id=entry.department_id,
            status=Status.DELIVERED,
            decided_at=MONDAY,
        )
        for entry in types
    )
    return early


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


class TestWhileTheLawAsksForMore:
    def test_the_window_is_told_what_is_open_and_who_may(self, early, wei):
        with pytest.raises(NotAllowed) as refusal:
            record(early, wei, note=EARLY)

        early.refresh_from_db()
        assert "建筑工程施工许可证" in str(refusal.value)
        assert early.status == Status.READY

    @pytest.mark.parametrize("note", ["", "  "])
    def test_the_head_of_the_center_gives_a_reason(self, early, chen, note):
        with pytest.raises(ValidationError) as refusal:
            record(early, chen, note=note)

        assert list(refusal.value.message_dict) == ["note"]

    def test_with_it_the_start_is_recorded(self, early, chen):
        item = record(early, chen, note=EARLY)

        assert item.status == Status.GRANTED
        assert EARLY in item.events.last().note

    @pytest.mark.parametrize("address", [url_of, desk_of])
    def test_the_reason_is_asked_beside_its_field(self, client, chen, early, address):
        client.force_login(chen)

        typed = {"version": early.version, "on": "2025-03-03"}
        response = client.post(address(early, "record"), typed)

        assert list(response.context["form"].errors) == ["note"]
        assert "2025-03-03" in response.text

    def test_the_page_says_that_only_the_head_may(self, client, wei, early):
        client.force_login(wei)

        page = client.get(url_of(early, "record")).text

        assert "目前仅服务中心负责人可以登记" in page

    def test_by_api_the_window_gets_a_conflict(self, client, wei, early):
        assert by_api(client, wei, early, "record", note=EARLY).status_code == 409

    def test_by_api_the_head_is_asked_for_the_reason(self, client, chen, early):
        response = by_api(client, chen, early, "record")

        assert (response.status_code, *response.json()["errors"]) == (400, "note")

    def test_by_api_the_head_records_it(self, client, chen, early):
        assert by_api(client, chen, early, "record", note=EARLY).status_code == 200


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

        assert response.context["offers"] == []
