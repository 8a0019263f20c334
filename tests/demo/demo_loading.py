"""Loads the demonstration once for a module, and takes it back afterwards."""

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from django.db import connection, transaction
from django.test import override_settings

from huadu_portal.demo.load import load
from huadu_portal.notifications import tasks


@contextmanager
def loaded(today, django_db_blocker):
    """Tests within see the demonstration; each one's own changes are rolled back."""
    with (
        django_db_blocker.unblock(),
        TemporaryDirectory() as folder,
        override_settings(MEDIA_ROOT=f"{folder}/media", DEMO=True),
        patch.object(tasks, "wake_worker"),
        transaction.atomic(),
    ):
        load(today, password_file=Path(folder) / "demo-password")
        # As the command does: tables that were just filled have no statistics.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield
        transaction.set_rollback(True)
