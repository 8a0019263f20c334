"""不涉及, and taking it back."""

import pytest
from django.core.exceptions import PermissionDenied

from approvals.acts import operations
from approvals.models import Holder, Status
from huadu_portal.errors import NotAllowed
from tests.approvals.moments import leave_no_gap, spans_of, told, url_of
from tests.conftest import DAY, MONDAY, stock

REASON = "项目不涉及"


def mark(item, by, note=REASON):
    return operations.mark_not_applicable(
        item, by=by, at=MONDAY, version=item.version, note=note
    )


def undo(item, by, note="重新核实后涉及"):
    return operations.undo_not_applicable(
        item, by=by, at=MONDAY, version=item.version, note=note
    )


@pytest.fixture
def after(project, item):
    """A planned item that waits for the design review only."""
    after = project.items.filter(status=Status.PLANNED).first()
    after.approval_type.prerequisites.set([item.approval_type])
    return after


def waiting(project, but):
    """Another planned item's type."""
    planned = project.items.filter(status=Status.PLANNED).exclude(pk=but.pk)
    return planned.last().approval_type


class TestOperation:
    def test_it_is_kept_with_its_reason(self, item, wei):
        marked = mark(item, wei)

        assert (marked.status, marked.reason) == (Status.NOT_APPLICABLE, REASON)

    def test_it_counts_as_met(self, item, after, wei):
        mark(item, wei)

        after.refresh_from_db()
        assert after.status == Status.READY

    def test_the_firm_and_its_agent_are_told(self, item, wei):
        mark(item, wei)

        assert told("item_not_applicable") == ["alice", "ann"]

    def test_without_a_reason_it_is_refused(self, item, wei):
        with pytest.raises(NotAllowed):
            mark(item, wei, note=" ")

    def test_a_department_may_not(self, item, omar):
        with pytest.raises(PermissionDenied):
            mark(item, omar)

    def test_what_is_handed_in_applies(self, submitted, wei):
        with pytest.raises(NotAllowed):
            mark(submitted, wei)

    def test_taken_back_it_is_ready_at_once_if_nothing_is_missing(self, item, wei):
        undone = undo(mark(item, wei), wei)

        assert (undone.status, undone.reason) == (Status.READY, "")

    def test_taken_back_it_waits_for_what_is_missing(self, after, wei):
        undone = undo(mark(after, wei), wei)

        assert undone.status == Status.PLANNED

    def test_taken_back_what_was_ready_after_it_waits_again(self, item, after, wei):
        marked = mark(item, wei)
        # It needs more than just to be undone: something it waits for itself.
        item.approval_type.prerequisites.set([waiting(item.project, after)])

        undo(marked, wei)

        after.refresh_from_db()
        assert (after.status, after.events.last().act) == (Status.PLANNED, "close")
        assert after.events.last().by is None

    def test_taken_back_what_was_handed_in_after_it_goes_on_warned(
        self, item, after, wei, alice
    ):
        marked = mark(item, wei)
        after.refresh_from_db()
        stock(after, alice)
        operations.submit(after, by=alice, at=MONDAY, version=after.version)
        item.approval_type.prerequisites.set([waiting(item.project, after)])

        undo(marked, wei)

        after.refresh_from_db()
        warning = after.events.last()
        assert after.status == Status.SUBMITTED
        assert (warning.act, warning.by) == ("prerequisite_reopened", None)
        assert item.approval_type.name in warning.note

    def test_the_time_it_did_not_apply_leaves_no_gap(self, item, wei):
        marked = mark(item, wei)

        undone = operations.undo_not_applicable(
            marked, by=wei, at=MONDAY + DAY, version=marked.version, note="误标"
        )

        assert leave_no_gap(spans_of(undone))
        assert [holder for holder, _, _ in spans_of(undone)] == [
            Holder.ENTERPRISE,
            Holder.CENTRE,
            Holder.ENTERPRISE,
        ]

    def test_taking_it_back_needs_a_reason(self, item, wei):
        marked = mark(item, wei)

        with pytest.raises(NotAllowed):
            undo(marked, wei, note="")


class TestPage:
    def test_post_marks_it(self, client, wei, item):
        client.force_login(wei)
        typed = {"version": item.version, "note": REASON}

        client.post(url_of(item, "mark_not_applicable"), typed)

        item.refresh_from_db()
        assert item.status == Status.NOT_APPLICABLE

    def test_get_of_taking_it_back_changes_nothing(self, client, wei, item):
        marked = mark(item, wei)
        client.force_login(wei)

        response = client.get(url_of(marked, "undo_not_applicable"))

        marked.refresh_from_db()
        assert (response.status_code, marked.status) == (200, Status.NOT_APPLICABLE)

    def test_post_takes_it_back(self, client, wei, item):
        marked = mark(item, wei)
        client.force_login(wei)
        typed = {"version": marked.version, "note": "重新核实后涉及"}

        client.post(url_of(marked, "undo_not_applicable"), typed)

        marked.refresh_from_db()
        assert marked.status == Status.READY

    def test_the_reason_is_on_the_projects_page(self, client, alice, wei, item):
        mark(item, wei)
        client.force_login(alice)

        assert REASON in client.get(item.project.get_absolute_url()).text
