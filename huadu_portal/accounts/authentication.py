"""Who a request to the API comes from."""

from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from huadu_portal.accounts.seals import is_one_of


class TokenAuthentication(KnoxTokenAuthentication):
    """By token, as long as its owner has the password and second factor it was given under.

    So what ends a session ends a token too.
    """

    def validate_user(self, auth_token):
        if not is_one_of(auth_token.auth_hash, auth_token.user.seals()):
            auth_token.delete()
            raise AuthenticationFailed(_("Invalid token."))
        return super().validate_user(auth_token)
