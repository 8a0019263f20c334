"""Projects at the staff desk, and who accompanies what; the window's queue (agents/triage)."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from agents.acts import PROJECT_ACTS
from agents.forms import EditProjectForm
from agents.models import ServiceAgent
from agents.operations import why_no_agent, without_record
from agents.triage import admin as triage
from approvals.models import ApprovalItem, Stage
from huadu_portal.clock import civil_day, now
from huadu_portal.ui import components
from huadu_portal.ui.admin import DeskAdmin, LookUpAdmin
from huadu_portal.ui.changelists import Tab, TabFilter
from projects.models import FILTERS, Project
from projects.operations import halt_of

# Gathered, so that Django finds it.
__all__ = ["ProjectAdmin", "ServiceAgentAdmin", "triage"]


@admin.register(Project)
class ProjectAdmin(DeskAdmin):
    """A project's facts, its items and who accompanies it."""

    list_filter = [TabFilter, "grade", *FILTERS, "is_joint_five"]
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
    acts = PROJECT_ACTS
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

    def form_of(self, request, act, thing):
        """The fields to be edited are those that the person may."""
        if act.form is not EditProjectForm:
            return super().form_of(request, act, thing)
        return act.form(request.POST or None, thing=thing, by=request.user)

    def detail_title(self, project):
        return project.name

    def detail_context(self, request, project):
        items = project.items.visible_to(request.user).order_by("approval_type__position")
        related = ["approval_type", "department", "officer"]
        return {
            "stages": by_stage(items.select_related(*related)),
            "assignments": project.assignments.select_related("agent", "by"),
            "phase_changes": project.phase_changes.select_related("by"),
            "edits": project.edits.select_related("by"),
            "halt": halt_of(project),
            "today": civil_day(now()),
        }


def by_stage(items):
    """Stage labels with their items, empty stages left out."""
    found: dict[Stage, list[ApprovalItem]] = {stage: [] for stage in Stage}
    for item in items:
        found[Stage(item.approval_type.stage)].append(item)
    return [(stage.label, rows) for stage, rows in found.items() if rows]


@admin.register(ServiceAgent)
class ServiceAgentAdmin(LookUpAdmin):
    """Who accompanies projects, and how many each has.

    The record comes with the account (agents.operations.create_agent_record); the window and the head
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
        figures = {"load": agent.load, "ceiling": agent.ceiling}
        if agent.load < agent.ceiling:
            return _("%(load)s of %(ceiling)s") % figures
        label = _("%(load)s of %(ceiling)s, ceiling reached") % figures
        return components.badge(label, "yellow")

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
        if agent.is_serving and agent.user.awaits_password:
            return components.badge(_("account not activated: cannot sign in yet"), "yellow")
        if agent.is_serving:
            return _("can be assigned")
        label = _("no longer a service agent")
        return components.badge(label, "red" if agent.load else "neutral")

    @display(description=_("its projects"))
    def projects(self, agent):
        url = reverse("admin:projects_project_changelist")
        address = f"{url}?tab=all&agent__id__exact={agent.user_id}"
        return format_html('<a href="{}">{}</a>', address, _("show"))
