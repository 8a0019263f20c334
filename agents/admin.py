"""Intake and projects at the staff desk: the window's queue, and who accompanies what."""

from functools import cache

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from agents.forms import (
    APPLICATION_DOORS,
    ASSIGN,
    BECOMES,
    BULK_DOORS,
    DECLINE,
    PROJECT_DOORS,
    RETURN,
    TAKE_ON,
    BulkDeclineForm,
    BulkReturnForm,
    BulkTakeOnForm,
    gaps_of,
)
from agents.models import ServiceAgent
from agents.operations import take_on, why_no_agent, without_record
from approvals.items.clock import days_used
from approvals.items.operations import suggested_plan
from approvals.models import ApprovalType, Stage
from huadu_portal.clock import civil_day, now
from huadu_portal.ui import components
from huadu_portal.ui.admin import (
    DeskAdmin,
    LookUpAdmin,
    Tab,
    TabFilter,
    component,
)
from huadu_portal.workdays.published import calendar
from projects.admin import MaterialsAdmin
from projects.models import Application, ApplicationStatus, Project
from projects.operations import decline_application, return_application

S = ApplicationStatus


class OverdueFilter(SimpleListFilter):
    """Whether the window has let its three days pass."""

    title, parameter_name = _("answer"), "overdue"

    def lookups(self, request, model_admin):
        return [("yes", _("overdue")), ("no", _("in time"))]

    def queryset(self, request, queryset):
        late = Q(status=S.SUBMITTED, due_on__lt=civil_day(now()))
        match self.value():
            case "yes":
                return queryset.filter(late)
            case "no":
                return queryset.exclude(late)
        return queryset


@admin.register(Application)
class ApplicationAdmin(MaterialsAdmin):
    """The triage queue: oldest first, and one page with all the window needs."""

    list_filter = [TabFilter, OverdueFilter, "town", "industry"]
    search_fields = ["number", "name", "enterprise__name", "enterprise__credit_code"]
    search_help_text = _("number, project, enterprise or credit code")
    list_select_related = ["enterprise"]
    ordering = ["submitted_at", "pk"]
    actions = ["take_on_all", "return_all", "decline_all"]
    detail_template = "admin/desk/application.html"
    detail_related = ["enterprise", "platform", "created_by", "project"]

    def tabs(self, request):
        shown = [S.SUBMITTED, S.RETURNED, S.ACCEPTED, S.DECLINED, S.WITHDRAWN]
        tabs = {status.value: Tab(status.label, Q(status=status)) for status in shown}
        return tabs | {"all": Tab(_("all"), Q())}

    def get_list_display(self, request):
        columns = ["number", "name", "firm", "investment", "town"]
        return [*columns, waited_column(), due_column(), "state"]

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
        vault = firm.documents.current().exclude(application=application)
        return {
            "documents": self.with_previews(application.documents.as_handed_in()),
            "gaps": gaps_of(application) if application.is_waiting else [],
            "events": application.events.select_related("by"),
            "others": others.order_by("-submitted_at"),
            "projects": firm.projects.select_related("agent").order_by("-created_at"),
            "members": firm.memberships.select_related("user").filter(state="active"),
            "vault": self.with_previews(vault),
            "today": civil_day(now()),
        }

    def doors(self):
        return APPLICATION_DOORS

    def may_ever(self, user, act, application):
        return user.has_perm("projects.triage_application")

    def may_now(self, user, act, application):
        allowed = self.may_ever(user, act, application)
        return allowed and application.may_become(BECOMES[act])

    def act_template(self, act):
        own = {TAKE_ON: "admin/desk/take_on.html", RETURN: "admin/desk/return.html"}
        return own.get(act) or super().act_template(act)

    def after(self, request, application, done):
        if isinstance(done, Project):
            return reverse("admin:projects_project_change", args=[done.pk])
        return super().after(request, application, done)

    # Several at once.

    def has_triage_permission(self, request):
        return request.user.has_perm("projects.triage_application")

    @action(description=_("Take on several"), permissions=["triage"])
    def take_on_all(self, request, queryset):
        def run(application, form, version):
            codes = suggested_plan(application)
            take_on(
                application,
                by=request.user,
                at=now(),
                version=version,
                agent=form.cleaned_data["agent"],
                types=list(ApprovalType.objects.filter(code__in=codes)),
            )

        form = BulkTakeOnForm(self.confirmed(request))
        return self.ask_or_act_on_all(
            request, queryset, "take_on_all", BULK_DOORS[TAKE_ON], form, run
        )

    @action(description=_("Return several for correction"), permissions=["triage"])
    def return_all(self, request, queryset):
        def run(application, form, version):
            missing = form.cleaned_data["missing"]
            by = request.user
            return_application(application, by=by, at=now(), version=version, missing=missing)

        form = BulkReturnForm(self.confirmed(request))
        return self.ask_or_act_on_all(
            request, queryset, "return_all", BULK_DOORS[RETURN], form, run
        )

    @action(description=_("Decline several"), permissions=["triage"])
    def decline_all(self, request, queryset):
        def run(application, form, version):
            said = form.cleaned_data
            decline_application(application, by=request.user, at=now(), version=version, **said)

        form = BulkDeclineForm(self.confirmed(request))
        return self.ask_or_act_on_all(
            request, queryset, "decline_all", BULK_DOORS[DECLINE], form, run
        )


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


