"""Who asks by the interface."""

from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class TokenAuthentication(KnoxTokenAuthentication):
    """By a token whose seal still fits: a session and a token end by the same events."""

    def validate_user(self, auth_token):
        sealed = auth_token.user.get_session_auth_hash()
        if not constant_time_compare(auth_token.auth_hash, sealed):
            auth_token.delete()
            raise AuthenticationFailed(_("Invalid token."))
        return super().validate_user(auth_token)
