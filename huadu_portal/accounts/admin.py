"""Accounts, departments and the audit log at the staff desk."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from huadu_portal.accounts import operations
from huadu_portal.accounts.acts import ACCOUNT_ACTS, ERASURE_ACTS
from huadu_portal.accounts.models import Department, ErasureRequest, User, without_password
from huadu_portal.accounts.staff import (
    StaffForm,
    link_undelivered,
    mail_password_link,
    way_out,
)
from huadu_portal.ui import components
from huadu_portal.ui.admin import DeskAdmin, LookUpAdmin
from huadu_portal.ui.changelists import SilentAdmin, Tab, TabFilter


@admin.register(User)
class UserAdmin(DeskAdmin):
    """Accounts: made, switched off and on by the security administrator alone."""

    list_display = [
        "username",
        "name",
        "email",
        "role",
        "department",
        "second_factor",
        "active",
        "reachable",
        "last_login",
    ]
    list_filter = [TabFilter, "role", "department"]
    search_fields = ["username", "name", "email"]
    search_help_text = _("user name, name or e-mail")
    list_select_related = ["department"]
    ordering = ["role", "username"]
    detail_template = "admin/desk/account.html"
    acts = ACCOUNT_ACTS
    detail_related = ["department"]

    def tabs(self, request):
        return {
            "staff": Tab(_("staff"), Q(is_active=True) & ~Q(role=User.Role.ENTERPRISE)),
            "firms": Tab(_("enterprise users"), Q(is_active=True, role=User.Role.ENTERPRISE)),
            "bare": Tab(
                _("without a second factor"),
                Q(is_active=True, has_second_factor=False) & ~Q(role=User.Role.ENTERPRISE),
            ),
            "waiting": Tab(_("not activated"), Q(is_active=True) & without_password()),
            "unreachable": Tab(
                _("address rejected"),
                Q(bounced_email=F("email"), is_active=True) & ~Q(email=""),
            ),
            "off": Tab(_("switched off"), Q(is_active=False)),
            "all": Tab(_("all"), Q()),
        }

    def narrowed(self, queryset, user):
        factor = Authenticator.objects.filter(user=OuterRef("pk"))
        return queryset.annotate(has_second_factor=Exists(factor))

    @display(description=_("second factor"), ordering="has_second_factor")
    def second_factor(self, user):
        return _("set up") if user.has_second_factor else _("none")

    @display(description=_("state"), ordering="is_active")
    def active(self, user):
        if user.awaits_password:
            return _("not activated (no password set yet)")
        return _("active") if user.is_active else _("switched off")

    @display(description=_("mail"), ordering="bounced_at")
    def reachable(self, user):
        return _("returned") if user.is_unreachable else "–"

    def has_add_permission(self, request):
        return request.user.has_perm("accounts.add_user")

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = StaffForm(request.POST or None)
        if form.is_valid():
            user = operations.create_staff(by=request.user, **form.cleaned_data)
            mail_password_link(user, request)
            if settings.MAIL_GOES_OUT:
                messages.success(
                    request, _("The account has been created; the link has been mailed.")
                )
            else:
                messages.success(request, _("The account has been created."))
                messages.warning(request, str(link_undelivered()))
            return redirect(self.address("change", user.pk))
        return self.page(
            request,
            "admin/desk/new_account.html",
            title=_("New staff account"),
            form=form,
            back=self.address("changelist"),
            goes_out=settings.MAIL_GOES_OUT,
            no_link=link_undelivered(),
        )

    def detail_context(self, request, user):
        entries = LogEntry.objects.filter(object_id=str(user.pk)).select_related("user")
        return {"entries": entries[:50], "way_out": way_out(user)}


@admin.register(ErasureRequest)
class ErasureRequestAdmin(DeskAdmin):
    """Who wants their account erased, and by when that is answered."""

    list_display = ["user", "asked_at", "due_on", "state_shown", "answered_at"]
    list_filter = [TabFilter]
    search_fields = ["user__name", "user__email"]
    search_help_text = _("name or e-mail")
    list_select_related = ["user"]
    ordering = ["due_on", "pk"]
    detail_template = "admin/desk/erasure.html"
    acts = ERASURE_ACTS
    detail_related = ["user", "answered_by"]

    def tabs(self, request):
        states = {s.value: Tab(s.label, Q(state=s)) for s in ErasureRequest.Answer}
        return states | {"all": Tab(_("all"), Q())}

    def narrowed(self, queryset, user):
        return queryset

    @display(description=_("state"), ordering="state")
    def state_shown(self, request):
        return components.tag_of(request, "state")


@admin.register(Department)
class DepartmentAdmin(SilentAdmin):
    """The departments come with the catalogue; the administrator may reword them."""

    list_display = ["code", "name", "short_name", "name_en", "kind"]
    list_filter = ["kind"]
    search_fields = ["code", "name", "name_en"]
    fields = [
        "code",
        "name",
        "short_name",
        "name_en",
        "kind",
        "place",
        "place_en",
        "hours",
        "hours_en",
        "telephone",
        "complaints",
        "complaints_en",
    ]
    readonly_fields = ["code", "kind"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def is_about_account(entry):
    return entry.content_type and entry.content_type.model_class() is User


def name_in_log(user):
    """Name and user name: of two people of one name, which."""
    return user.username if str(user) == user.username else f"{user} ({user.username})"


@admin.register(LogEntry)
class LogEntryAdmin(LookUpAdmin):
    """What was changed at the staff desk, for the auditor."""

    list_display = ["action_time", "person", "content_type", "about", "said"]
    list_filter = ["action_flag", "content_type"]
    search_fields = ["object_repr", "user__name", "user__username"]
    search_help_text = _("object or person")
    list_select_related = ["user", "content_type"]
    ordering = ["-action_time", "-pk"]
    date_hierarchy = "action_time"
    fields = readonly_fields = [
        "action_time",
        "person",
        "content_type",
        "object_id",
        "about",
        "said",
    ]

    def fetch_for_rows(self, entries):
        """Of all accounts that the rows are about, in one statement."""
        keys = {each.object_id for each in entries if is_about_account(each)}
        known = {str(user.pk): user for user in User.objects.filter(pk__in=keys)}
        for each in entries:
            each.account = known.get(each.object_id)

    @display(description=_("person"), ordering="user__name")
    def person(self, entry):
        return name_in_log(entry.user)

    @display(description=_("object"), ordering="object_repr")
    def about(self, entry):
        """Two people may have one name; what they were called then stays."""
        if not is_about_account(entry):
            return entry.object_repr
        if not hasattr(entry, "account"):
            self.fetch_for_rows([entry])
        username = entry.account.username if entry.account else ""
        return (
            entry.object_repr
            if username in {"", entry.object_repr}
            else (f"{entry.object_repr} ({username})")
        )

    @display(description=_("what was done"))
    def said(self, entry):
        return entry.get_change_message() or entry.get_action_flag_display()
