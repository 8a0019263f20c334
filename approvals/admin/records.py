"""For looking up: certificates, commitments, and the rungs that were reached."""

from django.contrib import admin
from django.db.models import F, Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from approvals.models import (
    OWED,
    ApprovalItem,
    Certificate,
    Commitment,
    ExpiryStage,
    Reminder,
)
from approvals.validity import RENEWAL, SOON
from huadu_portal.admin import (
    LookUpAdmin,
    Tab,
    TabFilter,
    component,
)
from huadu_portal.clock import civil_day, now

# What the name of a reminder's subject is made of.
SHOWN = [
    "item__project",
    "item__approval_type",
    "application",
    "consultation__department",
    "consultation__item__project",
    "consultation__item__approval_type",
    "correction",
    "commitment",
    "certificate",
    "order__item__project",
    "order__item__approval_type",
    "help_request__item__project",
    "help_request__item__approval_type",
]


@admin.register(Certificate)
class CertificateAdmin(LookUpAdmin):
    """What was delivered and when it ends; the next to end stands first."""

    list_display = ["project_name", "type_name", "number", "issued_on", "valid_until", "stage"]
    list_display_links = ["number"]
    list_filter = [TabFilter, "issuer"]
    search_fields = ["number", "item__project__name", "item__number"]
    search_help_text = _("number, project")
    list_select_related = ["item__project", "item__approval_type", "issuer"]
    ordering = [F("valid_until").asc(nulls_last=True), "pk"]
    fields = readonly_fields = [
        "project_name",
        "type_name",
        "number",
        "issuer_name",
        "issued_on",
        "valid_until",
        "stage",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def tabs(self, request):
        today = civil_day(now())
        ahead = Q(valid_until__gte=today)
        return {
            "renewal": Tab(
                ExpiryStage.RENEWAL.label, ahead & Q(valid_until__lte=today + RENEWAL)
            ),
            "soon": Tab(ExpiryStage.SOON.label, ahead & Q(valid_until__lte=today + SOON)),
            "expired": Tab(ExpiryStage.EXPIRED.label, Q(valid_until__lt=today)),
            "all": Tab(_("all"), Q()),
        }

    @display(description=_("project"), ordering="item__project__name")
    def project_name(self, certificate):
        return certificate.item.project.name

    @display(description=_("approval"), ordering="item__approval_type__position")
    def type_name(self, certificate):
        return str(certificate.item.approval_type)

    # As text: Django would make it a link, which few of the readers may follow.
    @display(description=_("issuer"))
    def issuer_name(self, certificate):
        return str(certificate.issuer) if certificate.issuer else "–"

    @display(description=_("validity"))
    def stage(self, certificate):
        return component("validity", certificate=certificate, today=civil_day(now()))


@admin.register(Commitment)
class CommitmentAdmin(LookUpAdmin):
    """What firms have promised in writing; what should have come first stands first."""

    list_display = [
        "text",
        "project_name",
        "type_name",
        "department",
        "due_on",
        "state",
        "fulfilled_at",
    ]
    list_filter = [TabFilter, "source"]
    search_fields = ["text", "item__project__name", "item__number"]
    search_help_text = _("what is promised, project, number of the item")
    list_select_related = ["item__project", "item__approval_type", "item__department"]
    ordering = ["due_on", "pk"]
    fields = readonly_fields = [
        "page_link",
        "project_name",
        "type_name",
        "department",
        "text",
        "source",
        "made_at",
        "due_on",
        "state",
        "fulfilled_at",
        "document",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def tabs(self, request):
        today = civil_day(now())
        return {
            "open": Tab(_("open"), OWED),
            "missed": Tab(_("missed"), OWED & Q(due_on__lt=today)),
            "kept": Tab(_("kept"), Q(fulfilled_at__isnull=False)),
            "all": Tab(_("all"), Q()),
        }

    @display(description=_("project"), ordering="item__project__name")
    def project_name(self, commitment):
        return commitment.item.project.name

    @display(description=_("approval"), ordering="item__approval_type__position")
    def type_name(self, commitment):
        return str(commitment.item.approval_type)

    @display(description=_("department"), ordering="item__department__name")
    def department(self, commitment):
        return str(commitment.item.department)

    @display(description=_("status"))
    def state(self, commitment):
        return component("tag", choice=commitment.state_on(civil_day(now())))

    @display(description=_("page"))
    def page_link(self, commitment):
        return format_html(
            '<a href="{}">{}</a>', commitment.get_absolute_url(), _("Go to the promise")
        )


@admin.register(Reminder)
class ReminderAdmin(LookUpAdmin):
    """Every rung that was reached, newest first."""

    list_display = [
        "rung_shown",
        "course",
        "subject_shown",
        "reached_at",
        "recorded_at",
        "told",
    ]
    list_filter = ["course", "is_superseded"]
    search_fields = ["item__project__name", "item__number", "application__number"]
    list_select_related = SHOWN
    fields = readonly_fields = [
        "subject_shown",
        "course",
        "rung_shown",
        "reached_at",
        "recorded_at",
        "told",
    ]

    def get_queryset(self, request):
        """Of what one may see; the office's own affairs are for those who see all."""
        rows = super().get_queryset(request)
        if request.user.sees_everything:
            return rows
        items = ApprovalItem.objects.visible_to(request.user)
        return rows.filter(
            Q(item__in=items)
            | Q(consultation__department=request.user.department_id)
            | Q(order__item__in=items)
        )

    @display(description=_("rung"), ordering="rung")
    def rung_shown(self, reminder):
        return reminder.get_rung_display()

    @display(description=_("about"))
    def subject_shown(self, reminder):
        return str(reminder.subject)

    @display(description=_("who was told"))
    def told(self, reminder):
        if reminder.is_superseded:
            return _("nobody: a higher rung was due already")
        return _("all whom the rung concerns")
