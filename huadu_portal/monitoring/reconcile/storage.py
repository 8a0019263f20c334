"""I1 and I7: rows and files belong together, and the files are what was handed in."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from pathlib import PurePath

from django.core.files.storage import Storage, default_storage

from huadu_portal.monitoring.reconcile.finding import Finding, of
from huadu_portal.papers.models import Paper
from projects.models import Application, ApplicationStatus, Document
from projects.operations import find_orphaned_files
from projects.operations.orphaned_files import GRACE

CHUNK = 1024 * 1024
PAPERS = "papers"


def applications_handed_in(application: Application) -> Iterator[Finding]:
    """I1: what was handed in has its receipt number, its moment and its event."""
    if application.status == ApplicationStatus.DRAFT:
        return
    handed_in = [e for e in application.events.all() if e.to_status == "submitted"]
    if bool(handed_in) != bool(application.number):
        yield of("I1", application, "Receipt number and submissions do not fit together.")
    if handed_in and handed_in[-1].at != application.submitted_at:
        yield of("I1", application, "It was not submitted when its last submission says.")
    if len(handed_in) != application.epoch:
        sentence = f"Submitted {application.epoch} times; {len(handed_in)} events say so."
        yield of("I1", application, sentence)


def documents() -> Iterator[Finding]:
    """Every document's file, each read once however many rows share it."""
    rows = Document.objects.only("file", "sha256", "size").order_by("file", "pk")
    yield from _files(rows.iterator())


def papers() -> Iterator[Finding]:
    rows = Paper.objects.exclude(sha256="").only("file", "sha256", "size")
    yield from _files(rows.order_by("file", "pk").iterator())


def _files(rows: Iterable[Document | Paper]) -> Iterator[Finding]:
    for name, sharing in groupby(rows, lambda row: row.file.name):
        there = _content(name)
        for row in sharing:
            if there is None:
                yield of("I7", row, f"Its file {name or '(none)'} is missing.")
            elif there != (row.size, row.sha256):
                yield of("I1", row, f"Its file {name} is not what was handed in.")


def _content(name: str, storage: Storage = default_storage) -> tuple[int, str] | None:
    """Size and digest of a stored file; None when it is not there."""
    if not name or not storage.exists(name):
        return None
    size, digest = 0, sha256()
    with storage.open(name, "rb") as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            digest.update(chunk)
    return size, digest.hexdigest()


def strays(at: datetime) -> Iterator[Finding]:
    """I7: files that have waited for a row longer than the grace time."""
    for name in find_orphaned_files(at):
        yield Finding("I7", "documents", (name,), "The file belongs to no row.")
    for name in _stray_papers(at):
        yield Finding("I7", PAPERS, (name,), "The file belongs to no row.")


def _stray_papers(at: datetime) -> Iterator[str]:
    """papers/2026/<key>.pdf, a year's folder at a time."""
    if not default_storage.exists(PAPERS):
        return
    for year in sorted(default_storage.listdir(PAPERS)[0]):
        folder = f"{PAPERS}/{year}"
        rows = Paper.objects.filter(file__startswith=f"{folder}/")
        known = {PurePath(name).name for name in rows.values_list("file", flat=True)}
        for name in sorted(set(default_storage.listdir(folder)[1]) - known):
            path = f"{folder}/{name}"
            if at - default_storage.get_modified_time(path) > GRACE:
                yield path
