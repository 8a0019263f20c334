"""The reasons that a department uses again, kept by its head or by the center's."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from approvals.acts.models import ReasonTemplate
from huadu_portal.accounts.models import User
from huadu_portal.ui.changelists import SilentAdmin


@admin.register(ReasonTemplate)
class ReasonTemplateAdmin(SilentAdmin):
    list_display = ["text", "use_shown", "department_shown"]
    list_filter = ["use"]
    list_select_related = ["department"]
    search_fields = ["text"]
    search_help_text = _("wording")
    ordering = ["department__code", "use", "pk"]
    fields = ["department", "use", "text"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    @display(description=_("used for"), ordering="use")
    def use_shown(self, template):
        return template.get_use_display()

    @display(description=_("department"), ordering="department__code")
    def department_shown(self, template):
        return template.department.in_short

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """A head's own department; the center's head chooses any."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "department":
            if request.user.role != User.Role.CENTRE_HEAD:
                field.queryset = field.queryset.filter(pk=request.user.department_id)
            field.initial = request.user.department_id
        return field
