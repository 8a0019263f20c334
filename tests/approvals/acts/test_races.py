"""Two people act in the same instant, again and again, on real PostgreSQL."""

import threading
from collections import Counter

import pytest
from django.db import connection
from django.db.models import Count, Q, QuerySet

from approvals.acts import operations
from approvals.acts.operations import review
from approvals.items.operations import history
from approvals.items.operations.dates import start_clock
from approvals.models import ApprovalItem, ApprovalType, Status
from huadu_portal.prepared import Prepared
from huadu_portal.workdays.published import calendar
from projects.models import Enterprise, Project
from tests import explorations
from tests.approvals.moments import coming_back_together
from tests.conftest import DAY, DESCRIPTION, MONDAY, person

pytestmark = pytest.mark.django_db(transaction=True)

JOINS, DUELS, CONTROL = explorations.of(500, 100), explorations.of(60, 20), 60


def in_step(*courses):
    """What came of the acts of each course, in order: "done" or the error's name. The n-th
    acts of all courses begin together, each course on a thread and connection of its own."""
    together = threading.Barrier(len(courses), timeout=30)
    outcomes = [[] for _ in courses]

    def run(course, outcome):
        try:
            connection.ensure_connection()
            for act in course:
                together.wait()
                outcome.append(_outcome_of(act))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=pair) for pair in zip(courses, outcomes, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(zip(*outcomes, strict=True))


def _outcome_of(act):
    try:
        act()
    except Exception as error:  # whatever it is, it is counted
        return type(error).__name__
    return "done"


@pytest.fixture
def without_locks(monkeypatch):
    """The same acts, when nobody waits for anybody: what the locks are there for."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows)
    # Made into SQL anew, without their locks.
    monkeypatch.setattr(history, "PROJECT", Prepared(history.PROJECT.ask))
    monkeypatch.setattr(history, "ITEM", Prepared(history.ITEM.ask))


@pytest.fixture
def types(catalogue):
    """Two of the planning bureau's, and a third that comes after both. None moves the
    project's phase, which would let one wait for the other already."""
    still = ApprovalType.objects.filter(department__code="planning", reaches_phase="")
    first, second, third = still[:3]
    first.prerequisites.clear()
    second.prerequisites.clear()
    third.prerequisites.set([first, second])
    return [first, second, third]


@pytest.fixture
def otto(catalogue):
    return person("otto", "officer", "planning")


def projects_of(enterprise, count):
    """So many projects of a firm's, as rows."""
    described = {
        name: text for name, text in DESCRIPTION.items() if not name.startswith("contact")
    }
    return Project.objects.bulk_create(
        Project(number=f"HD{n}", enterprise=enterprise, created_at=MONDAY, **described)
        for n in range(count)
    )


def under_review(projects, entry):
    """An item of the type for each project, accepted on Monday."""
    published = calendar()
    items = [
        ApprovalItem(
            project=project,
            approval_type=entry,
            department=entry.department,
            submitted_at=MONDAY,
            accepted_at=MONDAY,
        )
        for project in projects
    ]
    for item in items:
        start_clock(item, MONDAY, published)
    ApprovalItem.objects.bulk_create(items)
    history.record_first_events(items, Status.ACCEPTED, act="accept", by=None, at=MONDAY)
    return items


def granting(items, by):
    for item in items:
        yield lambda item=item: operations.grant(
            item, by=by, at=MONDAY + DAY, version=item.version, note="材料已当场核验。"
        )


def withdrawing(items, by):
    for item in items:
        yield lambda item=item: operations.withdraw(
            item, by=by, at=MONDAY + DAY, version=item.version
        )


class TestJoin:
    """The last two prerequisites of an item are granted at once."""

    def join(self, projects, types, omar, otto):
        """What came of the grants, and how often the item after both has opened: of so many
        projects once, and so on."""
        first, second, third = types
        pairs = under_review(projects, first), under_review(projects, second)
        ApprovalItem.objects.bulk_create(
            ApprovalItem(project=project, approval_type=third, department=third.department)
            for project in projects
        )

        outcomes = in_step(granting(pairs[0], omar), granting(pairs[1], otto))

        opened = Count("events", filter=Q(events__to_status=Status.READY))
        after = ApprovalItem.objects.filter(approval_type=third).annotate(opened=opened)
        return Counter(outcomes), Counter(after.values_list("status", "opened"))

    @pytest.fixture
    def nobodys(self, db):
        """A firm without people: telling them is the longest part of a grant, after the race."""
        return Enterprise.objects.create(name="无人有限公司", credit_code="91440114MADEM0142P")

    def test_opens_the_next_exactly_once_every_time(self, nobodys, types, omar, otto):
        outcomes, opened = self.join(projects_of(nobodys, JOINS), types, omar, otto)

        assert outcomes == {("done", "done"): JOINS}
        assert opened == {(Status.READY, 1): JOINS}

    def test_fails_without_the_locks(
        self, without_locks, nobodys, types, omar, otto, monkeypatch
    ):
        """Left to chance it fails a few times in sixty; met on purpose, every time."""
        together = coming_back_together(review.advance_project)
        monkeypatch.setattr(review, "advance_project", together)

        _outcomes, opened = self.join(projects_of(nobodys, 5), types, omar, otto)

        assert opened[Status.READY, 1] == 0


class TestGrantAgainstWithdraw:
    def duel(self, projects, types, omar, alice):
        items = under_review(projects, types[0])
        return items, in_step(granting(items, omar), withdrawing(items, alice))

    def test_one_wins_and_the_other_is_refused(self, firm, types, omar, alice):
        items, outcomes = self.duel(projects_of(firm, DUELS), types, omar, alice)

        won = {("done", "Stale"): Status.GRANTED, ("Stale", "done"): Status.WITHDRAWN}
        for item, outcome in zip(items, outcomes, strict=True):
            item.refresh_from_db()
            assert item.status == won[outcome]
            before, last = item.events.all()
            assert (item.version, last.to_status) == (2, item.status)
            assert last.digest == last.digest_after(before.digest)
            assert item.spans.filter(ended_at=None).exists() == (item.holder is not None)

    def test_both_would_act_without_the_locks(self, without_locks, firm, types, omar, alice):
        _items, outcomes = self.duel(projects_of(firm, CONTROL), types, omar, alice)

        # Even then the database takes only one of two second events.
        assert {("done", "IntegrityError"), ("IntegrityError", "done")} & set(outcomes)
