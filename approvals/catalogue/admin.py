"""The catalogue at the staff desk; the administrator sets limits."""

from django.contrib import admin
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from approvals.catalogue.models import ApprovalType, MaterialRequirement
from huadu_portal.ui.changelists import SilentAdmin


class RequirementInline(TabularInline):
    model = MaterialRequirement
    fields = readonly_fields = ["kind", "is_tolerable"]
    extra = 0
    can_delete = False
    # Each row says its kind already.
    hide_title = True

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("approvals.view_approvaltype")


@admin.register(ApprovalType)
class ApprovalTypeAdmin(SilentAdmin):
    """The catalogue. The administrator sets limits; they hold for items accepted after."""

    LIMITS = [
        "promised_days",
        "promised_unit",
        "statutory_days",
        "statutory_unit",
        "notice_days",
        "valid_months",
    ]
    list_display = ["code", "title", "department", "stage", "kind", "promised", "by_law"]
    list_display_links = ["code", "title"]
    list_filter = ["stage", "kind", "is_default", "is_joint_five"]
    search_fields = ["code", "name", "name_en"]
    list_select_related = ["department"]
    list_per_page = 100
    inlines = [RequirementInline]
    fields = [
        "code",
        "name",
        "name_en",
        "department_name",
        "stage",
        "kind",
        *LIMITS,
        "result",
        "needed_if",
        "after",
        "source",
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        return [name for name in self.fields if name not in self.LIMITS]

    @display(description=_("approval"), ordering="name")
    def title(self, entry):
        return str(entry)

    # As text: Django would make it a link, which few of the readers may follow.
    @display(description=_("department"))
    def department_name(self, entry):
        return str(entry.department)

    @display(description=_("promised limit"), ordering="promised_days")
    def promised(self, entry):
        return limit_shown(entry.promised_days, entry.get_promised_unit_display())

    @display(description=_("statutory limit"), ordering="statutory_days")
    def by_law(self, entry):
        return limit_shown(entry.statutory_days, entry.get_statutory_unit_display())

    @display(description=_("condition"))
    def needed_if(self, entry):
        return gettext(entry.condition) if entry.condition else "–"

    @display(description=_("prerequisites"))
    def after(self, entry):
        return pgettext("between names", ", ").join(map(str, entry.prerequisites.all())) or "–"


def limit_shown(days, unit):
    return "–" if days is None else f"{days} {unit}"
