"""Previews are asked for by rows and made by a worker or the sweeper.

No thread of the web opens what others sent: it queues a row, or hands out a picture.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from django.core.files.base import ContentFile
from django.db import transaction

from huadu_portal import sandbox
from huadu_portal.celery import app
from huadu_portal.clock import now
from huadu_portal.downloads import Damaged, intact
from huadu_portal.notifications.wake_up import WakeUp
from huadu_portal.transient_errors import is_disk_full
from projects.models import PREVIEWABLE, Document, Preview

logger = logging.getLogger(__name__)

State = Preview.State
# A PDF that has not drawn its first page by then is made to keep us busy.
LIMITS = sandbox.Limits(
    memory=768 * 1024 * 1024, seconds=6, deadline=12, answer=16 * 1024 * 1024
)
# Far longer than an attempt may take.
LEASE = timedelta(minutes=2)
MAX_ATTEMPTS, PAUSE = 3, timedelta(minutes=1)
# With the longest attempt shorter than the time a worker is given to stop.
TURN = timedelta(seconds=5)


def ask_for_previews(documents: Iterable[Document], *, at: datetime) -> None:
    """Queue those that nobody has asked for; somebody waits for all that are not there.

    The documents come with their previews, as by select_related.
    """
    shown = [each for each in documents if each.content_type in PREVIEWABLE]
    missing = [each for each in shown if not hasattr(each, "preview")]
    rows = [Preview(document=each, due_at=at, wanted_at=at) for each in missing]
    Preview.objects.bulk_create(rows, ignore_conflicts=True)
    unwanted = [
        each.pk
        for each in shown
        if each not in missing
        and each.preview.state == State.WAITING
        and each.preview.wanted_at is None
    ]
    if unwanted:
        Preview.objects.filter(pk__in=unwanted).update(wanted_at=at)
    if missing:
        transaction.on_commit(wake_worker, robust=True)


def queue_preview(document: Document, *, at: datetime) -> None:
    """For a document that has just been kept, in its transaction."""
    if document.content_type in PREVIEWABLE:
        Preview.objects.create(document=document, due_at=at)
        transaction.on_commit(wake_worker, robust=True)


def is_whole(preview: Preview, *, at: datetime) -> bool:
    """Whether the picture is there as it was made. If not, it is made anew."""
    try:
        intact(preview.file, preview.sha256).close()
    except Damaged:
        again = {"state": State.WAITING, "file": "", "sha256": "", "attempts": 0, "due_at": at}
        Preview.objects.filter(pk=preview.pk, state=State.READY).update(**again)
        return False
    return True


def wake_worker() -> None:
    """Have a worker begin now, without waiting for the broker. If that fails, the next sweep finds
    the rows."""
    WAKE_UP.request()


def _publish() -> None:
    # By name: tasks stand above operations.
    app.send_task("projects.tasks.render_previews", retry=False, expires=60)


WAKE_UP = WakeUp(_publish)


# ---- Rendering ----------------------------------------------------------------------------


def render_previews() -> bool:
    """Render what is due, a row at a time, until the turn is over; whether nothing is left."""
    ends_at = now() + TURN
    while now() < ends_at:
        preview = _claim(now())
        if preview is None:
            return True
        if preview.attempts > MAX_ATTEMPTS:
            _mark(preview, state=State.FAILED)
        else:
            _render(preview)
    return False


@transaction.atomic
def _claim(at: datetime) -> Preview | None:
    """One that is due, put off for everybody else; other workers pass over it."""
    locked = Preview.objects.select_for_update(of=["self"], no_key=True, skip_locked=True)
    preview = locked.due(at).select_related("document").first()
    if preview:
        preview.attempts += 1
        preview.due_at = at + LEASE
        preview.save(update_fields=["attempts", "due_at"])
    return preview


def _render(preview: Preview) -> None:
    document = preview.document
    try:
        with sandbox.readable(document.file) as file:
            content = sandbox.run(
                "previews.first_page", document.content_type, file=file, limits=LIMITS
            )
        _keep(preview, content)
    except (sandbox.Refused, sandbox.Failed):
        _mark(preview, state=State.FAILED)
    except sandbox.Busy:
        _mark(preview, due_at=now() + PAUSE, attempts=preview.attempts - 1)
    except (sandbox.Killed, OSError) as error:
        logger.warning("preview of %s failed", document.pk, exc_info=True)
        counted = preview.attempts - is_disk_full(error)
        _mark(preview, due_at=now() + PAUSE, attempts=counted)


def _keep(preview: Preview, content: bytes) -> None:
    """Into the store; what an earlier attempt left there without a row goes."""
    field = preview.file.field
    name = field.generate_filename(preview, "")
    field.storage.delete(name)
    name = field.storage.save(name, ContentFile(content))
    digest = sha256(content).hexdigest()
    if not _mark(preview, state=State.READY, file=name, sha256=digest):
        field.storage.delete(name)


def _mark(preview: Preview, **fields: object) -> bool:
    """Write the outcome, unless the lease ran out and another took the row."""
    mine = Preview.objects.filter(pk=preview.pk, state=State.WAITING, attempts=preview.attempts)
    return bool(mine.update(**fields))
