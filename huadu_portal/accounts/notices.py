"""Whoever is told of a change to an account registers here in `ready()`; messages are made above."""

from collections.abc import Callable
from enum import StrEnum

from huadu_portal.accounts.models import User


class Change(StrEnum):
    """What the security administrator has changed of somebody else's account."""

    ROLE = "role"
    SECOND_FACTOR = "second_factor"


on_change: list[Callable[[User, Change], None]] = []


def tell_of_change(user: User, change: Change) -> None:
    """In the transaction of the change. Of an account that is switched off nobody is told."""
    if user.is_active:
        for told in on_change:
            told(user, change)
