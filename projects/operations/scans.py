"""Every kept file is shown to the virus scanner, where one is set up.

Once it has new signatures, what came of late is shown to it again, a few files a sweep; until
it says otherwise, what it has passed stays released.
Away is no verdict: what could not be asked waits. Nothing is locked meanwhile; of two sweeps
at the same file one writes the verdict, and tells of it.
"""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

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

# A file that could not be judged is tried again after this; the first time soon, for the
# scanner may only have been started anew while it looked at it.
PAUSE, SOON = timedelta(hours=1), timedelta(minutes=1)
# Seconds after which a sweep leaves the rest to the next: previews wait in the same queue.
TURN = 10
# Files that a sweep shows again at most: behind those that were never shown, and previews.
AGAIN = 20
# What the apps above do, in the verdict's transaction, once a virus was found in a document:
# they tell those to whom they have given it.
on_infected: list[Callable[[Document, datetime], None]] = []


def scan_due(at: datetime) -> bool:
    """Show the scanner what it has not judged; whether the sweep came to its end.

    False when there is more than fits a turn; with the scanner away it ends early.
    """
    if settings.CLAMD_URL is None:
        return True
    scanner, until = Scanner(settings.CLAMD_URL), time.monotonic() + TURN
    try:
        signatures = scanner.version()
        for document in _due(at):
            if time.monotonic() > until:
                return False
            _scan(document, scanner, signatures, at)
        for document in due_again(signatures, at)[:AGAIN]:
            if time.monotonic() > until:
                break
            _scan_again(document, scanner, signatures, at)
    except Away:
        if due(at).exists():
            logger.warning("virus scanner away; files wait", exc_info=True)
    return True


def wake_worker() -> None:
    """Have a worker go on with the rest now. If that fails, the next sweep finds the rows."""
    WAKE_UP.request()


def _publish() -> None:
    # By name: tasks stand above operations.
    app.send_task("projects.tasks.scan_files", retry=False, expires=60)


WAKE_UP = WakeUp(_publish)


def due(at: datetime) -> QuerySet:
    """What the scanner has to be shown now: first those never shown, the newest before all.

    Where a scanner is new, thousands of old files wait for it; somebody waits for a new one.
    """
    once = Q(scan=Scan.UNSCANNED, failed_scans=1, scanned_at__lte=at - SOON)
    waited = Q(scanned_at=None) | Q(scanned_at__lte=at - PAUSE) | once
    rows = Document.objects.unjudged().filter(waited, ~Q(file=""))
    return rows.order_by(F("scanned_at").asc(nulls_first=True), "-pk")


def _due(at: datetime) -> Iterator[Document]:
    """One by one: each verdict takes its row out of what is due."""
    while document := due(at).select_related("enterprise", "uploaded_by").first():
        yield document


def due_again(signatures: str, at: datetime) -> QuerySet:
    """What came of late and was passed by other signatures, what waits longest first."""
    if not signatures:
        return Document.objects.none()
    begin = at - timedelta(days=settings.CLAMD_RESCAN_DAYS)
    late = Document.objects.filter(~Q(file=""), uploaded_at__gt=begin)
    waiting = late.judged_by_others(signatures).filter(scanned_at__lte=at - PAUSE)
    return waiting.select_related("enterprise", "uploaded_by").order_by("scanned_at", "pk")


def _scan(document: Document, scanner: Scanner, signatures: str, at: datetime) -> None:
    verdict, virus = _verdict(document, scanner)
    rows = Document.objects.filter(pk=document.pk).unjudged()
    said = {"scan": verdict, "virus": virus, "scanned_at": at, "signatures": signatures}
    if verdict == Scan.UNSCANNED:
        said["failed_scans"] = F("failed_scans") + 1
    _write(document, rows, said)


def _scan_again(document: Document, scanner: Scanner, signatures: str, at: datetime) -> None:
    """Only a virus changes what was said before. What could not be judged is tried again."""
    verdict, virus = _verdict(document, scanner)
    said: dict[str, Any] = {"scanned_at": at}
    if verdict == Scan.INFECTED:
        said |= {"scan": verdict, "virus": virus}
    if verdict != Scan.UNSCANNED:
        said["signatures"] = signatures
    _write(document, Document.objects.filter(pk=document.pk, scan=Scan.CLEAN), said)


def _write(document: Document, rows: QuerySet, said: dict) -> None:
    """The first verdict on a file is kept; whoever wrote of a virus tells of it."""
    virus = said.get("virus")
    with transaction.atomic():
        if rows.update(**said) and virus:
            logger.error("virus found", extra={"document": str(document.pk), "virus": virus})
            _tell(document, said["scanned_at"])


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
    for tell in on_infected:
        tell(document, at)
