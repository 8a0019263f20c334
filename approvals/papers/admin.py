"""Certificates, for looking up."""

from django.contrib import admin
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from approvals.catalogue.validity import RENEWAL, SOON
from approvals.items.admin import ItemColumns
from approvals.papers.models import Certificate, ExpiryStage
from huadu_portal.clock import civil_day, now
from huadu_portal.ui.admin import LookUpAdmin, component
from huadu_portal.ui.changelists import Tab, TabFilter


@admin.register(Certificate)
class CertificateAdmin(ItemColumns, LookUpAdmin):
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

    # As text: Django would make it a link, which few of the readers may follow.
    @display(description=_("issuer"))
    def issuer_name(self, certificate):
        return str(certificate.issuer) if certificate.issuer else "–"

    @display(description=_("validity"))
    def stage(self, certificate):
        return component("validity", certificate=certificate, today=civil_day(now()))
