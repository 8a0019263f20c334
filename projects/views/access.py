"""Who reaches what. Not visible is 404; visible but not one's own to do is 403."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from projects.models import Application
from projects.operations import may_file, may_file_for_firms


def for_enterprises(view):
    """A page of the firms' people; officials have their own desk."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if request.user.is_staff:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


def for_filers(view):
    """Likewise, and the window's, which files for firms that come to it."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if request.user.is_staff and not may_file_for_firms(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


def get_application(request, pk):
    applications = Application.objects.visible_to(request.user)
    return get_object_or_404(applications.select_related("enterprise", "platform"), pk=pk)


def get_own_application(request, pk):
    """The application, to be changed: by the firm's people, or by the window for a firm of which
    nobody has an account."""
    application = get_application(request, pk)
    if not may_file(request.user, application):
        raise PermissionDenied
    return application
