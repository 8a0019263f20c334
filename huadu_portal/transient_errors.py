"""Failures below us that pass: by themselves, or once somebody has made room."""

import errno

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _
from psycopg2.errors import DiskFull

from huadu_portal.sandbox import Busy

DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
# Said wherever it happens: on a page, at the desk, by the API; 503.html repeats it.
NO_ROOM_SENTENCE = _(
    "The system's storage is full at the moment, so your data could not be saved. Please send "
    "it again later."
)
# Seconds after which it is worth another attempt: somebody has to make room first.
NO_ROOM_RETRY = 60


def is_disk_full(error: BaseException | None) -> bool:
    """A disk is full, or our share of it is; the database's too."""
    if isinstance(error, OSError):
        return error.errno in DISK_FULL
    return isinstance(error, OperationalError) and isinstance(error.__cause__, DiskFull)


def is_transient(error: BaseException | None) -> bool:
    """Whether the same request may succeed a little later.

    Of the database: away, starting, full, a lock not had or a statement not done in time.
    Of the sandbox: too many are at it.
    """
    return isinstance(error, OperationalError | InterfaceError | Busy) or is_disk_full(error)
