"""The demonstration as of a day, loaded once for all tests that look at it."""

from contextlib import contextmanager
from unittest.mock import patch

from django.db import connection
from django.test import override_settings

from huadu_portal.demo.load import load
from huadu_portal.notifications import tasks


@contextmanager
def loaded(today, databases, blocker):
    """Tests within see it; each one's own changes are rolled back."""
    files = files_of(today, databases)

    def fill():
        with override_settings(MEDIA_ROOT=files), patch.object(tasks, "wake_worker"):
            load(today, password_file=files.with_suffix(".password"))
        # As the command does: tables that were just filled have no statistics.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    with (
        blocker.unblock(),
        override_settings(DEMO=True),
        databases.another(f"demo_{today:%Y%m%d}", fill),
    ):
        yield


def files_of(today, databases):
    """Where the documents and papers of that day's demonstration lie."""
    return databases.folder / f"demo-{today}"
