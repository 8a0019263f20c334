"""Which items open when: prerequisites, variants, exemptions."""

import pytest

from approvals.items.operations import Exemption, plan_items
from approvals.items.operations.planning import open_ready
from approvals.models import ApprovalItem, ApprovalType, Status
from huadu_portal.errors import NotAllowed
from projects.models import Project
from tests.conftest import MONDAY


@pytest.fixture
def bare(application, wei):
    """A project without items."""
    return Project.objects.create(
        number="HD2025-9000",
        enterprise=application.enterprise,
        name="锦华",
        phase=Project.Phase.SIGNED,
        created_at=MONDAY,
    )


def types(*codes):
    return [ApprovalType.objects.get(code=code) for code in codes]


def after(code, *codes, group=""):
    """The type, coming after these; those of a group are variants of each other."""
    (later,) = types(code)
    later.prerequisites.set(types(*codes))
    ApprovalType.objects.filter(code__in=codes).update(variant_group=group)
    return later


def statuses(project):
    rows = project.items.order_by("approval_type__code")
    return dict(rows.values_list("approval_type__code", "status"))


def plan(project, by, *codes, exempt=()):
    return plan_items(project, types(*codes), exempt=exempt, by=by, at=MONDAY)


class TestOperation:
    def test_what_waits_for_nothing_is_ready_at_once(self, bare, wei):
        after("HD-GC-01")

        plan(bare, wei, "HD-GC-01")

        assert statuses(bare) == {"HD-GC-01": Status.READY}

    def test_what_waits_is_planned(self, bare, wei):
        after("HD-GC-01")
        after("HD-GC-02", "HD-GC-01")

        plan(bare, wei, "HD-GC-01", "HD-GC-02")

        assert statuses(bare)["HD-GC-02"] == Status.PLANNED

    def test_a_prerequisite_left_out_is_refused(self, bare, wei):
        after("HD-GC-02", "HD-GC-01")

        with pytest.raises(NotAllowed):
            plan(bare, wei, "HD-GC-02")

    def test_a_prerequisite_exempted_with_a_reason_is_met(self, bare, wei):
        after("HD-GC-01")
        after("HD-GC-02", "HD-GC-01")
        exemption = Exemption(*types("HD-GC-01"), reason="不涉及")

        plan(bare, wei, "HD-GC-02", exempt=[exemption])

        assert statuses(bare) == {
            "HD-GC-01": Status.NOT_APPLICABLE,
            "HD-GC-02": Status.READY,
        }

    def test_one_variant_is_enough(self, bare, wei):
        after("HD-GC-04")
        after("HD-GC-02", "HD-GC-04", "HD-GC-05", group="eia")
        plan(bare, wei, "HD-GC-04", "HD-GC-02")
        bare.items.filter(approval_type__code="HD-GC-04").update(
            status=Status.GRANTED, decided_at=MONDAY
        )

        open_ready(bare, at=MONDAY)

        assert statuses(bare)["HD-GC-02"] == Status.READY

    def test_two_variants_are_one_too_many(self, bare, wei):
        after("HD-GC-04")
        after("HD-GC-05")
        ApprovalType.objects.filter(code__in=["HD-GC-04", "HD-GC-05"]).update(
            variant_group="eia"
        )

        with pytest.raises(NotAllowed):
            plan(bare, wei, "HD-GC-04", "HD-GC-05")

    def test_opening_again_opens_nothing_twice(self, project):
        assert open_ready(project, at=MONDAY) == []

    def test_a_ready_item_has_its_first_event_and_span(self, project):
        ready = ApprovalItem.objects.filter(status=Status.READY)

        assert ready.exists()
        assert all(
            (item.version, item.events.count(), item.spans.count()) == (1, 1, 1)
            for item in ready
        )
