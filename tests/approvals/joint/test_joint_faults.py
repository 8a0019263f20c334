"""register_land is all or nothing: whichever statement fails, and whoever else acts."""

import pytest
from django.db import DatabaseError, connection
from django.db.models import Model

from approvals.joint import acts as joint_acts
from approvals.joint import operations
from approvals.joint.operations import cases
from approvals.models import (
    ApprovalItem,
    ClockSpan,
    Commitment,
    Fact,
    ItemEvent,
    ItemPaper,
    JointCase,
    ProjectPaper,
    Status,
)
from huadu_portal.notifications.models import Delivery, Notification
from huadu_portal.papers.models import Counter, Paper
from projects.models import Project
from tests.approvals.moments import at_once, land_paper, statuses, waiting_for_each_other
from tests.conftest import DAY, MONDAY

WRITTEN: list[type[Model]] = [
    ApprovalItem,
    ClockSpan,
    Commitment,
    Counter,
    Delivery,
    ItemEvent,
    ItemPaper,
    JointCase,
    Notification,
    Paper,
    Project,
    ProjectPaper,
]


def everything():
    rows = {model: list(model.objects.order_by("pk").values_list()) for model in WRITTEN}
    links = ApprovalItem.documents.through.objects.order_by("pk").values_list()
    return rows | {"documents": list(links)}


class Fault:
    """Fails the n-th statement that reads or writes; transactions' own marks pass."""

    def __init__(self, number):
        self.left = number

    def __call__(self, execute, sql, params, many, context):
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.left -= 1
            if self.left == 0:
                raise DatabaseError("planted")
        return execute(sql, params, many, context)


@pytest.mark.django_db
def test_a_fault_at_any_step_leaves_nothing(passed, wei):
    paper = land_paper(passed.project, wei)
    before, steps = everything(), 0

    while True:
        fault = Fault(steps + 1)
        try:
            with connection.execute_wrapper(fault):
                cases.register_land(
                    passed, by=wei, at=MONDAY + DAY, version=passed.version, land_paper=paper
                )
        except DatabaseError:
            steps += 1
            assert everything() == before, f"after statement {steps}"
        else:
            break

    # Five items with events, spans, papers and messages: more than a handful, though one
    # statement often writes for all of them.
    assert steps > 25
    assert set(statuses(passed.project).values()) == {Status.ACCEPTED}


@pytest.fixture
def register(passed, wei):
    paper, version = land_paper(passed.project, wei), passed.version

    def register():
        operations.register_land(
            passed, by=wei, at=MONDAY + DAY, version=version, land_paper=paper
        )

    return register


@pytest.fixture
def change(passed, alice):
    version = passed.version

    def change():
        operations.change_fact(
            passed, by=alice, at=MONDAY + DAY, version=version, fact=Fact.USE, note="改用途"
        )

    return change


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture(autouse=True)
    def met(self, catalogue, passed, monkeypatch):
        """Both have read the case before either has written."""
        meet = waiting_for_each_other(cases.lock_items)
        monkeypatch.setattr(cases, "lock_items", meet)

    def test_the_land_and_a_changed_fact_do_not_pass_each_other(self, passed, register, change):
        assert at_once(register, change) == ["Stale", "done"]

        passed.refresh_from_db()
        if passed.registered_at:
            assert set(statuses(passed.project).values()) == {Status.ACCEPTED}
            assert not passed.fact_changes.exists()
        else:
            assert passed.fact_changes.get().voided == 4
            assert list(statuses(passed.project).values()).count(Status.PRE_REVIEW) == 4

    def test_without_the_lock_they_would(self, passed, register, change, monkeypatch):
        """The positive control: what the test above would see."""
        unlocked = Project.objects.select_related("enterprise").get
        monkeypatch.setattr(joint_acts, "lock_project", lambda pk: unlocked(pk=pk))

        assert at_once(register, change) == ["done", "done"]

    def test_two_registrations_make_one(self, passed, register):
        assert at_once(register, register) == ["Stale", "done"]

        numbers = ApprovalItem.objects.exclude(number=None)
        # Five, and the service that began with the case.
        assert numbers.count() == 6
        assert ItemEvent.objects.filter(act="register_land").count() == 5
