"""Whether this process can serve. Redis is left out: without it the portal still works."""

import shutil
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

ENOUGH_DISK = 500 * 1024 * 1024  # bytes


def problems() -> list[str]:
    """What keeps us from serving, in words that tell a stranger nothing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        unapplied = unapplied_migrations()
    except DatabaseError:
        return ["database"]
    return [
        *(["migrations"] if unapplied else []),
        *(["disk"] if _free_bytes() < ENOUGH_DISK else []),
    ]


def unapplied_migrations() -> bool:
    return _lacks(frozenset(MigrationRecorder(connection).applied_migrations()))


@lru_cache(maxsize=1)
def _lacks(applied: frozenset) -> bool:
    """Thought out anew when others are applied: it costs a tenth of a second, and /readyz is
    open to strangers."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _free_bytes() -> int:
    folder = Path(settings.MEDIA_ROOT)
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free
