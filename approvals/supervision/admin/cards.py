"""督办 at the desk: what stalls, the cards, the orders, and what officers ask for."""

from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, Subquery
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from approvals.items.admin import ItemColumns, ItemListColumns, days_column, lamp_column
from approvals.items.events import follow_ups
from approvals.items.models import ItemEvent, Lamp, lamp_is, overdue
from approvals.items.rights import ITEM_ACTS
from approvals.supervision.acts import CARD_ACTS, HELP_ACTS, ORDER_ACTS
from approvals.supervision.models import (
    Card,
    HelpRequest,
    LadderStop,
    StalledItem,
    SupervisionOrder,
)
from approvals.supervision.scoreboard import scores
from huadu_portal.clock import civil_day, now
from huadu_portal.escalation.models import CardLevel
from huadu_portal.ui import components
from huadu_portal.ui.admin import DeskAdmin
from huadu_portal.ui.changelists import Tab, TabFilter
from huadu_portal.ui.neighbours import NARROWED, place_asked, place_in_list
from huadu_portal.workdays.published import calendar

SCORED_YEARS = 3
# docs/states.md, Rungs: without an event for three working days a running case has stalled.
QUIET_DAYS = 3


@admin.register(StalledItem)
class StalledItemAdmin(ItemListColumns, DeskAdmin):
    """What does not move, the longest first, with the reasons that were given."""

    acts_on_several = ITEM_ACTS
    several = ["transfer", "order", "stop_ladder"]
    search_fields = ["number", "project__name", "project__number", "approval_type__name"]
    search_help_text = _("number, project or approval")
    list_select_related = ["project__enterprise", "approval_type", "officer", "department"]
    ordering = ["due_on", "pk"]

    def get_queryset(self, request):
        explained = ItemEvent.objects.filter(item=OuterRef("pk"), act="explain")
        last = ItemEvent.objects.filter(item=OuterRef("pk")).order_by("-number")
        orders = SupervisionOrder.objects.filter(item=OuterRef("pk"), answered_at=None)
        stops = LadderStop.objects.filter(
            item=OuterRef("pk"), lifted_at=None, until__gt=civil_day(now())
        )
        return (
            super()
            .get_queryset(request)
            .annotate(
                why=Subquery(explained.order_by("-number").values("note")[:1]),
                last_at=Subquery(last.values("at")[:1]),
                order_number=Subquery(orders.values("number")[:1]),
                still_until=Subquery(stops.values("until")[:1]),
            )
        )

    def narrowed(self, queryset, user):
        return queryset.visible_to(user).stalled(civil_day(now()), quiet_since(), follow_ups())

    def tabs(self, request):
        today = civil_day(now())
        waiting = SupervisionOrder.objects.filter(item=OuterRef("pk"), answered_at=None)
        return {
            "all": Tab(_("all"), Q()),
            "overdue": Tab(_("overdue"), overdue(today)),
            "statutory": Tab(_("past the statutory limit"), lamp_is(Lamp.DEEP_RED, today)),
            "ordered": Tab(_("supervision order open"), Q(Exists(waiting))),
            "quiet": Tab(_("no progress"), ~overdue(today)),
        }

    def get_list_filter(self, request):
        by_officer = ("officer", RelatedOnlyFieldListFilter)
        return [TabFilter, *by_department(request.user), by_officer]

    def get_list_display(self, request):
        columns = ["project_name", "type_name", lamp_column(), "due_on", days_column()]
        return [*columns, "officer", "last_event", "why_late", "pushed"]

    @display(description=_("last event"), ordering="last_at")
    def last_event(self, item):
        return item.last_at

    # Not “reason”: a field of the item has that name.
    @display(description=_("explanation"))
    def why_late(self, item):
        return item.why or "–"

    @display(description=_("supervision"))
    def pushed(self, item):
        if item.still_until:
            return _("reminders paused until %(day)s") % {"day": item.still_until}
        return item.order_number or "–"

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Its page is that of the item."""
        self._found(request, object_id)
        page = reverse("admin:approvals_approvalitem_change", args=[object_id])
        at = place_asked(request.GET)
        if at is None:
            return redirect(page)
        narrowed = request.GET.get(NARROWED, "")
        return redirect(page + place_in_list(narrowed, at, self.opts.model_name))


def by_department(user):
    """The filter by department, for those who see several."""
    return [] if user.is_of_department else ["department"]


def quiet_since():
    """Whoever has had no event since that moment has stalled."""
    day = calendar().add(civil_day(now()), -QUIET_DAYS)
    return now().replace(year=day.year, month=day.month, day=day.day)


class OfItemAdmin(ItemColumns, DeskAdmin):
    """What is told of an item: lists by project, approval and department."""

    list_select_related = ["item__project", "item__approval_type", "department"]
    detail_template = "admin/desk/of_item.html"
    search_fields = ["item__project__name", "item__number", "item__approval_type__name"]
    search_help_text = _("number, project or approval")

    @display(description=_("department"), ordering="department__name")
    def department_name(self, thing):
        return thing.department.in_short

    def facts(self, thing):
        """What the page of one says, label by label."""
        raise NotImplementedError

    def detail_context(self, request, thing):
        return {"facts": self.facts(thing)}


@admin.register(Card)
class CardAdmin(OfItemAdmin):
    """预警, 黄牌, 红牌, 督办: every card, with appeal and cancellation."""

    list_display = [
        "level_shown",
        "department_name",
        "project_name",
        "type_name",
        "cause_shown",
        "raised_at",
        "standing",
    ]
    ordering = ["-raised_at", "-pk"]
    list_select_related = [*OfItemAdmin.list_select_related, "reminder"]
    detail_related = ["item__project", "item__approval_type", "department", "appealed_by"]
    # From the cards by department.
    exact_keys = ("department__id__exact",)
    acts = CARD_ACTS

    def get_urls(self):
        view = self.admin_site.admin_view(self.scoreboard_view)
        return [
            path("scoreboard/", view, name="approvals_card_scoreboard"),
            *super().get_urls(),
        ]

    def get_list_filter(self, request):
        return [TabFilter, "level", *by_department(request.user)]

    def scoreboard_view(self, request):
        """Departments side by side, measured by what they have had to do."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        this_year = civil_day(now()).year
        asked = request.GET.get("year", "")
        years = [this_year - ago for ago in range(SCORED_YEARS)]
        year = next((year for year in years if str(year) == asked), this_year)
        return self.page(
            request,
            "admin/desk/scoreboard.html",
            title=_("Cards by department, %(year)s") % {"year": year},
            scores=scores(request.user, year),
            levels=list(CardLevel),
            year=year,
            years=years,
        )

    def tabs(self, request):
        return {
            "standing": Tab(_("valid"), Q(cancelled_at=None)),
            "disputed": Tab(
                _("appeals open"),
                Q(appealed_at__isnull=False, decided_at=None, cancelled_at=None),
            ),
            "cancelled": Tab(_("cancelled"), Q(cancelled_at__isnull=False)),
            "all": Tab(_("all"), Q()),
        }

    @display(description=_("cause"), ordering="cause")
    def cause_shown(self, card):
        return card.cause_shown

    @display(description=_("card"), ordering="level")
    def level_shown(self, card):
        return components.tag_of(card, "level")

    @display(description=_("state"))
    def standing(self, card):
        if card.cancelled_at:
            return _("cancelled")
        return _("appeal open") if card.appealed_at and not card.decided_at else _("valid")

    def facts(self, card):
        return [
            (_("card"), components.tag_of(card, "level")),
            (_("department"), card.department),
            (_("cause"), card.cause_shown),
            (_("card issued"), card.raised_at),
            (_("card issued by"), card.issuer),
            (_("appeal"), card.appeal),
            (_("appealed"), card.appealed_at),
            (_("decision on the appeal"), card.decision),
            (_("appeal decided"), card.decided_at),
            (_("cancelled"), card.cancelled_at),
            (_("why it was cancelled"), card.cancelled_because),
        ]


