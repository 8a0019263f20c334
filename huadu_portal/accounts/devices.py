"""Browsers that have been in an account before: nobody else's attempts shut them out.

A signed cookie names the accounts, each with a seal of how one got in. The seal breaks with
a new password or another second factor, and so does what the cookie was good for.
"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from huadu_portal.accounts.models import User
from huadu_portal.accounts.seals import is_one_of

COOKIE = "device"
SALT = "huadu_portal.accounts.devices"
LIFETIME = timedelta(days=180)
# Colleagues who share a computer at the window; the one who was in longest ago gives way.
MOST_ACCOUNTS = 8


def known(request: HttpRequest, user: User) -> str | None:
    """The device's key, if this person has been in by it."""
    device, seals = _read(request)
    seal = seals.get(user.pk.hex, "")
    return device if is_one_of(seal, map(_shortened, user.seals())) else None


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """The person is in, second factor included."""
    device, seals = _read(request)
    others = {key: seal for key, seal in seals.items() if key != user.pk.hex}
    kept = dict(list(others.items())[1 - MOST_ACCOUNTS :])
    seal = _shortened(user.get_session_auth_hash())
    response.set_cookie(
        COOKIE,
        signing.dumps([device, kept | {user.pk.hex: seal}], salt=SALT),
        max_age=LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, dict[str, str]]:
    try:
        device, seals = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LIFETIME
        )
    except signing.BadSignature:
        return uuid.uuid4().hex, {}
    return device, seals


def _shortened(seal: str) -> str:
    """A cookie has no room for eight whole ones."""
    return seal[:32]
