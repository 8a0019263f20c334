"""The same thing done by many in the same moment, through pages of several processes."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg2
import pytest

from approvals.acts import operations
from approvals.models import ItemEvent, Status
from huadu_portal.notifications.models import Kind, Notification
from projects.models import ApplicationEvent, ApplicationStatus, MaterialKind
from projects.operations import save_draft, start_application
from tests.approvals.moments import url_of
from tests.conftest import HOUR, MONDAY, item_of, person, stock
from tests.faults.cast import ask
from tests.faults.visitor import Visitor
from tests.faults.waiting import eventually
from tests.projects.conftest import TYPED, add

TIMES = 20
UNLOCKED = "tests.faults.without_locks:application"
IN_ONE = "tests.faults.bulk_in_one_transaction:application"
CHANGED = "该内容已被他人更新"
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database() AND deadlocks > 0"
# So many of two web processes wait for locks at once: half of the four threads of each, and
# whoever else tries is asked to come again (docs/decisions/0032).
WAITING = 4


@pytest.fixture
def monday(portal):
    """Before any limit has run out in silence."""
    portal.clock.set(MONDAY + HOUR)


@contextmanager
def held(portal, table: str, pk):
    """The row is somebody's as long as it lasts."""
    with closing(psycopg2.connect(portal.stack.postgres.url)) as other:
        other.cursor().execute(f"SELECT 1 FROM {table} WHERE id = %s FOR UPDATE", [str(pk)])
        yield


def waiting() -> int:
    return ask("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")[0][0]


def persist(visitor, path, **fields) -> int:
    """The status of the answer; whom a busy machine asks to try again shortly does so."""
    for _ in range(10):
        status = visitor.post(path, **fields).status_code
        if status != 503:
            break
    return status


def at_once(portal, held_row, visitors, path, **fields) -> list[int]:
    """All post at once; the statuses of the answers."""
    for visitor in visitors:
        visitor.get(path)
    with ThreadPoolExecutor(len(visitors)) as pool:
        with held(portal, *held_row):
            answers = [pool.submit(persist, visitor, path, **fields) for visitor in visitors]
            # Until as many stand before it as may.
            eventually(lambda: waiting() >= WAITING)
        return sorted(answer.result() for answer in answers)


class TestTwentyOfficersOnOneItem:
    @pytest.fixture
    def officers(self, portal, monday, submitted):
        officers = [person(f"officer{n}", "officer", "planning") for n in range(TIMES)]
        return [Visitor(portal, officer) for officer in officers]

    def accept(self, portal, officers, item) -> list[int]:
        row = "approvals_approvalitem", item.pk
        return at_once(portal, row, officers, url_of(item, "accept"), version=item.version)

    def test_one_accepts_and_nineteen_are_told(self, portal, officers, submitted):
        portal.start_web()

        statuses = self.accept(portal, officers, submitted)

        assert statuses == [302] * TIMES
        assert submitted.events.filter(to_status=Status.ACCEPTED).count() == 1
        submitted.refresh_from_db()
        assert submitted.version == submitted.events.count()
        pages = [officer.get(submitted.get_absolute_url()).text for officer in officers]
        assert sum(CHANGED in page for page in pages) == TIMES - 1

    def test_without_locks_several_would_try(self, portal, officers, submitted):
        """The constraints still keep all but one from being written."""
        portal.start_web(UNLOCKED)

        statuses = self.accept(portal, officers, submitted)

        assert 500 in statuses
        assert submitted.events.filter(to_status=Status.ACCEPTED).count() == 1


class TestTheSameSubmissionTwentyTimes:
    @pytest.fixture
    def ready(self, portal, monday, firm, alice, catalogue):
        draft = start_application(firm, by=alice, at=MONDAY)
        save_draft(draft, by=alice, at=MONDAY, typed=TYPED)
        for kind in MaterialKind.objects.filter(is_required=True):
            add(draft, alice, kind=kind)
        return draft

    def submit(self, portal, ready, alice) -> list[int]:
        visitors = [Visitor(portal, alice) for _ in range(TIMES)]
        row, path = ("projects_application", ready.pk), f"/apply/{ready.pk}/submit/"
        return at_once(portal, row, visitors, path, confirmed="on")

    def test_is_one_and_each_gets_its_receipt(self, portal, ready, alice, wei):
        portal.start_web()

        statuses = self.submit(portal, ready, alice)

        assert statuses == [302] * TIMES
        ready.refresh_from_db()
        assert ready.status == ApplicationStatus.SUBMITTED
        assert ApplicationEvent.objects.filter(application=ready).count() == 1
        told = Notification.objects.filter(kind=Kind.APPLICATION_WAITING)
        assert told.count() == 1

    def test_without_locks_several_would_try(self, portal, ready, alice, wei):
        portal.start_web(UNLOCKED)

        assert 500 in self.submit(portal, ready, alice)


class TestSeveralItemsInOppositeOrder:
    """Two heads give orders to the same items at the desk, from lists turned round."""

    @pytest.fixture
    def heads(self, hana):
        return [hana, person("hugo", "department_head", "planning")]

    @pytest.fixture
    def items(self, monday, project, other_project, alice, bob):
        """Of two projects, for acts on one project wait for each other."""
        found = []
        for each, by in [(project, alice), (other_project, bob)]:
            item = item_of(each, "HD-GC-01")
            stock(item, by)
            found.append(operations.submit(item, by=by, at=MONDAY, version=item.version))
        return found

    def hand_over(self, portal, items, heads, to) -> list:
        """Both stand before the first item; the second has what it began with by then."""
        chosen = {"_selected_action": [str(item.pk) for item in items]}
        versions = {f"version_{item.pk}": item.version for item in items}
        typed = {"action": "transfer_all", "confirmed": "1", "to": str(to.pk)}
        visitors = [Visitor(portal, head) for head in heads]
        for visitor in visitors:
            visitor.get("/admin/approvals/approvalitem/")

        first = min(items, key=lambda item: item.pk)
        with ThreadPoolExecutor(2) as pool:
            answers = []
            with held(portal, "approvals_approvalitem", first.pk):
                for visitor, order in zip(visitors, ["", "-"], strict=True):
                    path = f"/admin/approvals/approvalitem/?o={order}1"
                    fields = chosen | versions | typed
                    answers.append(pool.submit(visitor.post, path, **fields))
                    eventually(lambda: waiting() == len(answers))
            return [answer.result() for answer in answers]

    def test_each_is_done_once_and_nobody_waits_for_ever(self, portal, items, heads, omar):
        portal.start_web()

        answers = self.hand_over(portal, items, heads, omar)

        assert [answer.status_code for answer in answers] == [200, 200]
        transfers = ItemEvent.objects.filter(act="transfer")
        assert transfers.count() == len(items)
        # And of each the other head is told.
        assert sum(answer.text.count(CHANGED) for answer in answers) == len(items)

    def test_in_one_transaction_each_they_would(self, portal, items, heads, omar):
        """The positive control: the database has to end one of them."""
        portal.start_web(IN_ONE)

        answers = self.hand_over(portal, items, heads, omar)

        assert sorted(answer.status_code for answer in answers) == [200, 503]
        assert eventually(lambda: ask(DEADLOCKS)) == [(1,)]
