"""Failures below us that pass: by themselves, or once somebody has made room."""

import errno

from django.db import InterfaceError, OperationalError

NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


def is_no_room(error: BaseException | None) -> bool:
    """A disk is full, or our share of it is."""
    return isinstance(error, OSError) and error.errno in NO_ROOM


def will_pass(error: BaseException | None) -> bool:
    """Whether the same request may succeed a little later.

    Of the database: away, starting, full, a lock not had or a statement not done in time.
    """
    return isinstance(error, OperationalError | InterfaceError) or is_no_room(error)
