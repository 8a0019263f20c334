"""What the apps above keep of a person; they register it in `ready()`.

For a copy of all of it (个人信息保护法第45条), and for its erasure (第47条).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.utils.functional import Promise

from huadu_portal.accounts import access
from huadu_portal.accounts.models import User
from huadu_portal.clock import now


@dataclass(frozen=True)
class PersonalRecord:
    """One app's part; what it does not have is left out."""

    # By the name of each list in the file: rows of names and values.
    collect: Callable[[User], dict[str, list[Mapping[str, Any]]]] = lambda user: {}
    # One sentence per thing that must not be left without the person.
    held: Callable[[User], Iterator[str | Promise]] = lambda user: iter(())
    # Takes away what need not be kept, with the account.
    erase: Callable[[User, User], None] = lambda user, by: None


_registered: list[PersonalRecord] = []


def register(record: PersonalRecord) -> None:
    _registered.append(record)


def keeps_account(user: User) -> list[str | Promise]:
    """Why the account cannot be erased yet."""
    return [sentence for record in _registered for sentence in record.held(user)]


def erase_records(user: User, by: User) -> None:
    for record in _registered:
        record.erase(user, by)


def copy_of(user: User) -> dict[str, Any]:
    """All that the portal keeps of the person, as it would be written to a file."""
    at = now()
    parts: dict[str, Any] = {"made_at": at, "account": _account(user)}
    parts["sessions"] = [
        {"browser": row.agent, "address": row.address, "since": row.begun_at}
        for row in access.sessions_of(user, at)
    ]
    for record in _registered:
        parts |= record.collect(user)
    return parts


def _account(user: User) -> dict[str, Any]:
    names = ["username", "name", "mobile", "role", "language", "quiet_from", "quiet_until"]
    names += ["date_joined", "last_login", "consented_at"]
    addresses = EmailAddress.objects.filter(user=user).values("email", "verified", "primary")
    return {name: getattr(user, name) for name in names} | {
        "department": str(user.department or ""),
        "addresses": list(addresses),
    }
