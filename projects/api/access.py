"""Who the API of the firms is for."""

from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request


def for_firm(request: Request) -> None:
    """Only a firm's people do this; officials have their own acts."""
    if request.user.is_staff:
        raise PermissionDenied
