"""The limit: the same rows, read or written by plain SQL in as few statements as it takes."""

from uuid import UUID

from django.db import connection, transaction
from psycopg2.extras import Json, execute_values
from uuid_utils.compat import uuid7

# What an act leaves behind, parents first.
TABLES = {
    "projects_project": "id = %(project)s",
    "approvals_approvalitem": "project_id = %(project)s",
    "approvals_itemevent": "item_id = ANY(%(items)s)",
    "approvals_clockspan": "item_id = ANY(%(items)s)",
    "agents_assignment": "project_id = %(project)s",
    "notifications_notification": "event_key LIKE ANY(%(keys)s)",
    "notifications_delivery": "notification_id IN"
    " (SELECT id FROM notifications_notification WHERE event_key LIKE ANY(%(keys)s))",
}


class Copy:
    """Rows that an act has written, ready to be written again under other keys."""

    def __init__(self, project_id, item_ids):
        self.params = {
            "project": project_id,
            "items": list(item_ids),
            "keys": [f"%{key}%" for key in (project_id, *item_ids)],
        }
        self.rows = {table: self._read(table, where) for table, where in TABLES.items()}

    def _read(self, table, where):
        generated = {"investment_wan"}
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} WHERE {where}", self.params)
            names = [column.name for column in cursor.description]
            rows = cursor.fetchall()
        skipped = {n for n, name in enumerate(names) if name in generated}
        serial = [n for n, name in enumerate(names) if name == "id" and _is_serial(rows, n)]
        skipped |= set(serial)
        kept = [n for n in range(len(names)) if n not in skipped]
        return [names[n] for n in kept], [[row[n] for n in kept] for row in rows]

    def renamed(self):
        """The same rows under new keys: what the timed part has only to write."""
        keys: dict[UUID, UUID] = {}
        for table in (
            "projects_project",
            "approvals_approvalitem",
            "notifications_notification",
        ):
            names, rows = self.rows[table]
            place = names.index("id")
            keys |= {row[place]: uuid7() for row in rows}
        return {
            table: (
                names,
                [
                    [_renamed(v, name, keys) for v, name in zip(row, names, strict=True)]
                    for row in rows
                ],
            )
            for table, (names, rows) in self.rows.items()
        }


def _is_serial(rows, n) -> bool:
    return bool(rows) and isinstance(rows[0][n], int)


def _renamed(value, name, keys):
    if isinstance(value, UUID) and value in keys:
        return keys[value]
    if name in {"number", "event_key"} and isinstance(value, str):
        return f"{value[:12]}{uuid7().hex[-8:]}"
    if name == "application_id":
        return None
    return Json(value) if isinstance(value, dict | list) else value


@transaction.atomic
def write(tables) -> None:
    with connection.cursor() as cursor:
        for table, (names, rows) in tables.items():
            if rows:
                execute_values(cursor.cursor, _insert(table, names), rows)


def _insert(table, names) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table} ({listed}) VALUES %s"


LOCK = """
    SELECT 1 FROM projects_project WHERE id = %(project)s FOR NO KEY UPDATE;
    SELECT 1 FROM approvals_approvalitem WHERE id = %(item)s FOR NO KEY UPDATE;
"""


@transaction.atomic
def accept(item, event, notices) -> None:
    """Lock, event, item, notices: what accepting one item writes."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, {"project": item.project_id, "item": item.pk})
        cursor.execute(
            "UPDATE approvals_approvalitem SET status = 'accepted', version = version + 1,"
            " accepted_at = now(), due_on = current_date + 14, near_on = current_date + 9"
            " WHERE id = %s",
            [item.pk],
        )
        for table, (names, rows) in [("approvals_itemevent", event), *notices]:
            execute_values(cursor.cursor, _insert(table, names), rows)


WORKLIST = """
    SELECT i.id, i.number, i.status, i.due_on, i.statutory_due_on, i.version, i.accepted_at,
           i.near_on, i.is_provisional, t.code, t.name, t.promised_days, t.promised_unit,
           d.code, d.name, p.id, p.number, p.name
    FROM approvals_approvalitem i
    JOIN approvals_approvaltype t ON t.id = i.approval_type_id
    JOIN accounts_department d ON d.id = i.department_id
    JOIN projects_project p ON p.id = i.project_id
    WHERE i.department_id = %s AND i.due_on IS NOT NULL
    ORDER BY i.due_on, i.id LIMIT 51
"""


def worklist(department_id) -> list:
    with connection.cursor() as cursor:
        cursor.execute(WORKLIST, [department_id])
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
