"""What the apps above keep of a person because of the role; they register it in `ready()`.

An account is complete once each of them has made its record, in the same transaction.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise

from huadu_portal.accounts.models import User


@dataclass(frozen=True)
class RoleRecord:
    """One app's part of a role."""

    # Each is left out by an app that has nothing of the kind.
    # Makes the record that the person's role needs, unless it is there. Called with the
    # telephone number that enterprises are shown ("" where none was given).
    complete: Callable[[User, str], None] = lambda user, phone: None
    # One sentence per thing that would be left without anybody if the person went.
    held: Callable[[User], Iterator[str | Promise]] = lambda user: iter(())
    # What is only said before the account is switched off, and prevents nothing: colleagues
    # can take it over.
    handled: Callable[[User], Iterator[str | Promise]] = lambda user: iter(())


_registered: list[RoleRecord] = []


def register(record: RoleRecord) -> None:
    _registered.append(record)


def complete(user: User, phone: str = "") -> None:
    for record in _registered:
        record.complete(user, phone)


def held_by(user: User) -> list[str | Promise]:
    """What this person still holds by the role; empty: may go, or become something else."""
    return [sentence for record in _registered for sentence in record.held(user)]


def handled_by(user: User) -> list[str | Promise]:
    """What colleagues would have to take over."""
    return [sentence for record in _registered for sentence in record.handled(user)]
