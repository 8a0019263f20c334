"""A person's open access: the browsers that are signed in, and the tokens of the API."""

from datetime import datetime

from django.contrib.auth import HASH_SESSION_KEY

from huadu_portal.accounts.models import User
from huadu_portal.accounts.seals import is_one_of
from huadu_portal.accounts.session_store import Session
from huadu_portal.accounts.tokens import Token


def sessions_of(user: User, at: datetime) -> list[Session]:
    """Those that would let in, the one last seen first."""
    seals = list(user.seals())
    rows = Session.objects.filter(user=user, expire_date__gt=at).order_by("-expire_date")
    return [
        row for row in rows if is_one_of(row.get_decoded().get(HASH_SESSION_KEY, ""), seals)
    ]


def tokens_of(user: User, at: datetime) -> list[Token]:
    """Those that would be taken, the newest first."""
    rows = Token.objects.filter(user=user, auth_hash__in=user.seals(), expiry__gt=at)
    return list(rows.order_by("-created"))


def end_tokens(user: User) -> None:
    Token.objects.filter(user=user).delete()


def end_all(user: User, *, but: str | None = None) -> None:
    """Every session but the one of this key, and every token."""
    Session.objects.filter(user=user).exclude(session_key=but).delete()
    end_tokens(user)
