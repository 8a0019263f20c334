"""The window's queue at the staff desk: a list, a page for each application, a dialog for each answer."""

from functools import cache

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from agents.triage.acts import APPLICATION_ACTS
from agents.triage.forms import gaps_of
from approvals.acts.internal_note_acts import NOTE, NOTE_ACTS, notes_on
from approvals.items.clock import days_used
from huadu_portal.clock import civil_day, now
from huadu_portal.ui import components
from huadu_portal.ui.admin import component
from huadu_portal.ui.changelists import Tab, TabFilter
from huadu_portal.workdays.published import calendar
from projects.admin import MaterialsAdmin
from projects.models import FILTERS, Application, ApplicationStatus, Project

S = ApplicationStatus


class OverdueFilter(SimpleListFilter):
    """Whether the window has let its three days pass."""

    title, parameter_name = _("answer due"), "overdue"

    def lookups(self, request, model_admin):
        return [
            ("yes", _("overdue")),
            ("no", _("in time")),
            ("ever", _("ever missed, answered meanwhile or not")),
        ]

    def queryset(self, request, queryset):
        today = civil_day(now())
        late = Q(status=S.SUBMITTED, due_on__lt=today)
        match self.value():
            case "yes":
                return queryset.filter(late)
            case "no":
                return queryset.exclude(late)
            case "ever":
                return queryset.answer_missed(today)
        return queryset


@admin.register(Application)
class ApplicationAdmin(MaterialsAdmin):
    """The triage queue: oldest first, and one page with all the window needs."""

    list_filter = [TabFilter, OverdueFilter, *FILTERS]
    search_fields = ["number", "name", "enterprise__name", "enterprise__credit_code"]
    search_help_text = _("number, project, enterprise or credit code")
    list_select_related = ["enterprise"]
    ordering = ["submitted_at", "pk"]
    detail_template = "admin/desk/application.html"
    acts = APPLICATION_ACTS
    beside = NOTE_ACTS
    several = ["take_on", "return", "decline"]
    detail_related = ["enterprise", "platform", "created_by", "project"]

    def tabs(self, request):
        shown = [S.SUBMITTED, S.RETURNED, S.ACCEPTED, S.DECLINED, S.WITHDRAWN]
        tabs = {status.value: Tab(status.label, Q(status=status)) for status in shown}
        return tabs | {"all": Tab(_("all"), Q())}

    def get_list_display(self, request):
        columns = ["number", "name", "firm", "investment", "town"]
        return [*columns, waited_column(), answer_due_column(), "state"]

    @display(description=_("enterprise"), ordering="enterprise__name")
    def firm(self, application):
        return application.enterprise.name

    @display(description=_("total investment"), ordering="investment_wan")
    def investment(self, application):
        return components.money(application.investment_wan)

    @display(description=_("status"), ordering="status")
    def state(self, application):
        return components.tag_of(application, "status")

    # One application.

    def documents_of(self, request, application):
        return application.enterprise.documents.visible_to(request.user)

    def detail_title(self, application):
        return application.title

    def detail_context(self, request, application):
        firm = application.enterprise
        others = firm.applications.visible_to(request.user).exclude(pk=application.pk)
        kept = self.with_previews(application.relied_on.all())
        vault = (
            self.documents_of(request, application)
            .current()
            .exclude(Q(application=application) | Q(pk__in=[each.pk for each in kept]))
        )
        return {
            "documents": self.with_previews(application.documents.as_handed_in()),
            "gaps": gaps_of(application) if application.is_waiting else [],
            "events": application.events.select_related("by"),
            "others": others.order_by("-submitted_at"),
            "projects": firm.projects.select_related("agent").order_by("-created_at"),
            "members": firm.memberships.select_related("user").filter(state="active"),
            "kept": kept,
            "vault": self.with_previews(vault),
            "today": civil_day(now()),
        } | notes_on(application, request.user, self.act_address(request, application, NOTE))

    def act_template(self, act):
        own = {"take_on": "admin/desk/take_on.html", "return": "admin/desk/return.html"}
        return own.get(act) or super().act_template(act)

    def after(self, request, application, done):
        if isinstance(done, Project):
            return reverse("admin:projects_project_change", args=[done.pk])
        return super().after(request, application, done)


def waited_column():
    """Working days since it came in; the calendar is asked for once a list."""
    today, published = civil_day(now()), cache(calendar)

    @display(description=_("waited (working days)"), ordering="submitted_at")
    def waited(application):
        if not application.is_waiting:
            return "–"
        since = civil_day(application.submitted_at)
        return days_used(since, today, "working", published())

    return waited


def answer_due_column():
    """The day of the answer, and in words whether it is near or past."""
    today = civil_day(now())

    @display(description=_("answer due"), ordering="due_on")
    def answer_due(application):
        return component("answer_due", application=application, today=today)

    return answer_due
