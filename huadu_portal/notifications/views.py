"""The inbox. Reading is a deed, so it is a POST: a GET changes nothing."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huadu_portal.clock import now
from huadu_portal.errors import post_only
from huadu_portal.notifications import operations
from huadu_portal.notifications.filters import NotificationFilter
from huadu_portal.notifications.forms import InboxForm, PreferencesForm
from huadu_portal.notifications.models import Notification

PAGE_SIZE = 20


@require_GET
def inbox(request):
    search = InboxForm(request.GET, user=request.user)
    asked = search.asked()
    own = Notification.objects.visible_to(request.user)
    found = NotificationFilter(asked, queryset=own).qs.order_by("-created_at", "-pk")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "search": search, "is_narrowed": bool(asked)}
    return render(request, "notifications/inbox.html", context)


@require_http_methods(["GET", "POST"])
def preferences(request):
    """What one is told, when and by which way."""
    form = PreferencesForm(request.POST or None, user=request.user)
    if form.is_valid():
        operations.prefer(request.user, **form.wishes())
        messages.success(request, _("Settings saved. They apply from the next message on."))
        return redirect("notifications:preferences")
    return render(request, "notifications/preferences.html", {"form": form})


@post_only(lambda pk: ["notifications:inbox"])
def open_(request, pk):
    """Mark as read and go to what it is about."""
    own = Notification.objects.visible_to(request.user)
    notification = get_object_or_404(own, pk=pk)
    operations.mark_read(notification, at=now())
    return redirect(notification.url)


@post_only(lambda: ["notifications:inbox"])
def read_all(request):
    operations.mark_all_read(request.user, at=now())
    return redirect("notifications:inbox")


@require_GET
def unread_badge(request):
    """How many are unread, for a page that asks every minute."""
    response = render(request, "notifications/badge.html")
    # A page left open is no sign of a person: asking must not prolong the session. One that
    # has just got another key, after a change of SECRET_KEY, the browser has to be told.
    if not request.session.modified:
        del request.session
    return response
