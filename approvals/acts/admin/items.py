"""Approval items at the staff desk: a department's worklist and the page of one item."""

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import F, Q, prefetch_related_objects
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from approvals.acts import hooks
from approvals.acts.internal_note_acts import NOTE, NOTE_ACTS, notes_on
from approvals.acts.models import POINTS
from approvals.acts.overview import OVERVIEW_RELATED, overview_of
from approvals.items import national, search
from approvals.items.admin import (
    BreachFilter,
    ItemListColumns,
    LampFilter,
    ResultFilter,
    days_column,
    days_of,
    lamp_column,
    live_lamp,
)
from approvals.items.models import (
    DECIDED,
    ENDED,
    ApprovalItem,
    Clock,
    Lamp,
    Status,
    lamp_is,
    overdue,
)
from approvals.items.rights import ITEM_ACTS
from approvals.vault.needs import needs_of_item
from huadu_portal.clock import civil_day, now
from huadu_portal.counts import without_empty_queries
from huadu_portal.notifications.models import Notification
from huadu_portal.spreadsheets import csv_file
from huadu_portal.ui import components
from huadu_portal.ui.changelists import Tab, TabFilter
from huadu_portal.workdays.published import calendar
from projects.admin import MaterialsAdmin
from projects.models import Project

S = Status
# What a worklist begins with: all that waits for an act of the department.
TO_DO = [S.SUBMITTED, S.ACCEPTED, S.SUSPENDED, S.GRANTED]
# Messages on an item's page; an old item has more than anybody reads.
TOLD_AT_MOST = 50


class OfficerFilter(SimpleListFilter):
    title, parameter_name = _("officer"), "whose"

    def lookups(self, request, model_admin):
        return [
            ("mine", _("handled by me")),
            ("nobody", _("not yet assigned")),
            ("accompanied", _("of my projects")),
        ]

    def queryset(self, request, queryset):
        match self.value():
            case "mine":
                return queryset.filter(officer=request.user)
            case "nobody":
                return queryset.filter(officer=None)
            case "accompanied":
                mine = Project.objects.accompanied_by(request.user)
                return queryset.filter(project__in=mine)
        return queryset


def _with_hint(day, hint):
    return format_html('{} <span class="desk-hint">{}</span>', date_format(day), hint)


@admin.register(ApprovalItem)
class ApprovalItemAdmin(ItemListColumns, MaterialsAdmin):
    """The worklist: what is due first stands first."""

    # What is searched stands in approvals/items/search.py; the theme shows a field for it only
    # where there are any.
    search_fields = ["number", "project__name", "approval_type__name"]
    search_help_text = _("number, project, enterprise or approval")
    list_select_related = ["project", "approval_type", "officer"]
    ordering = [F("due_on").asc(nulls_last=True), "pk"]
    actions = ["export_national"]
    detail_template = "admin/desk/item.html"
    acts = ITEM_ACTS
    beside = NOTE_ACTS
    several = ["accept", "pre_approve", "grant", "transfer", "mark_not_applicable"]
    detail_related = [
        "project__enterprise",
        "project__agent",
        "project__platform",
        "approval_type",
        "department",
        "officer",
        "joint_case__bundle",
        "whole__approval_type",
        *OVERVIEW_RELATED,
    ]

    def get_search_results(self, request, queryset, search_term):
        return search.found(queryset, search_term), False

    def tabs(self, request):
        today = civil_day(now())
        return {
            "todo": Tab(_("to do"), Q(status__in=TO_DO)),
            "received": Tab(S.SUBMITTED.label, Q(status=S.SUBMITTED)),
            "review": Tab(S.ACCEPTED.label, Q(status=S.ACCEPTED)),
            "soon": Tab(_("due soon"), lamp_is(Lamp.YELLOW, today)),
            "overdue": Tab(_("overdue"), overdue(today)),
            "suspended": Tab(S.SUSPENDED.label, Q(status=S.SUSPENDED)),
            "correcting": Tab(S.CORRECTING.label, Q(status=S.CORRECTING)),
            "deliver": Tab(_("to be delivered"), Q(status=S.GRANTED)),
            "ahead": Tab(_("not yet submitted"), Q(status__in=[S.PLANNED, S.READY])),
            "ended": Tab(_("ended"), Q(status__in=ENDED)),
            "all": Tab(_("all"), Q()),
        }

    def get_list_filter(self, request):
        filters = [TabFilter, LampFilter, BreachFilter, "approval_type__stage"]
        filters += [OfficerFilter, "due_on", ResultFilter]
        if not request.user.is_of_department:
            filters.insert(3, "department")
        return filters

    def get_list_display(self, request):
        return [
            "project_name",
            "type_name",
            "state",
            lamp_column(),
            "promised_by",
            "statutory_due_on",
            days_column(),
            "held_by",
            "officer",
        ]

    @display(description=_("status"), ordering="status")
    def state(self, item):
        return components.tag_of(item, "status")

    @display(description=_("promised by"), ordering="due_on")
    def promised_by(self, item):
        """Of one that is received the day of its answer, of one that is granted of its delivery."""
        if item.status == S.SUBMITTED and item.notice_due_on:
            return _with_hint(item.notice_due_on, _("notice limit"))
        if item.status == S.GRANTED and item.deliver_by:
            return _with_hint(item.deliver_by, _("deliver by"))
        if item.due_on is None or not item.is_provisional:
            return item.due_on
        return format_html("{} {}", date_format(item.due_on), components.provisional())

    @display(description=_("current responsible party"))
    def held_by(self, item):
        return item.holder.label if item.holder else "–"

    # One item.

    def documents_of(self, request, item):
        return item.documents.all()

    def detail_title(self, item):
        return str(item.approval_type)

    def detail_context(self, request, item):
        at, published = now(), calendar()
        today = civil_day(at)
        prefetch_related_objects([item], "spans")
        shown = overview_of(item, today) | {
            "lamp": live_lamp(item, today),
            "days": days_of(item, today, lambda: published),
            "documents": self.with_previews(item.documents),
            "needs": needs_of_item(item, today, published),
            "events": item.events.select_related("by"),
            "corrections": item.corrections.select_related("asked_by").prefetch_related(
                *POINTS
            ),
            "told": told_about(item),
            "told_at_most": TOLD_AT_MOST,
            "is_decided": item.status in DECIDED,
            "is_over": item.clock == Clock.ENDED,
        }
        shown |= notes_on(item, request.user, self.act_address(request, item, NOTE))
        for panel in hooks.item_panels:
            shown |= panel(item, at, published)
        return without_empty_queries(shown)

    # A table of several.

    @action(description=_("National status codes (CSV)"), permissions=["view"])
    def export_national(self, request, queryset):
        """What was chosen of what one may see, for the state's data exchange."""
        title = gettext("National status codes")
        name = f"{title}-{civil_day(now())}"
        self.note_export(request, queryset, name)
        return csv_file(name, national.national_table(queryset))


def told_about(item):
    """What was sent about it, the newest first; the item was found by `visible_to`."""
    told = Notification.objects.about(item.pk).select_related("recipient")
    # Those of one event together: the page says it once, and to whom.
    ordered = told.order_by("-created_at", "event_key", "pk")
    return list(ordered.prefetch_related("deliveries")[:TOLD_AT_MOST])
