"""Every kept file is shown to the virus scanner, where one is set up.

Away is no verdict: what could not be asked waits. Nothing is locked meanwhile; of two sweeps
at the same file one writes the verdict, and tells of it.
"""

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from huadu_portal.celery import app
from huadu_portal.clamd import Away, NotScanned, Scanner, TooLarge
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import notify
from huadu_portal.notifications.wake_up import WakeUp
from projects.models import Document, Scan
from projects.operations.enterprises import people_of, window

logger = logging.getLogger(__name__)

# A file that could not be judged is tried again after this.
PAUSE = timedelta(hours=1)
# Seconds after which a sweep leaves the rest to the next: previews wait in the same queue.
TURN = 10


def scan_due(at: datetime) -> bool:
    """Show the scanner what it has not judged; whether the sweep came to its end.

    False when there is more than fits a turn; with the scanner away it ends early.
    """
    if settings.CLAMD_URL is None:
        return True
    scanner, until = Scanner(settings.CLAMD_URL), time.monotonic() + TURN
    for document in _due(at):
        if time.monotonic() > until:
            return False
        try:
            _scan(document, scanner, at)
        except Away:
            logger.warning("virus scanner away; files wait", exc_info=True)
            return True
    return True


def wake_worker() -> None:
    """Have a worker go on with the rest now. If that fails, the next sweep finds the rows."""
    WAKE_UP.request()


def _publish() -> None:
    # By name: tasks stand above operations.
    app.send_task("projects.tasks.scan_files", retry=False, expires=60)


WAKE_UP = WakeUp(_publish)


def due(at: datetime) -> QuerySet:
    """What the scanner has to be shown now, those never shown first."""
    waited = Q(scanned_at=None) | Q(scanned_at__lte=at - PAUSE)
    rows = Document.objects.unjudged().filter(waited, ~Q(file=""))
    return rows.order_by(F("scanned_at").asc(nulls_first=True), "pk")


def _due(at: datetime) -> Iterator[Document]:
    """One by one: each verdict takes its row out of what is due."""
    while document := due(at).select_related("enterprise", "uploaded_by").first():
        yield document


def _scan(document: Document, scanner: Scanner, at: datetime) -> None:
    verdict, virus = _verdict(document, scanner)
    with transaction.atomic():
        rows = Document.objects.filter(pk=document.pk).unjudged()
        was_first = rows.update(scan=verdict, virus=virus, scanned_at=at)
        if was_first and virus:
            logger.error("virus found", extra={"document": str(document.pk), "virus": virus})
            _tell(document, at)


def _verdict(document: Document, scanner: Scanner) -> tuple[Scan, str]:
    try:
        with document.file.open("rb") as file:
            virus = scanner.scan(file)
    except TooLarge:
        logger.warning("too large for the scanner", extra={"document": str(document.pk)})
        return Scan.TOO_LARGE, ""
    except (NotScanned, OSError):
        logger.exception("file could not be scanned", extra={"document": str(document.pk)})
        return Scan.UNSCANNED, ""
    return (Scan.INFECTED, virus[:200]) if virus else (Scan.CLEAN, "")


def _tell(document: Document, at: datetime) -> None:
    """Once: the firm, the window, and whoever put it in for the firm."""
    hearers = {*people_of(document.enterprise), *window(), document.uploaded_by}
    notify(
        hearers,
        Kind.DOCUMENT_INFECTED,
        params={"file": document.filename, "enterprise": document.enterprise.name},
        url=document.get_absolute_url(),
        event_key=f"document:{document.pk}:infected",
        at=at,
    )