def due_column():
    """The day of the answer, and in words whether it is near or past."""
    today = civil_day(now())

    @display(description=_("answer due"), ordering="due_on")
    def answer_due(application):
        return component("answer_due", application=application, today=today)

    return answer_due


@admin.register(Project)
class ProjectAdmin(DeskAdmin):
    """A project's facts, its items and who accompanies it."""

    list_filter = [TabFilter, "grade", "town", "industry", "is_joint_five"]
    # From the list of agents.
    exact_keys = ("agent__id__exact",)
    list_display = [
        "number",
        "name",
        "firm",
        "investment",
        "town",
        "phase_shown",
        "grade_shown",
        "agent",
    ]
    search_fields = ["number", "name", "enterprise__name", "national_code"]
    search_help_text = _("number, project, enterprise or national code")
    list_select_related = ["enterprise", "agent"]
    ordering = ["-created_at", "pk"]
    detail_template = "admin/desk/project.html"
    detail_related = ["enterprise", "agent", "chief_officer", "platform", "application"]

    def tabs(self, request):
        mine = Q(agent=request.user)
        tabs = {"all": Tab(_("all"), Q()), "mine": Tab(_("my projects"), mine)}
        if request.user.role == request.user.Role.AGENT:
            tabs = {"mine": tabs["mine"], "all": tabs["all"]}
        return tabs | {"none": Tab(_("without an agent"), Q(agent=None))}

    @display(description=_("enterprise"), ordering="enterprise__name")
    def firm(self, project):
        return project.enterprise.name

    @display(description=_("total investment"), ordering="investment_wan")
    def investment(self, project):
        return components.money(project.investment_wan)

    @display(description=_("phase"), ordering="phase")
    def phase_shown(self, project):
        return components.tag_of(project, "phase")

    @display(description=_("grade"), ordering="grade")
    def grade_shown(self, project):
        return components.tag_of(project, "grade")

    def detail_title(self, project):
        return project.name

    def detail_context(self, request, project):
        items = project.items.visible_to(request.user).order_by("approval_type__position")
        related = ["approval_type", "department", "officer"]
        return {
            "stages": by_stage(items.select_related(*related)),
            "assignments": project.assignments.select_related("agent", "by"),
            "phase_changes": project.phase_changes.select_related("by"),
            "today": civil_day(now()),
        }

    def doors(self):
        return PROJECT_DOORS

    def may_ever(self, user, act, project):
        return act == ASSIGN and user.has_perm("agents.assign_serviceagent")

    def may_now(self, user, act, project):
        return self.may_ever(user, act, project)


def by_stage(items):
    """Stage labels with their items, empty stages left out."""
    found = {stage: [] for stage in Stage}
    for item in items:
        found[Stage(item.approval_type.stage)].append(item)
    return [(stage.label, rows) for stage, rows in found.items() if rows]


@admin.register(ServiceAgent)
class ServiceAgentAdmin(LookUpAdmin):
    """Who accompanies projects, and how much is on their hands.

    The record comes with the account (agents.operations.complete); the window and the head
    of the centre say how it works: telephone, ceiling, on duty.
    """

    list_display = ["user", "phone_shown", "load", "duty", "state", "projects"]
    list_filter = ["is_on_duty"]
    search_fields = ["user__name", "phone"]
    list_select_related = ["user"]
    list_before_template = "admin/desk/agents.html"
    fields = ["name", "phone", "ceiling", "is_on_duty"]
    readonly_fields = ["name"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user).with_load()

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        served = ServiceAgent.objects.serving()
        shown = {
            "nobody": "" if served.exists() else why_no_agent(),
            "without_record": list(without_record()),
        }
        return super().changelist_view(request, shown | (extra_context or {}))

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm("agents.change_serviceagent")

    @display(description=_("telephone"), ordering="phone")
    def phone_shown(self, agent):
        return agent.phone or components.badge(_("no telephone number"), "red")

    @display(description=_("projects now"), ordering="load")
    def load(self, agent):
        shown = _("%(load)s of %(ceiling)s") % {
            "load": agent.load,
            "ceiling": agent.ceiling,
        }
        if agent.load < agent.ceiling:
            return shown
        return components.badge(f"{shown} · {_('full')}", "yellow")

    # As text: Django would make it a link, which none of the readers may follow.
    @display(description=_("person"))
    def name(self, agent):
        return str(agent.user)

    # In words: as a boolean it would show a red cross for a day off.
    @display(description=_("on duty"), ordering="is_on_duty")
    def duty(self, agent):
        return _("on duty") if agent.is_on_duty else "–"

    @display(description=_("state"))
    def state(self, agent):
        if agent.is_serving:
            return _("can be assigned")
        label = _("no longer a service agent")
        return components.badge(label, "red" if agent.load else "neutral")

    @display(description=_("its projects"))
    def projects(self, agent):
        url = reverse("admin:projects_project_changelist")
        address = f"{url}?tab=all&agent__id__exact={agent.user_id}"
        return format_html('<a href="{}">{}</a>', address, _("show"))
