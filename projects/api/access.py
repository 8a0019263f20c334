"""Who the API of the firms is for."""

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from huadu_portal.accounts.models import User
from projects.models import Application
from projects.operations import has_account, may_file, may_file_for_firms


def for_filer(request: Request, application: Application | None = None) -> None:
    """A firm's people; the window for firms without an account: to begin, or with the
    application that it began."""
    user = request.user
    if not user.is_staff:
        return
    if not (may_file(user, application) if application else may_file_for_firms(user)):
        raise PermissionDenied


def check_filed_for(user: User, asked: Mapping[str, Any]) -> None:
    """The window uploads for firms without an account alone: 403 for any other."""
    if has_account(asked["enterprise"]):
        raise PermissionDenied
    if "application" in asked and not may_file(user, asked["application"]):
        raise PermissionDenied


def for_firm(request: Request) -> None:
    """Only a firm's people do this; officials have their own acts."""
    if request.user.is_staff:
        raise PermissionDenied
