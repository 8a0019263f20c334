"""Enterprises and who acts for them, at the staff desk; and how materials are shown there."""

from contextlib import contextmanager

from django.contrib import admin
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from huadu_portal import downloads
from huadu_portal.clock import civil_day, now
from huadu_portal.ui import components
from huadu_portal.ui.admin import DeskAdmin
from huadu_portal.ui.changelists import Tab, TabFilter
from projects import operations
from projects.acts import ENTERPRISE_ACTS, MEMBERSHIP_ACTS
from projects.filing_acts import NOTICE_ACTS
from projects.forms import ChosenFiles
from projects.models import (
    PREVIEWABLE,
    CounterNotice,
    Enterprise,
    Membership,
    Preview,
    Scan,
)
from projects.models.counter_notices import TO_HAND_OVER

# Seconds between two questions of a page after a preview; after the last one it asks no more.
PAUSES = ["2", "4", "8", "16", "32"]
LAST_PAUSE = 32


class MaterialsAdmin(DeskAdmin):
    """A thing with materials: their first pages are shown as pictures made here."""

    def documents_of(self, request, thing):
        """The documents that this person may see by way of the thing."""
        raise NotImplementedError

    @contextmanager
    def form_with_files(self, request, act, thing):
        chosen = ChosenFiles(request)
        form = act.form(request.POST or None, chosen.files, thing=thing, act=act.name)
        with chosen.kept_of(form):
            yield form

    def get_urls(self):
        opts = self.opts
        return [
            path(
                "<uuid:pk>/documents/<uuid:document>/preview.png",
                self.admin_site.admin_view(self.preview),
                name=f"{opts.app_label}_{opts.model_name}_preview",
            ),
            path(
                "<uuid:pk>/documents/<uuid:document>/preview/",
                self.admin_site.admin_view(self.preview_part),
                name=f"{opts.app_label}_{opts.model_name}_preview_part",
            ),
            *super().get_urls(),
        ]

    def with_previews(self, documents):
        """The documents for a page; previews that are not there yet are queued."""
        found = list(documents.select_related("kind", "preview"))
        operations.ask_for_previews(found, at=now())
        return found

    def preview(self, request, pk, document):
        """The picture itself, once there is one."""
        found = self._previewed(request, self.get_seen(request, pk), document)
        preview = getattr(found, "preview", None)
        if preview is None or preview.state != Preview.State.READY:
            raise Http404
        if not operations.is_whole(preview, at=now()):
            raise Http404
        return downloads.stored(
            preview.file,
            sha256=preview.sha256,
            name="preview.png",
            content_type="image/png",
            inline=True,
        )

    def preview_part(self, request, pk, document):
        """How it stands with a preview, for the place in the page where it will be.

        A page asks again after two seconds, then after twice as long each time.
        """
        thing = self.get_seen(request, pk)
        found = self._previewed(request, thing, document)
        waited = request.GET.get("waited", "")
        waited = int(waited) if waited in PAUSES else 0
        context = {
            "document": found,
            "owner": thing,
            "preview": f"admin:{self.opts.app_label}_{self.opts.model_name}_preview",
            "wait": min(2 * waited, LAST_PAUSE),
            "is_last": waited == LAST_PAUSE,
        }
        return render(request, "admin/desk/preview.html", context)

    def _previewed(self, request, thing, document):
        documents = self.documents_of(request, thing).filter(content_type__in=PREVIEWABLE)
        documents = documents.exclude(scan=Scan.INFECTED)
        found = get_object_or_404(documents.select_related("preview"), pk=document)
        operations.ask_for_previews([found], at=now())
        return found


