"""Files that are stored within a transaction go when it fails, as its rows do."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django.db.models.fields.files import FieldFile

_of_transaction: ContextVar[list[FieldFile] | None] = ContextVar("files", default=None)


@contextmanager
def atomic_with_files() -> Iterator[None]:
    """transaction.atomic(), at whose failure the files that `file_stored` was told of are deleted.

    What a process leaves that dies meanwhile, and what is stored within a transaction that
    was begun otherwise, the sweep of orphaned files finds.
    """
    files: list[FieldFile] = []
    outer, is_kept = _of_transaction.get(), False
    token = _of_transaction.set(files)
    try:
        with transaction.atomic():
            yield
            keeps = not transaction.get_rollback()
        is_kept = keeps
    finally:
        _of_transaction.reset(token)
        if not is_kept:
            for file in files:
                file.delete(save=False)
    if is_kept and outer is not None:
        outer.extend(files)


def file_stored(file: FieldFile) -> None:
    """Say that a file has been stored."""
    files = _of_transaction.get()
    if files is not None:
        files.append(file)
