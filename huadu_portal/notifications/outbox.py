"""Writes messages and their mails: one statement, however many there are.

Plain SQL, because every act and every sweep passes here, and because the ORM cannot say
which rows of an insert were new. Measured: docs/measurements.md.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from psycopg2.extras import execute_values
from uuid_utils.compat import uuid7

from huadu_portal.notifications.models import Delivery, Notification

# A recipient without an address reads the message in the portal; one who has been told
# of this event already gets neither the message nor the mail again.
WRITE = f"""
    WITH letter (id, recipient_id, kind, params, url, event_key, "to", subject, body, at)
        AS (VALUES %s),
    told AS (
        INSERT INTO {Notification._meta.db_table}
            (id, recipient_id, kind, params, url, event_key, created_at)
        SELECT id, recipient_id, kind, params, url, event_key, at FROM letter
        ON CONFLICT (recipient_id, event_key) DO NOTHING
        RETURNING id
    ), mailed AS (
        INSERT INTO {Delivery._meta.db_table}
            (notification_id, channel, "to", subject, body, state, attempts,
             created_at, next_attempt_at)
        SELECT id, '{Delivery.Channel.EMAIL}', "to", subject, body,
            '{Delivery.State.PENDING}', 0, at, at
        FROM letter JOIN told USING (id) WHERE "to" <> ''
    )
    SELECT id FROM told
"""
ROW = "(%s::uuid, %s::uuid, %s, %s::jsonb, %s, %s, %s, %s, %s, %s::timestamptz)"


@dataclass(frozen=True)
class Letter:
    """One message for one person, with its mail as it will be sent."""

    recipient_id: UUID
    kind: str
    params: Mapping[str, str]
    url: str
    event_key: str
    to: str
    subject: str
    body: str


def write(letters: Iterable[Letter], at: datetime) -> int:
    """In the caller's transaction; how many were new. Each recipient and event at most once."""
    rows = [
        (
            uuid7(),
            letter.recipient_id,
            letter.kind,
            json.dumps(letter.params, ensure_ascii=False),
            letter.url,
            letter.event_key,
            letter.to,
            letter.subject,
            letter.body,
            at,
        )
        for letter in letters
    ]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        return len(
            execute_values(cursor.cursor, WRITE, rows, ROW, page_size=len(rows), fetch=True)
        )
