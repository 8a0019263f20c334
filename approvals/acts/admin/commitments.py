"""The commitments of firms, for looking up."""

from django.contrib import admin
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from approvals.acts.models import OPEN_COMMITMENT, Commitment
from approvals.items.admin import ItemColumns
from huadu_portal.clock import civil_day, now
from huadu_portal.ui import components
from huadu_portal.ui.admin import LookUpAdmin
from huadu_portal.ui.changelists import Tab, TabFilter


@admin.register(Commitment)
class CommitmentAdmin(ItemColumns, LookUpAdmin):
    """What firms bring later, in writing; what should have come first stands first."""

    list_display = [
        "content",
        "project_name",
        "type_name",
        "department",
        "due_on",
        "state",
        "fulfilled_at",
    ]
    list_filter = [TabFilter, "source"]
    search_fields = ["text", "item__project__name", "item__number"]
    search_help_text = _("content of the commitment, project, number of the item")
    list_select_related = [
        "item__project",
        "item__approval_type",
        "item__department",
        "approval_type",
    ]
    ordering = ["due_on", "pk"]
    fields = readonly_fields = [
        "page_link",
        "project_name",
        "type_name",
        "department",
        "content",
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
            "open": Tab(_("open"), OPEN_COMMITMENT),
            "missed": Tab(_("missed"), OPEN_COMMITMENT & Q(due_on__lt=today)),
            "kept": Tab(_("kept"), Q(fulfilled_at__isnull=False)),
            "all": Tab(_("all"), Q()),
        }

    @display(description=_("content of the commitment"), ordering="text")
    def content(self, commitment):
        return str(commitment)

    @display(description=_("department"), ordering="item__department__name")
    def department(self, commitment):
        return str(commitment.item.department)

    @display(description=_("status"))
    def state(self, commitment):
        return components.tag(commitment.state_on(civil_day(now())))

    @display(description=_("page"))
    def page_link(self, commitment):
        return format_html(
            '<a href="{}">{}</a>', commitment.get_absolute_url(), _("Go to the commitment")
        )
