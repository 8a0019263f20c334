"""Requests of somebody who is signed in: all but the few that `login_not_required` opens.

For annotations alone; what comes is a request of Django's or of DRF's.
"""

from django.http import HttpRequest
from rest_framework.request import Request

from huadu_portal.accounts.models import User


class SignedInRequest(HttpRequest):
    user: User


class SignedInApiRequest(Request):
    user: User
