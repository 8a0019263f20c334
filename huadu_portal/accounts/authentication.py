"""Who a request to the API comes from."""

from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class TokenAuthentication(KnoxTokenAuthentication):
    """By token, as long as its owner has the password and second factor it was given under.

    So what ends a session ends a token too.
    """

    def validate_user(self, auth_token):
        sealed = auth_token.user.get_session_auth_hash()
        if not constant_time_compare(auth_token.auth_hash, sealed):
            auth_token.delete()
            raise AuthenticationFailed(_("Invalid token."))
        return super().validate_user(auth_token)
