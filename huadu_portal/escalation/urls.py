"""Where the desk had policies and reminders before, for bookmarks and old mails."""

from django.urls import re_path
from django.views.generic import RedirectView

MOVED = {
    "approvals/ladder": "escalation/escalationpolicy",
    "approvals/reminder": "escalation/reminder",
}

urlpatterns = [
    re_path(
        rf"^{before}/(?P<rest>.*)$",
        RedirectView.as_view(url=f"/admin/{now}/%(rest)s", query_string=True, permanent=True),
    )
    for before, now in MOVED.items()
]
