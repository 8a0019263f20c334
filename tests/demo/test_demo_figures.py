"""Figures of the demonstration: each recounted in plain SQL, narrowed, and only of what a person may see."""

from collections import Counter
from datetime import datetime, time
from decimal import Decimal

import pytest
from django.db import connection

from approvals.models import ApprovalItem, Lamp
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.dashboard.departments import Share
from huadu_portal.dashboard.scope import Scope
from huadu_portal.dashboard.summary import summary
from tests.conftest import SHANGHAI
from tests.demo.demo_days import AUTUMN
from tests.demo.demo_loading import loaded

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with loaded(AUTUMN, django_db_setup, django_db_blocker):
        yield


AT = datetime.combine(AUTUMN, time(10), SHANGHAI)


def sql(query, *params):
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchone()


class TestOfTheDemo:
    def test_started_is_what_sql_counts(self, demo):
        counted = sql(
            "SELECT count(*), sum(fixed_assets_wan + working_capital_wan),"
            " sum(annual_output_wan) FROM projects_project"
            " WHERE started_on BETWEEN '2026-01-01' AND '2026-12-31'"
        )

        total = summary(at=AT).started

        assert (total.count, total.investment_wan, total.output_wan) == counted
        assert (total.investment_yi, total.output_yi) == (
            Decimal("132.12"),
            Decimal("354.33"),
        )

    def test_completed_is_what_the_article_says(self, demo):
        total = summary(at=AT).completed

        assert total.count == 14
        assert (total.investment_yi, total.output_yi) == (Decimal("190.95"), Decimal("98.35"))

    def test_on_time_is_what_sql_counts(self, demo):
        on_time, closed = sql(
            "SELECT count(*) FILTER (WHERE day <= due_on), count(*) FROM"
            " (SELECT due_on, (decided_at AT TIME ZONE 'Asia/Shanghai')::date AS day"
            " FROM approvals_approvalitem WHERE due_on IS NOT NULL"
            " AND decided_at >= '2026-01-01+08' AND decided_at < '2027-01-01+08') AS item"
        )

        assert summary(at=AT).on_time == Share(on_time, closed)

    def test_lamps_are_those_of_the_items(self, demo):
        lamps = Counter(item.lamp_on(AUTUMN) for item in ApprovalItem.objects.all())

        assert summary(at=AT).lamps == {lamp: lamps[lamp] for lamp in Lamp if lamp != Lamp.NONE}

    def test_overdue_is_what_sql_counts(self, demo):
        (overdue,) = sql(
            "SELECT count(*) FROM approvals_approvalitem"
            " WHERE status = 'accepted' AND least(due_on, statutory_due_on) < %s",
            AUTUMN,
        )

        assert summary(at=AT).counts["overdue"] == overdue > 0

    def test_parts_sum_up_to_the_whole(self, demo):
        figures = summary(at=AT)

        for rows in (figures.towns, figures.industries):
            assert sum(row.started.count for row in rows) == figures.started.count
            assert (
                sum(row.completed.investment_wan for row in rows)
                == figures.completed.investment_wan
            )
        assert sum(row.total.count for row in figures.phases) == 40
        assert sum(figures.statuses.values()) == ApprovalItem.objects.count()

    def test_towns_narrowed_to_one_at_a_time_make_the_whole(self, demo):
        figures = summary(at=AT)

        parts = [summary(at=AT, town=row.place.value) for row in figures.towns]

        assert sum(part.started.output_wan for part in parts) == figures.started.output_wan
        assert sum((part.on_time for part in parts), Share()) == figures.on_time

    def test_speed_up_promised_is_that_of_the_catalogue(self, demo):
        found = summary(at=AT).speed_up

        assert (found.statutory_days, found.promised_days) == (275, 77)
        assert found.promised == Decimal("72.0")
        assert 0 < found.used_days < found.allowed_days

    def test_queries_do_not_grow_with_the_data(self, demo, django_assert_max_num_queries):
        summary(at=AT)

        with django_assert_max_num_queries(12):
            summary(at=AT)

    def test_a_departments_head_sees_its_own_alone(self, demo):
        head = User.objects.get(username="depthead")

        figures = summary(at=AT, user=head)

        assert [row.code for row in figures.departments] == ["planning"]
        assert figures.started.count == 0
        due = Scope(civil_day(AT), AT.year, head).due()
        assert {item.department.code for item in due} == {"planning"}

    def test_a_firm_sees_its_own_alone(self, demo):
        firm = User.objects.get(username="enterprise2")

        assert sum(row.total.count for row in summary(at=AT, user=firm).phases) == 3
