"""The national status codes as a table, from the worklist of the staff desk."""

import csv
import io
from urllib.parse import unquote

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.acts import operations
from approvals.items.national import COLUMNS, NAMES
from approvals.models import ApprovalItem
from huadu_portal.spreadsheets import csv_file
from tests.approvals.moments import resumed_by, suspended_by
from tests.conftest import DAY, HOUR, MONDAY, item_of

LIST = "/admin/approvals/approvalitem/?tab=all"
FORMULA = '=HYPERLINK("http://example.com","锦华")'


def exported(client, user, items):
    client.force_login(user)
    chosen = {"action": "export_national", ACTION_CHECKBOX_NAME: [item.pk for item in items]}
    return client.post(LIST, chosen)


def rows_of(response):
    """By heading, as a spreadsheet reads them."""
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def moments(row):
    """By code."""
    shown = {code: row[f"{code} {name}"] for code, name in NAMES.items()}
    return {code: text for code, text in shown.items() if text}


@pytest.fixture
def reviewed(submitted, alice, omar):
    """Asked for twice, stopped once, and granted."""
    item = operations.request_correction(
        submitted, by=omar, at=MONDAY + HOUR, version=submitted.version, missing=["缺图"]
    )
    item = operations.resubmit(
        item, by=alice, at=MONDAY + DAY, version=item.version, unchanged=True
    )
    item = operations.accept(item, by=omar, at=MONDAY + DAY + HOUR, version=item.version)
    item = resumed_by(suspended_by(item, omar, MONDAY + 2 * DAY), omar, MONDAY + 3 * DAY)
    return operations.grant(item, by=omar, at=MONDAY + 3 * DAY, version=item.version)


class TestTable:
    def test_says_when_an_item_came_into_each_state(self, client, omar, reviewed):
        [row] = rows_of(exported(client, omar, [reviewed]))

        assert moments(row) == {
            1: "2025-03-03 09:30:00",
            3: "2025-03-04 10:30:00",
            6: "2025-03-03 10:30:00",
            7: "2025-03-04 09:30:00",
            8: "2025-03-04 10:30:00",
            9: "2025-03-05 09:30:00",
            10: "2025-03-06 09:30:00",
            11: "2025-03-06 09:30:00",
        }

    def test_a_state_that_came_twice_has_both_moments(self, client, omar, accepted):
        item = resumed_by(suspended_by(accepted, omar, MONDAY), omar, MONDAY + HOUR)
        suspended_by(item, omar, MONDAY + 2 * HOUR)

        [row] = rows_of(exported(client, omar, [item]))

        assert moments(row)[9] == "2025-03-03 09:30:00; 2025-03-03 11:30:00"

    def test_names_project_item_and_department_in_chinese(self, client, omar, submitted):
        client.cookies["django_language"] = "zh-hans"

        text = exported(client, omar, [submitted]).content.decode()

        for mark in (
            submitted.project.number,
            "锦华食品总部项目",
            "广州市锦华食品有限公司",
            submitted.number,
            "HD-GC-01",
            submitted.department.name,
        ):
            assert mark in text

    def test_what_has_not_begun_has_a_row_and_no_moments(self, client, wei, project):
        [row] = rows_of(exported(client, wei, [item_of(project, "HD-GC-02")]))

        assert moments(row) == {}

    def test_a_name_that_looks_like_a_formula_stays_text(self, client, omar, submitted):
        submitted.project.name = FORMULA
        submitted.project.save()

        [row] = rows_of(exported(client, omar, [submitted]))

        assert f"'{FORMULA}" in row.values()

    def test_the_file_bears_the_day_and_is_saved(self, client, omar, submitted):
        header = exported(client, omar, [submitted])["Content-Disposition"]

        assert header.startswith("attachment")
        assert "-2025-03-07.csv" in header

    def test_a_file_may_have_a_chinese_name(self):
        header = csv_file("国家办件状态码", [])["Content-Disposition"]

        assert "国家办件状态码.csv" in unquote(header)

    def test_queries_do_not_grow_with_items(self, client, wei, project, reviewed):
        items = list(project.items.all())
        exported(client, wei, [reviewed])

        with CaptureQueriesContext(connection) as few:
            exported(client, wei, [reviewed])
        with CaptureQueriesContext(connection) as many:
            response = exported(client, wei, items)

        assert len(rows_of(response)) == len(items)
        assert len(many) == len(few)


class TestVisibility:
    def test_a_department_exports_its_own_items_only(self, client, olga, submitted):
        mine = submitted.project.items.filter(department=olga.department).first()

        rows = rows_of(exported(client, olga, [submitted, mine]))

        code = str(COLUMNS[4])
        assert [row[code] for row in rows] == [mine.approval_type.code]

    def test_the_firm_has_no_desk(self, client, alice, submitted):
        response = exported(client, alice, [submitted])

        assert submitted.number not in response.content.decode()

    def test_the_auditor_sees_who_has_taken_out_how_much(self, client, wei, project, ada):
        exported(client, wei, project.items.all()[:3])

        entry = LogEntry.objects.get()
        assert (entry.user, entry.object_repr.split()[0]) == (wei, "3")
        assert "2025-03-07" in entry.get_change_message()

    def test_looking_at_the_list_takes_nothing_out(self, client, wei, submitted):
        client.force_login(wei)

        client.get(LIST, {"action": "export_national"})

        assert not LogEntry.objects.exists()
        assert ApprovalItem.objects.get(pk=submitted.pk).version == submitted.version
