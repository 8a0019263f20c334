"""Writes messages and their mails: one statement, however many there are.

Plain SQL, because every act and every sweep passes here, and because the ORM cannot say
which rows of an insert were new. Measured: docs/measurements.md.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from psycopg2.extras import execute_values
from uuid_utils.compat import uuid7

from huadu_portal.notifications.models import Delivery, Notification, Preference, When

State = Delivery.State
# A letter has a row per way it goes, all of one id, and one without a way if there is none:
# the recipient reads it in the portal. The first of them writes the message. One who has
# been told of this event already gets neither the message nor the mail again. A preference
# counts under the topic a way names.
WRITE = f"""
    WITH letter (id, recipient_id, kind, params, url, event_key, subject_id, at,
            channel, "to", "when", topic, subject, body)
        AS (VALUES %s),
    told AS (
        INSERT INTO {Notification._meta.db_table}
            (id, recipient_id, kind, params, url, event_key, subject_id, created_at)
        SELECT id, recipient_id, kind, params, url, event_key, subject_id, at
        FROM letter
        ON CONFLICT (recipient_id, event_key) DO NOTHING
        RETURNING id
    ), sent AS (
        SELECT letter.*, coalesce(wish."when", letter."when") AS goes
        FROM letter JOIN told USING (id)
        LEFT JOIN {Preference._meta.db_table} wish
            ON wish.user_id = recipient_id AND wish.topic = letter.topic
            AND wish.channel = letter.channel
        WHERE "to" <> ''
    ), mailed AS (
        INSERT INTO {Delivery._meta.db_table}
            (notification_id, channel, "to", subject, body, state, error, attempts,
             created_at, next_attempt_at)
        SELECT id, channel, "to", subject, body,
            CASE goes WHEN '{When.DIGEST}' THEN '{State.COLLECTED}' ELSE '{State.PENDING}' END,
            '', 0, at, at
        FROM sent WHERE goes <> '{When.OFF}'
    )
    SELECT id FROM told
"""
ROW = (
    "(%s::uuid, %s::uuid, %s, %s::jsonb, %s, %s, %s::uuid, %s::timestamptz,"
    " %s, %s, %s, %s, %s, %s)"
)


class Way(NamedTuple):
    """How a letter goes: the channel, to where, when unless the reader wants it otherwise.

    `topic` is the one whose preference counts; empty where none does.
    """

    channel: str
    to: str
    when: str
    topic: str
    subject: str
    body: str


NOWHERE = Way("", "", "", "", "", "")


@dataclass(frozen=True)
class Letter:
    """One message for one person, with its mails as they will be sent."""

    recipient_id: UUID
    kind: str
    params: Mapping[str, str]
    url: str
    event_key: str
    subject_id: UUID | None
    ways: tuple[Way, ...]


def write(letters: Iterable[Letter], at: datetime) -> int:
    """In the caller's transaction; how many were new. Each recipient and event at most once."""
    rows = [row for letter in letters for row in _rows(letter, at)]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        return len(
            execute_values(cursor.cursor, WRITE, rows, ROW, page_size=len(rows), fetch=True)
        )


def _rows(letter: Letter, at: datetime):
    message = (
        uuid7(),
        letter.recipient_id,
        letter.kind,
        json.dumps(letter.params, ensure_ascii=False),
        letter.url,
        letter.event_key,
        letter.subject_id,
        at,
    )
    for way in letter.ways or (NOWHERE,):
        yield (*message, *way)
