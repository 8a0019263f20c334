"""Whoever has signed up in this browser and not confirmed the address yet.

The same is kept, said and sent whether or not the address had an account before.
"""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.http import HttpRequest

from huadu_portal import limits
from huadu_portal.accounts.models import User

KEY = "signed_up"
AGAIN = ["name", "mobile", "email"]


def note(request: HttpRequest, typed: Mapping[str, Any], user: User | None) -> None:
    """The account that this browser made before and never confirmed goes: its address was
    wrong. Signed up with the same address again, it stays."""
    before = request.session.get(KEY, {})
    kept = {name: typed[name] for name in AGAIN}
    is_same = user is None and before.get("typed", {}).get("email") == kept["email"]
    if is_same:
        return
    _unconfirmed(before.get("user")).delete()
    request.session[KEY] = {"typed": kept, "user": user and str(user.pk)}


def typed(request: HttpRequest) -> dict[str, str]:
    return request.session.get(KEY, {}).get("typed", {})


def send_again(request: HttpRequest) -> None:
    """The mail of the sign-up once more; raises TooOften.

    To an address that had an account already goes, as before, a mail that says so.
    """
    address = typed(request)["email"]
    limits.count_attempt(request, "confirm_address", key=address.lower())
    user = _unconfirmed(request.session[KEY]["user"]).first()
    mine = EmailAddress.objects.filter(user=user, email__iexact=address, verified=False).first()
    if user and mine:
        mine.send_confirmation(request, signup=True)
    else:
        get_adapter().send_account_already_exists_mail(address)


def _unconfirmed(pk: str | None) -> QuerySet[User]:
    """The account of that key, as long as nobody has been in it."""
    confirmed = EmailAddress.objects.filter(verified=True).values("user")
    people = User.objects.filter(pk=pk, role=User.Role.ENTERPRISE, last_login=None)
    return people.exclude(pk__in=confirmed) if pk else people.none()
