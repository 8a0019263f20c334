"""Joint cases at the staff desk, and the bundles they follow."""

from functools import cache

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from approvals.items.models import MET, ApprovalItem, Status
from approvals.joint.acts import CASE_ACTS
from approvals.joint.models import UNDECIDED, BundledType, JointBundle, JointCase
from approvals.joint.standing import case_summary, shown_cases
from huadu_portal.clock import civil_day, now
from huadu_portal.ui import components
from huadu_portal.ui.admin import DeskAdmin
from huadu_portal.ui.changelists import SilentAdmin, Tab, TabFilter
from huadu_portal.workdays.published import calendar
from projects.choices import Industry


@admin.register(JointCase)
class JointCaseAdmin(DeskAdmin):
    """The joint cases: what can be registered stands first."""

    list_filter = [TabFilter, "bundle"]
    search_fields = ["number", "project__name", "project__number", "project__enterprise__name"]
    search_help_text = _("number, project or enterprise")
    ordering = ["-opened_at", "-pk"]
    detail_template = "admin/desk/joint_case.html"
    acts = CASE_ACTS

    def narrowed(self, queryset, user):
        return shown_cases(user).filter(pk__in=queryset.values("pk"))

    def tabs(self, request):
        before = Q(registered_at=None, ended_at=None)
        of_case = ApprovalItem.objects.filter(joint_case=OuterRef("pk"))
        waiting = Exists(of_case.filter(status__in=UNDECIDED))
        passed = Exists(of_case.filter(status=Status.PRE_APPROVED))
        unmet = Exists(of_case.exclude(status__in=[*MET, Status.WITHDRAWN]))
        slow = before & Q(waiting) & Q(opinions_due_on__lt=civil_day(now()))
        formal = Q(registered_at__isnull=False)
        late = Exists(of_case.overdue(civil_day(now())))
        return {
            "ready": Tab(_("land can be registered"), before & Q(passed) & ~Q(waiting)),
            "pre_review": Tab(JointCase.Stage.PRE_REVIEW.label, before & Q(waiting)),
            "slow": Tab(_("opinions overdue"), slow),
            "formal": Tab(JointCase.Stage.FORMAL.label, formal & Q(unmet)),
            "overdue": Tab(_("overdue"), formal & Q(late)),
            "issued": Tab(JointCase.Stage.ISSUED.label, formal & ~Q(unmet)),
            "ended": Tab(JointCase.Stage.ENDED.label, Q(ended_at__isnull=False)),
            "all": Tab(_("all"), Q()),
        }

    def get_list_display(self, request):
        columns = ["number", "project_name", "bundle", "opened_at", "stage", "opinions"]
        return [*columns, joint_due_column()]

    @display(description=_("project"), ordering="project__name")
    def project_name(self, case):
        return case.project.name

    @display(description=_("stage"))
    def stage(self, case):
        return components.tag(case.stage_with(case.items.all()))

    @display(description=_("opinions"))
    def opinions(self, case):
        live = case.live(case.items.all())
        waiting = [item for item in live if item.status in UNDECIDED]
        return f"{len(live) - len(waiting)} / {len(live)}"

    # One case.

    def detail_title(self, case):
        return str(case)

    def detail_context(self, request, case):
        today = civil_day(now())
        return {
            "standing": case_summary(case, today, calendar()),
            "changes": case.fact_changes.select_related("by"),
            "papers": case.papers.select_related("paper").order_by("-pk"),
            "visible": set(
                ApprovalItem.objects.visible_to(request.user)
                .filter(joint_case=case)
                .values_list("pk", flat=True)
            ),
            "today": today,
        }


def joint_due_column():
    """The last day of the joint limit; the calendar is asked for once a list."""
    published = cache(calendar)

    @display(description=_("promised by"))
    def due(case):
        return case.due_on(published()) if case.registered_at else "–"

    return due


class BundledTypeInline(TabularInline):
    model = BundledType
    fields = ["approval_type", "rests_on", "position"]
    extra = 0
    # A case that is going on would no longer list its item.
    can_delete = False


class JointBundleForm(forms.ModelForm):
    industries = forms.TypedMultipleChoiceField(
        label=_("suits these industries"),
        choices=Industry.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None: it suits projects of all industries."),
    )

    class Meta:
        model = JointBundle
        exclude: list[str] = []


@admin.register(JointBundle)
class JointBundleAdmin(SilentAdmin):
    """Bundles are data: the administrator says what goes together and how long it takes."""

    list_display = ["code", "name", "project_class", "days", "opinion_days"]
    list_display_links = ["code", "name"]
    fields = [
        "code",
        "name",
        "name_en",
        "project_class",
        "project_class_en",
        "days",
        "opinion_days",
        "industries",
        "before_land",
        "source",
        "position",
    ]
    inlines = [BundledTypeInline]
    form = JointBundleForm
    filter_horizontal = ["before_land"]
