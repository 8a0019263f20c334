"""The staff desk as a site: sign-in is allauth's, the start page is the day's work."""

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.sites import UnfoldAdminSite

from huadu_portal.accounts.models import User
from huadu_portal.accounts.roles import roles_with
from huadu_portal.backoffice import start
from huadu_portal.backoffice.start_facts import read_facts
from huadu_portal.clock import now
from huadu_portal.dashboard import work
from huadu_portal.monitoring import status
from huadu_portal.ui.changelists import SilentAdmin


class DeskSite(UnfoldAdminSite):
    index_title = gettext_lazy("My work today")
    empty_value_display = "–"
    enable_nav_sidebar = True

    def get_urls(self):
        pages = [
            path("status/", self.admin_view(self.status), name="status"),
            path(
                "status/background/",
                self.admin_view(self.status_background),
                name="status_background",
            ),
            path("status/red/", self.admin_view(self.status_red), name="status_red"),
            path("start/", self.admin_view(self.start), name="start"),
        ]
        return [*pages, *super().get_urls()]

    def register(self, model_or_iterable, admin_class=None, **options):
        """Lists of ours alone: those of the libraries show tokens and second factors, and
        can be asked about every column."""
        if admin_class and issubclass(admin_class, SilentAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def get_app_list(self, request, app_label=None):
        """Of one app alone: the menu is ours (`unfold.py`), and no page shows all models."""
        return super().get_app_list(request, app_label) if app_label else []

    def autocomplete_view(self, request):
        """No form here uses it; it would search wherever a person may look."""
        raise Http404

    def search(self, request, extra_context=None):
        """Nor this one, the theme's."""
        raise Http404

    @login_not_required
    def login(self, request, extra_context=None):
        """One sign-in for all: rate limits and the second factor are not gone around.

        Only sends on to it. Were sign-in needed here, it would lead back here, and not to
        the page that was asked for.
        """
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or "/admin/")

    def logout(self, request, extra_context=None):
        if request.method != "POST":
            return redirect("account_logout")
        logout(request)
        return redirect("home")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")

    def index(self, request, extra_context=None):
        after = request.GET.get("after", "")
        shown = work.today(request.user, now(), after) | (extra_context or {})
        shown["start_missing"] = self._start_missing(request.user)
        shown["runs_portal"] = request.user.role == User.Role.SYSTEM_ADMIN
        return super().index(request, shown)

    def _start_missing(self, user):
        """How much stands before the start. A demonstration is not taken into use."""
        if settings.DEMO or not user.has_perm("desk.view_start"):
            return 0
        return len(start.missing_points(start.sections(read_facts(now()))))

    def start(self, request):
        """What stands between here and the first application, and where it is done."""
        if not request.user.has_perm("desk.view_start"):
            raise PermissionDenied
        found = start.sections(read_facts(now()))
        context = self.each_context(request) | {
            "title": _("Start checklist"),
            "sections": [
                (section.title, [self._shown(point, request.user) for point in section.points])
                for section in found
            ],
            "missing": len(start.missing_points(found)),
            "is_demo": settings.DEMO,
        }
        return TemplateResponse(request, "admin/desk/start.html", context)

    def _shown(self, point, user):
        """A point, with the way to it for whoever may go it, or else who may."""
        is_open = point.page and user.has_perm(point.right)
        return {
            "point": point,
            "url": reverse(f"admin:{point.page}") if is_open else "",
            "doers": roles_with(point.right) if point.right else [],
        }

    def status(self, request):
        if not request.user.has_perm("desk.view_status"):
            raise PermissionDenied
        context = self.each_context(request) | {"title": _("System status")}
        context["groups"] = status.groups(now())
        return TemplateResponse(request, "admin/desk/status.html", context)

    def status_red(self, request):
        """What is red on the status page, for the start page of whoever runs the portal, which
        does not wait for it."""
        if not request.user.has_perm("desk.view_status"):
            raise PermissionDenied
        shown = {"points": status.red_points(now())}
        return TemplateResponse(request, "admin/desk/status_red.html", shown)

    def status_background(self, request):
        """The part of the status page that waits for answers; the page fetches it."""
        if not request.user.has_perm("desk.view_status"):
            raise PermissionDenied
        shown = {"title": _("Background"), "facts": status.background()}
        return TemplateResponse(request, "admin/desk/status_group.html", shown)
