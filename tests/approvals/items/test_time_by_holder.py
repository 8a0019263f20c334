"""Where the time went: by party, to the microsecond, on both pages and by the API."""

from datetime import timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals.acts import operations
from approvals.items.time_by_holder import apportioned, courts_of, items_with_time
from approvals.models import ApprovalItem, ClockSpan, Ground, Holder, Status
from huadu_portal.accounts.models import Department
from tests import explorations
from tests.approvals.moments import resumed_by, suspended_by
from tests.conftest import DAY, FRIDAY, HOUR, MONDAY

# The same ones in every run.
BOUNDED = settings(
    max_examples=explorations.of(60, 20),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
lengths = st.timedeltas(timedelta(), 40 * DAY)
stops = st.tuples(st.just(Holder.STOPPED), st.sampled_from(Ground.values), lengths)
others = st.sampled_from([Holder.ENTERPRISE, Holder.DEPARTMENT, Holder.CENTRE])
stretches = st.one_of(stops, st.tuples(others, st.just(""), lengths))
# When it began, whose it was and how long; still, or over.
courses = st.tuples(lengths, st.lists(stretches, min_size=1, max_size=8), st.booleans())
LATER = MONDAY + 1000 * DAY


def spans_of_course(item, course):
    gone, parts, is_open = course
    at, spans = MONDAY + gone, []
    for holder, ground, length in parts:
        spans.append(
            ClockSpan(
                item=item, holder=holder, ground=ground, started_at=at, ended_at=at + length
            )
        )
        at += length
    if is_open:
        spans[-1].ended_at = None
    return spans


def elapsed(spans):
    """From the first moment to the last, whoever's it was."""
    return (spans[-1].ended_at or LATER) - spans[0].started_at


def parts_of(*items, now=FRIDAY):
    found = ApprovalItem.objects.filter(pk__in=[item.pk for item in items])
    return courts_of(items_with_time(found), now).parts


class TestSums:
    @pytest.mark.django_db
    @given(histories=st.lists(courses, min_size=1, max_size=4))
    @BOUNDED
    def test_are_the_time_that_has_gone_by(self, project, histories):
        items = list(project.items.exclude(department__kind="centre").order_by("pk"))
        with transaction.atomic():
            ClockSpan.objects.all().delete()
            spans = [
                spans_of_course(item, course)
                for item, course in zip(items, histories, strict=False)
            ]
            ClockSpan.objects.bulk_create(span for of_item in spans for span in of_item)

            found = courts_of(items_with_time(project.items.all()), LATER)

            whole = sum(map(elapsed, spans), timedelta())
            assert (
                sum((part.time for part in found.parts), timedelta()) == found.elapsed == whole
            )
            assert sum(part.seconds for part in found.parts) == whole // timedelta(seconds=1)
            assert sum(part.days for part in found.parts) == found.days
            assert sum(part.percent for part in found.parts) == (100 if whole else 0)
            assert abs(float(found.days) - whole / DAY) <= 0.05 + 1e-9
            transaction.set_rollback(True)

    @given(st.lists(st.integers(0, 10**15), max_size=30), st.integers(0, 10**9))
    def test_rounded_parts_are_off_by_less_than_one(self, weights, total):
        parts = apportioned(weights, total)

        whole = sum(weights)
        assert sum(parts) == (total if whole else 0)
        assert all(
            abs(part * whole - weight * total) < whole
            for part, weight in zip(parts, weights, strict=True)
            if whole
        )


class TestParties:
    def test_each_has_what_was_in_its_court(self, submitted, omar):
        item = operations.accept(submitted, by=omar, at=MONDAY + DAY, version=submitted.version)
        item = suspended_by(item, omar, MONDAY + 2 * DAY)
        resumed_by(item, omar, MONDAY + 3 * DAY)

        parts = parts_of(item, now=MONDAY + 3 * DAY + 12 * HOUR)

        found = {(part.party.holder, part.party.detail): part.days for part in parts}
        planning = Department.objects.get(code="planning").name
        assert found == {
            (Holder.DEPARTMENT, planning): Decimal("2.5"),
            (Holder.STOPPED, Ground.EXPERT_REVIEW.label): Decimal("1.0"),
            (Holder.ENTERPRISE, ""): Decimal("0.0"),
        }

    def test_the_longest_comes_first(self, submitted):
        parts = parts_of(submitted)

        assert [part.party.holder for part in parts] == [Holder.DEPARTMENT, Holder.ENTERPRISE]
        assert [part.percent for part in parts] == [100, 0]

    def test_departments_are_told_apart_and_their_items_counted(self, accepted, alice):
        other = accepted.project.items.filter(status=Status.READY).last()
        other.spans.update(holder=Holder.DEPARTMENT)
        assert other.department != accepted.department

        parts = parts_of(accepted, other)

        of_departments = [part for part in parts if part.party.holder == Holder.DEPARTMENT]
        assert {part.party.department for part in of_departments} == {
            accepted.department,
            other.department,
        }
        assert [part.items for part in of_departments] == [1, 1]

    def test_the_centres_own_services_are_the_centres_time(self, project, wei):
        own = project.items.filter(status=Status.READY, department__kind="centre").first()
        own.spans.update(holder=Holder.DEPARTMENT)

        assert [part.party.holder for part in parts_of(own)] == [Holder.CENTRE]

    def test_what_has_not_begun_takes_no_time(self, project):
        planned = project.items.filter(status=Status.PLANNED).first()

        assert parts_of(planned) == []


def address(project):
    return reverse("approvals:project_courts", args=[project.pk])


class TestProjectPage:
    @pytest.mark.parametrize("username", ["alice", "wei", "li", "ada"])
    def test_the_firm_and_the_centre_see_it(self, client, request, project, username):
        client.force_login(request.getfixturevalue(username))

        assert client.get(address(project)).status_code == 200

    @pytest.mark.parametrize("username", ["stranger_to_firm", "eve", "omar", "tom"])
    def test_others_find_nothing(self, client, request, project, username):
        client.force_login(request.getfixturevalue(username))

        assert client.get(address(project)).status_code == 404

    def test_every_item_that_has_begun_is_a_row_with_its_link(
        self, client, wei, accepted, other_project
    ):
        client.force_login(wei)

        response = client.get(address(accepted.project))

        begun = accepted.project.items.exclude(status=Status.PLANNED)
        shown = [item for item, _courts in response.context["rows"]]
        assert set(shown) == set(begun)
        assert f'href="{accepted.get_absolute_url()}"' in response.text

    def test_a_row_adds_up(self, client, alice, accepted):
        client.force_login(alice)

        rows = dict(client.get(address(accepted.project)).context["rows"])

        own = rows[accepted]
        assert own.days == Decimal("4.0")
        assert sum(days for _holder, days in own.by_holder()) == own.days

    def test_it_is_led_to(self, client, alice, project, item):
        client.force_login(alice)

        for page in (project.get_absolute_url(), item.get_absolute_url()):
            assert f'href="{address(project)}"' in client.get(page).text

    def test_before_anything_has_begun_it_says_so(self, client, alice, project):
        ClockSpan.objects.all().delete()
        client.force_login(alice)

        response = client.get(address(project))

        assert response.context["rows"] == []

    def test_queries_do_not_grow_with_items(self, client, alice, project, accepted):
        client.force_login(alice)
        client.get(address(project))

        with CaptureQueriesContext(connection) as many:
            client.get(address(project))
        ClockSpan.objects.exclude(item=accepted).delete()
        with CaptureQueriesContext(connection) as few:
            client.get(address(project))

        assert len(many) == len(few)


class TestItemPage:
    def test_it_says_whose_time_it_was(self, client, omar, accepted):
        client.force_login(omar)

        response = client.get(accepted.get_absolute_url())

        days = [part.days for part in response.context["courts"].parts]
        assert days == [Decimal("4.0"), Decimal("0.0")]

    def test_a_department_is_not_led_to_the_project(self, client, omar, accepted):
        client.force_login(omar)

        assert address(accepted.project) not in client.get(accepted.get_absolute_url()).text


class TestApi:
    def test_of_an_item(self, client, omar, accepted, time_machine):
        time_machine.move_to(FRIDAY, tick=False)
        client.force_login(omar)

        said = client.get(f"/api/v1/approval-items/{accepted.pk}/courts/").json()

        assert said == [
            {
                "holder": "department",
                "department": "planning",
                "ground": "",
                "items": 1,
                "seconds": 4 * 24 * 3600,
                "share": 1.0,
            },
            {
                "holder": "enterprise",
                "department": None,
                "ground": "",
                "items": 1,
                "seconds": 0,
                "share": 0.0,
            },
        ]

    def test_of_a_project(self, client, wei, accepted, other_project, time_machine):
        time_machine.move_to(FRIDAY, tick=False)
        client.force_login(wei)

        said = client.get(f"/api/v1/projects/{accepted.project_id}/courts/").json()

        begun = accepted.project.items.exclude(status=Status.PLANNED).count()
        assert sum(part["seconds"] for part in said) == begun * 4 * 24 * 3600
        assert round(sum(part["share"] for part in said), 3) == 1
        assert {part["holder"] for part in said} == {"department", "enterprise"}

    def test_another_firm_does_not_find_it(self, client, accepted, stranger_to_firm):
        client.force_login(stranger_to_firm)

        for address in (
            f"/api/v1/approval-items/{accepted.pk}/courts/",
            f"/api/v1/projects/{accepted.project_id}/courts/",
        ):
            assert client.get(address).status_code == 404


class TestMilestones:
    """A fact that the centre records: the firm has nothing to do for it."""

    @pytest.fixture
    def opened(self, project, wei):
        """A milestone that became ready as its last prerequisite did not apply."""
        start = project.items.get(approval_type__code="HD-SG-11")
        before = project.items.filter(approval_type__in=start.approval_type.prerequisites.all())
        before.exclude(pk=before.first().pk).update(status=Status.NOT_APPLICABLE, reason="x")
        last = before.first()
        operations.mark_not_applicable(
            last, by=wei, at=MONDAY + HOUR, version=last.version, note="不涉及"
        )
        start.refresh_from_db()
        return start

    def test_the_time_until_one_is_recorded_is_the_centres(self, opened):
        assert opened.status == Status.READY
        assert [part.party.holder for part in parts_of(opened)] == [Holder.CENTRE]

    def test_spans_of_before_are_put_right_by_a_migration(self, opened, item):
        mend = import_module("approvals.migrations.0054_milestone_spans").mend
        opened.spans.update(holder=Holder.ENTERPRISE)

        mend(None, connection.schema_editor())

        assert [span.holder for span in opened.spans.all()] == [Holder.CENTRE]
        assert [span.holder for span in item.spans.all()] == [Holder.ENTERPRISE]
