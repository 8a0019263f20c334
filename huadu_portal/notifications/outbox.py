"""Writes messages and their mails: one statement, however many there are.

Plain SQL, because every act and every sweep passes here, and because the ORM cannot say
which rows of an insert were new. Measured: docs/measurements.md.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from uuid_utils.compat import uuid7

from huadu_portal.notifications.models import Delivery, Notification, Preference, When
from huadu_portal.rows import as_json

State = Delivery.State
# A letter has a row per way it goes, all of one id, and one without a way if there is none:
# the recipient reads it in the portal. The first of them writes the message. One who has
# been told of this event already gets neither the message nor the mail again. A preference
# counts under the topic a way names.
WRITE = f"""
    WITH letter AS (
        SELECT * FROM json_to_recordset(%s) AS letter (
            id uuid, recipient_id uuid, kind text, params jsonb, url text, event_key text,
            subject_id uuid, at timestamptz,
            channel text, "to" text, "when" text, topic text, subject text, body text
        )
    ), told AS (
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


class Way(NamedTuple):
    """How a letter goes: the channel, and when unless the reader wants it otherwise.

    `topic` is the one whose preference counts; empty where none does.
    """

    channel: str
    when: str
    topic: str
    subject: str
    body: str


NOWHERE = (("", Way("", "", "", "", "")),)


class MailText(NamedTuple):
    """One message for one person, with its mails as they will be sent, and where to."""

    recipient_id: UUID
    kind: str
    params: Mapping[str, str]
    url: str
    event_key: str
    subject_id: UUID | None
    ways: Collection[tuple[str, Way]]


def write(letters: Iterable[MailText], at: datetime) -> int:
    """In the caller's transaction; how many were new. Each recipient and event at most once."""
    rows = [row for letter in letters for row in _rows(letter, at)]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [as_json(rows)])
        return len(cursor.fetchall())


def _rows(letter: MailText, at: datetime) -> Iterator[dict]:
    message = {
        "id": uuid7(),
        "recipient_id": letter.recipient_id,
        "kind": letter.kind,
        "params": letter.params,
        "url": letter.url,
        "event_key": letter.event_key,
        "subject_id": letter.subject_id,
        "at": at,
    }
    for to, way in letter.ways or NOWHERE:
        yield message | way._asdict() | {"to": to}
