"""Files in the vault's store that no row points at.

A web worker that dies between file and row leaves one. A transaction that fails takes its files
away itself (huadu_portal/stored_files.py).
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import PurePath
from uuid import UUID

from django.core.files.storage import default_storage
from django.utils import timezone

from projects.models import Document

logger = logging.getLogger(__name__)

FOLDER = "documents"
# Far longer than any upload: no transaction outlives its timeouts of seconds.
GRACE = timedelta(hours=24)
BATCH = 500


def find_orphaned_files(at: datetime, *, since: datetime | None = None) -> Iterator[str]:
    """Names in the store that have waited for their row longer than GRACE.

    Only of the months from `since` on, where given: the folders are named by month.
    """
    for folder in _folders(since):
        names = sorted(default_storage.listdir(folder)[1])
        for start in range(0, len(names), BATCH):
            batch = names[start : start + BATCH]
            known = _with_row(batch)
            paths = (f"{folder}/{name}" for name in batch if name not in known)
            yield from (path for path in paths if _age(path, at) > GRACE)


def remove_orphaned_files(at: datetime) -> list[str]:
    """Take away what this month and the last have left; their names.

    Older ones would have been found in their time; `reconcile` looks at all months.
    """
    removed = list(find_orphaned_files(at, since=at - timedelta(days=31)))
    for name in removed:
        default_storage.delete(name)
        logger.warning("stray file removed", extra={"file": name})
    return removed


def _folders(since: datetime | None) -> Iterator[str]:
    """documents/2026/11 and the like, as Document.file names them."""
    earliest = f"{FOLDER}/{timezone.localtime(since):%Y/%m}" if since else ""
    if not default_storage.exists(FOLDER):
        return
    for year in sorted(default_storage.listdir(FOLDER)[0]):
        for month in sorted(default_storage.listdir(f"{FOLDER}/{year}")[0]):
            if (folder := f"{FOLDER}/{year}/{month}") >= earliest:
                yield folder


def _with_row(names: list[str]) -> set[str]:
    """Those of the names whose row is there. A file is named by its document's key."""
    keys = [key for name in names if (key := _key_in(name))]
    rows = Document.objects.filter(pk__in=keys).values_list("file", flat=True)
    return {PurePath(path).name for path in rows}


def _key_in(name: str) -> UUID | None:
    try:
        return UUID(PurePath(name).stem)
    except ValueError:
        return None


def _age(path: str, at: datetime) -> timedelta:
    return at - default_storage.get_modified_time(path)
