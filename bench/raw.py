"""The limit: lists and sweeps in plain SQL, in as few statements as it takes."""

from django.db import connection, transaction
from psycopg2.extras import execute_values

COLUMNS = """
    SELECT i.id, i.number, i.status, i.version, p.id, p.number, p.name, t.code, t.name, d.code,
           u.id, u.name, i.submitted_at, i.notice_due_on, i.accepted_at, i.near_on, i.due_on,
           i.statutory_due_on, i.is_provisional, i.decided_at, i.deliver_by, i.delivered_at,
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


SWEEP = """
    WITH due AS (
        SELECT id, epoch, project_id, department_id FROM approvals_approvalitem
        WHERE next_rung_at <= %(at)s ORDER BY next_rung_at, id FOR NO KEY UPDATE SKIP LOCKED
    ), reminded AS (
        INSERT INTO approvals_reminder (item_id, epoch, rung, reached_at, recorded_at, is_superseded)
        SELECT id, epoch, 'near', %(at)s, %(at)s, false FROM due
    ), told AS (
        INSERT INTO notifications_notification
            (id, recipient_id, kind, params, url, event_key, created_at)
        SELECT gen_random_uuid(), person, 'reminder_near', '{"item": "…", "due": "2025-03-12"}',
               '/items/' || due.id, 'raw:' || due.id || ':' || due.epoch, %(at)s
        FROM due, unnest(%(people)s::uuid[]) AS person
        RETURNING id
    ), mailed AS (
        INSERT INTO notifications_delivery (notification_id, channel, "to", subject, body, state,
            attempts, created_at, next_attempt_at)
        SELECT id, 'email', 'officer@example.com', 'subject', repeat('text ', 40), 'pending', 0,
               %(at)s, %(at)s FROM told
    )
    UPDATE approvals_approvalitem i SET next_rung_at = %(at)s + interval '5 days'
    FROM due WHERE i.id = due.id
"""


@transaction.atomic
def sweep(at, people) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, {"at": at, "people": people})


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
