"""The limit: lists and sweeps in plain SQL, in as few statements as it takes."""

from collections import defaultdict

from django.db import connection, transaction
from psycopg2.extras import execute_values

COLUMNS = """
    SELECT i.id, i.number, i.status, i.version, p.id, p.number, p.name, t.code, t.name, d.code,
           u.id, u.name, i.submitted_at, i.notice_due_on, i.accepted_at, i.near_on, i.due_on,
           i.statutory_due_on, i.promised_breached_on, i.statutory_breached_on, i.is_provisional, i.decided_at, i.deliver_by, i.delivered_at,
           i.reason, t.promised_days, t.promised_unit
    FROM approvals_approvalitem i
    JOIN approvals_approvaltype t ON t.id = i.approval_type_id
    JOIN accounts_department d ON d.id = i.department_id
    JOIN projects_project p ON p.id = i.project_id
    LEFT JOIN accounts_user u ON u.id = i.officer_id
"""
OF_DEPARTMENT = "WHERE i.department_id = %(department)s AND i.due_on IS NOT NULL"
BEYOND = "WHERE (i.due_on, i.id) > (%(due_on)s, %(id)s)"
PAGE = "ORDER BY i.due_on, i.id LIMIT 51"


def of_department(department_id) -> list:
    return _page(OF_DEPARTMENT, {"department": department_id})


def beyond(due_on, pk) -> list:
    return _page(BEYOND, {"due_on": due_on, "id": pk})


def first_page() -> list:
    return _page("", {})


def _page(where: str, params: dict) -> list:
    with connection.cursor() as cursor:
        cursor.execute(f"{COLUMNS} {where} {PAGE}", params)
        return cursor.fetchall()


# What a sweep writes, each table after those its rows point at.
SWEPT = [
    "approvals_reminder",
    "approvals_card",
    "notifications_notification",
    "notifications_delivery",
]
CLAIM = """
    SELECT id FROM approvals_approvalitem WHERE next_rung_at <= %s
    ORDER BY next_rung_at, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""


class Swept:
    """What a sweep of ours has written, to be written again by plain SQL.

    `rows` are those of each table by the item they are about, as JSON that PostgreSQL turns
    back into rows; `next_at` is where each item's ladder goes on.
    """

    def __init__(self):
        self.rows = {table: _by_item(table) for table in SWEPT}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, next_rung_at FROM approvals_approvalitem"
                " WHERE id::text IN (SELECT subject_key FROM approvals_reminder)"
            )
            self.next_at = dict(cursor.fetchall())

    def sweep(self, at, size: int) -> None:
        """Batch after batch, each claimed and written in its own transaction."""
        while self._batch(at, size) == size:
            pass

    @transaction.atomic
    def _batch(self, at, size: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [at, size])
            keys = [key for (key,) in cursor.fetchall()]
            if not keys:
                return 0
            for table, by_item in self.rows.items():
                rows = [row for key in keys for row in by_item.get(str(key), ())]
                cursor.execute(
                    f"INSERT INTO {table} SELECT * FROM"
                    f" jsonb_populate_recordset(NULL::{table}, %s::jsonb)",
                    [f"[{','.join(rows)}]"],
                )
            cursor.execute(
                "UPDATE approvals_approvalitem item SET next_rung_at = new.at FROM"
                " unnest(%s::uuid[], %s::timestamptz[]) AS new (id, at) WHERE item.id = new.id",
                [[str(key) for key in keys], [self.next_at[key] for key in keys]],
            )
        return len(keys)


def _by_item(table: str) -> dict[str, list[str]]:
    item = {
        "approvals_reminder": "row.subject_key",
        "approvals_card": "row.item_id::text",
        "notifications_notification": "split_part(row.event_key, ':', 2)",
        "notifications_delivery": (
            "(SELECT split_part(event_key, ':', 2) FROM notifications_notification told"
            " WHERE told.id = row.notification_id)"
        ),
    }[table]
    found = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {item}, to_jsonb(row)::text FROM {table} row")
        for key, text in cursor.fetchall():
            found[key].append(text)
    return found


def stored_dates(columns: list[str]) -> list[tuple]:
    """What a recomputation has written, by item."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {', '.join(columns)} FROM approvals_approvalitem"
            " WHERE status = 'accepted' ORDER BY id"
        )
        return cursor.fetchall()


@transaction.atomic
def recompute(dates: list[tuple], columns: list[str], batch: int) -> None:
    """Read what the dates rest on, write dates that are already known."""
    new = ", ".join(f"new.{column}" for column in columns)
    types = {"is_provisional": "boolean", "next_rung_at": "timestamptz", "epoch": "integer"}
    casts = ", ".join(f"%s::{types.get(column, 'date')}" for column in columns)
    with connection.cursor() as cursor:
        stored_dates(["accepted_at", "approval_type_id", *columns])
        execute_values(
            cursor.cursor,
            f"UPDATE approvals_approvalitem item SET ({', '.join(columns)}) = ROW ({new})"
            f" FROM (VALUES %s) AS new (id, {', '.join(columns)}) WHERE item.id = new.id",
            dates,
            f"(%s::uuid, {casts})",
            page_size=batch,
        )
