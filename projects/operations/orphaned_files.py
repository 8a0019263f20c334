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

from projects.models import ChosenFile, Document

logger = logging.getLogger(__name__)

# The folders of the store by whose rows their files are: named by month, a file by its row's key.
FOLDERS: dict[str, type[Document] | type[ChosenFile]] = {
    "documents": Document,
    "chosen": ChosenFile,
}
# Far longer than any upload: no transaction outlives its timeouts of seconds.
GRACE = timedelta(hours=24)
BATCH = 500


def find_orphaned_files(at: datetime, *, since: datetime | None = None) -> Iterator[str]:
    """Names in the store that have waited for their row longer than GRACE.

    Only of the months from `since` on, where given: the folders are named by month.
    """
    for folder, model in _folders(since):
        names = sorted(default_storage.listdir(folder)[1])
        for start in range(0, len(names), BATCH):
            batch = names[start : start + BATCH]
            known = _with_row(batch, model)
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


def _folders(
    since: datetime | None,
) -> Iterator[tuple[str, type[Document] | type[ChosenFile]]]:
    """documents/2026/11 and the like, as the file fields of the rows name them."""
    month_of_since = f"{timezone.localtime(since):%Y/%m}" if since else ""
    for top, model in FOLDERS.items():
        if not default_storage.exists(top):
            continue
        for year in sorted(default_storage.listdir(top)[0]):
            for month in sorted(default_storage.listdir(f"{top}/{year}")[0]):
                if f"{year}/{month}" >= month_of_since:
                    yield f"{top}/{year}/{month}", model


def _with_row(names: list[str], model: type[Document] | type[ChosenFile]) -> set[str]:
    """Those of the names whose row is there. A file is named by its row's key."""
    keys = [key for name in names if (key := _key_in(name))]
    rows = model.objects.filter(pk__in=keys).values_list("file", flat=True)
    return {PurePath(path).name for path in rows}


def _key_in(name: str) -> UUID | None:
    try:
        return UUID(PurePath(name).stem)
    except ValueError:
        return None


def _age(path: str, at: datetime) -> timedelta:
    return at - default_storage.get_modified_time(path)
