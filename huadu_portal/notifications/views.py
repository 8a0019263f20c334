"""The inbox. Reading is a deed, so it is a POST: a GET changes nothing."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from huadu_portal.clock import now
from huadu_portal.notifications import operations
from huadu_portal.notifications.models import Notification

PAGE_SIZE = 20


@require_GET
def inbox(request):
    newest = Notification.objects.visible_to(request.user).order_by("-created_at", "-pk")
    page = Paginator(newest, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "notifications/inbox.html", {"page": page})


@require_POST
def open_(request, pk):
    """Mark as read and go to what it is about."""
    own = Notification.objects.visible_to(request.user)
    notification = get_object_or_404(own, pk=pk)
    operations.read(notification, at=now())
    return redirect(notification.url)


@require_POST
def read_all(request):
    operations.read_all(request.user, at=now())
    return redirect("notifications:inbox")


@require_GET
def badge(request):
    """How many are unread, for a page that asks every minute."""
    response = render(request, "notifications/badge.html")
    # A page left open is no sign of a person: asking must not prolong the session.
    del request.session
    return response
