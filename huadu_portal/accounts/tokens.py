"""Tokens of the API, each with a hash of its owner's password and second factors."""

from typing import ClassVar

from django.db import models
from knox.models import AbstractAuthToken, AuthTokenManager


class TokenManager(AuthTokenManager):
    def create(self, user, **fields):  # type: ignore[override]  # as knox's own
        """As knox: the row, and the token that is shown once."""
        return super().create(user, auth_hash=user.get_session_auth_hash(), **fields)


class Token(AbstractAuthToken):
    """Good until it expires, or until its owner's password or second factor is another one."""

    auth_hash = models.CharField(max_length=64, editable=False)

    objects: ClassVar[TokenManager] = TokenManager()

    class Meta:
        default_permissions = ()