@admin.register(SupervisionOrder)
class SupervisionOrderAdmin(OfItemAdmin):
    """督办单: what has to be answered first stands first."""

    list_display = [
        "number",
        "department_name",
        "project_name",
        "type_name",
        "issuer",
        "ordered_at",
        "due_on",
        "received_at",
        "answered_at",
    ]
    search_fields = ["number", *OfItemAdmin.search_fields]
    ordering = ["due_on", "pk"]
    list_select_related = [*OfItemAdmin.list_select_related, "ordered_by"]
    detail_related = ["item__project", "item__approval_type", "department", "ordered_by"]
    acts = ORDER_ACTS

    def get_list_filter(self, request):
        return [TabFilter, *by_department(request.user)]

    def tabs(self, request):
        open_ = Q(answered_at=None)
        return {
            "open": Tab(_("to be answered"), open_),
            "unread": Tab(_("not received"), open_ & Q(received_at=None)),
            "late": Tab(_("reply overdue"), open_ & Q(due_on__lt=civil_day(now()))),
            "answered": Tab(_("has been answered"), Q(answered_at__isnull=False)),
            "all": Tab(_("all"), Q()),
        }

    @display(description=_("ordered by"), ordering="ordered_by__name")
    def issuer(self, order):
        return order.issuer

    def facts(self, order):
        return [
            (_("number"), order.number),
            (_("department"), order.department),
            (_("what is demanded"), order.demand),
            (_("ordered"), order.ordered_at),
            (_("ordered by"), order.issuer),
            (_("reply due"), order.due_on),
            (pgettext_lazy("supervision order", "received"), order.received_at),
            (_("reply"), order.answer),
            (_("answered"), order.answered_at),
        ]


@admin.register(HelpRequest)
class HelpRequestAdmin(OfItemAdmin):
    """What officers need the centre for; what is due first stands first."""

    list_display = [
        "project_name",
        "type_name",
        "asked_by",
        "asked_at",
        "due_on",
        "answered_at",
    ]
    list_display_links = ["project_name"]
    list_select_related = ["item__project", "item__approval_type", "asked_by"]
    list_filter = [TabFilter]
    ordering = ["due_on", "pk"]
    detail_related = ["item__project", "item__approval_type", "asked_by", "answered_by"]
    acts = HELP_ACTS

    def tabs(self, request):
        open_ = Q(answered_at=None)
        return {
            "open": Tab(_("to be answered"), open_),
            "late": Tab(_("answer overdue"), open_ & Q(due_on__lt=civil_day(now()))),
            "answered": Tab(_("has been answered"), Q(answered_at__isnull=False)),
            "all": Tab(_("all"), Q()),
        }

    def facts(self, request):
        return [
            (_("what is needed"), request.question),
            (_("asked"), request.asked_at),
            (_("asked by"), request.asked_by),
            (_("answer due"), request.due_on),
            (_("answer"), request.answer),
            (_("answered"), request.answered_at),
            (_("answered by"), request.answered_by),
        ]
