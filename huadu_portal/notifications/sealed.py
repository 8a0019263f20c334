"""Texts that hold one-time links, as the database keeps them: encrypted, and not for long.

The key is derived from SECRET_KEY (HKDF-SHA256, RFC 5869); SECRET_KEY_FALLBACKS still open what
an earlier one has sealed.
"""

from base64 import urlsafe_b64encode
from datetime import timedelta

from allauth.account import app_settings as account
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"huadu_portal.notifications.sealed"


class Unreadable(Exception):
    """Sealed under a key that we no longer have."""


def seal(text: str) -> str:
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text; Unreadable without its key."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def links_end() -> timedelta:
    """For how long a link can be used, of the kind that is valid longest."""
    confirming = timedelta(days=account.EMAIL_CONFIRMATION_EXPIRE_DAYS)
    return max(timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT), confirming)


def _keys() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(secret)) for secret in secrets])


def _derived(secret: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
    return urlsafe_b64encode(kdf.derive(secret.encode()))
