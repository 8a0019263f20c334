"""What the apps above keep of a person because of the role; they register it in `ready()`.

An account is complete once each of them has made its record, in the same transaction.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise

from huadu_portal.accounts.models import User


@dataclass(frozen=True)
class Duty:
    """One app's part of a role."""

    # Makes the record that the person's role needs, unless it is there. Called with the
    # telephone number that enterprises are shown ("" where none was given).
    complete: Callable[[User, str], None]
    # One sentence per thing that would be left without anybody if the person went.
    held: Callable[[User], Iterator[str | Promise]]


_duties: list[Duty] = []


def register(duty: Duty) -> None:
    _duties.append(duty)


def complete(user: User, phone: str = "") -> None:
    for duty in _duties:
        duty.complete(user, phone)


def held_by(user: User) -> list[str | Promise]:
    """What this person still holds by the role; empty: may go, or become something else."""
    return [sentence for duty in _duties for sentence in duty.held(user)]
