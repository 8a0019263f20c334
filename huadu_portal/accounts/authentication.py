"""Who a request to the API comes from."""

from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from huadu_portal.accounts.seals import is_one_of
from huadu_portal.database_waits import requests_under_way


class TokenAuthentication(KnoxTokenAuthentication):
    """By token, as long as its owner has the password and second factor it was given under.

    So what ends a session ends a token too.
    """

    def validate_user(self, auth_token):
        if not is_one_of(auth_token.auth_hash, auth_token.user.seals()):
            auth_token.delete()
            raise AuthenticationFailed(_("Invalid token."))
        requests_under_way.note_asker(str(auth_token.user_id))
        return super().validate_user(auth_token)
