from django.contrib import admin

from huadu_portal.ui.changelists import SilentAdmin
from huadu_portal.workdays.models import SpecialDay


class ReadOnlyAdmin(SilentAdmin):
    """For looking things up; the calendar changes through workdays.operations."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(SpecialDay)
class SpecialDayAdmin(ReadOnlyAdmin):
    list_display = ["date", "is_workday", "name", "source"]
    list_filter = ["is_workday"]
    search_fields = ["name", "source"]
    date_hierarchy = "date"
    ordering = ["-date"]