@admin.register(Membership)
class MembershipAdmin(DeskAdmin):
    """Who acts for which enterprise, and who asks to."""

    list_display = ["user", "enterprise", "role_shown", "state_shown", "asked_at"]
    list_filter = [TabFilter]
    search_fields = ["user__name", "user__email", "enterprise__name"]
    search_help_text = _("person or enterprise")
    list_select_related = ["user", "enterprise"]
    ordering = ["asked_at", "pk"]
    detail_template = "admin/desk/membership.html"
    acts = MEMBERSHIP_ACTS
    detail_related = ["user", "enterprise", "decided_by"]

    def tabs(self, request):
        tabs = {s.value: Tab(s.label, Q(state=s)) for s in Membership.State}
        asked = Membership.State.ASKED
        # Whoever claims a firm does not ask to join it.
        tabs[asked.value] = Tab(asked.label, Q(state=asked, claimed_at=None))
        claims = Tab(_("claims"), Q(claimed_at__isnull=False))
        return tabs | {"claims": claims, "all": Tab(_("all"), Q())}

    @display(description=_("role"), ordering="role")
    def role_shown(self, membership):
        return components.tag_of(membership, "role")

    @display(description=_("state"), ordering="state")
    def state_shown(self, membership):
        return components.tag_of(membership, "state")

    def narrowed(self, queryset, user):
        return queryset.filter(enterprise__in=Enterprise.objects.visible_to(user))

    def detail_context(self, request, membership):
        people = membership.enterprise.memberships.select_related("user")
        return {
            "people": people.order_by("role", "asked_at"),
            "events": membership.events.select_related("by"),
        }


@admin.register(CounterNotice)
class CounterNoticeAdmin(DeskAdmin):
    """What firms without an account have to be handed, the oldest first."""

    list_display = ["title_shown", "enterprise", "created_at", "mailed_to", "standing_shown"]
    list_filter = [TabFilter]
    search_fields = ["enterprise__name", "application__number", "project__number"]
    search_help_text = _("enterprise, receipt number or project number")
    list_select_related = ["enterprise", "delivery", "handed_over"]
    ordering = ["created_at", "pk"]
    detail_template = "admin/desk/counter_notice.html"
    acts = NOTICE_ACTS
    detail_related = ["application", "project", "handed_over__by"]

    def tabs(self, request):
        return {
            "open": Tab(_("to be handed over"), TO_HAND_OVER),
            "done": Tab(_("handed over"), Q(handed_over__isnull=False)),
            "all": Tab(_("all"), Q()),
        }

    @display(description=_("message"))
    def title_shown(self, notice):
        return notice.title

    @display(description=_("state"))
    def standing_shown(self, notice):
        return components.tag(notice.standing)


class LicenceFilter(admin.SimpleListFilter):
    title, parameter_name = _("licence checked"), "proved"

    def lookups(self, request, model_admin):
        return [("1", _("yes")), ("0", _("no"))]

    def queryset(self, request, queryset):
        if self.value() not in {"0", "1"}:
            return queryset
        return queryset.filter(proved_at__isnull=self.value() == "0")


@admin.register(Enterprise)
class EnterpriseAdmin(MaterialsAdmin):
    """The firms, with their people, applications and projects."""

    list_display = ["name", "credit_code", "legal_representative", "verified", "created_at"]
    list_filter = [LicenceFilter, "is_fortune_500"]
    search_fields = ["name", "credit_code", "legal_representative"]
    search_help_text = _("name, credit code or legal representative")
    ordering = ["-created_at", "pk"]
    detail_template = "admin/desk/enterprise.html"
    acts = ENTERPRISE_ACTS
    list_before_template = "admin/desk/enterprises.html"

    def documents_of(self, request, enterprise):
        return enterprise.documents.visible_to(request.user)

    @display(description=_("licence checked"), ordering="proved_at")
    def verified(self, enterprise):
        return date_format(civil_day(enterprise.proved_at)) if enterprise.is_proved else "–"

    def detail_context(self, request, enterprise):
        applications = enterprise.applications.visible_to(request.user)
        return {
            "members": enterprise.memberships.select_related("user"),
            "same_code": Enterprise.objects.filter(credit_code=enterprise.credit_code).exclude(
                pk=enterprise.pk
            ),
            "applications": applications.order_by("-submitted_at"),
            "projects": enterprise.projects.select_related("agent"),
            "vault": self.with_previews(self.documents_of(request, enterprise).current()),
        }
