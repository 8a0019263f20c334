"""Columns and filters of every list of items."""

from functools import cache

from django.contrib.admin import SimpleListFilter
from django.db.models import prefetch_related_objects
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from approvals.items.models import Breach, Clock, Lamp
from approvals.items.progress import may_have_stood_still, progress_of
from huadu_portal.clock import civil_day, now
from huadu_portal.ui import components
from huadu_portal.workdays.published import calendar


class BreachFilter(SimpleListFilter):
    title, parameter_name = _("missed limit"), "breach"

    def lookups(self, request, model_admin):
        return Breach.choices

    def queryset(self, request, queryset):
        return queryset.breached(self.value()) if self.value() in Breach.values else queryset


class LampFilter(SimpleListFilter):
    title, parameter_name = _("lamp"), "lamp"

    def lookups(self, request, model_admin):
        # By their meaning, as the lamp itself is shown.
        return [(lamp.value, lamp.meaning) for lamp in Lamp]

    def queryset(self, request, queryset):
        if self.value() not in Lamp.values:
            return queryset
        return queryset.with_lamp(self.value(), civil_day(now()))


class ResultFilter(SimpleListFilter):
    """What was delivered before number and file were asked for, and has not been completed."""

    title, parameter_name = _("result document"), "result"

    def lookups(self, request, model_admin):
        return [("lacking", _("delivered without number or file"))]

    def queryset(self, request, queryset):
        return queryset.filter(lacks_result=True) if self.value() == "lacking" else queryset


def live_lamp(item, today):
    """The lamp while it can change; None before and after."""
    shown = item.lamp_on(today)
    return None if shown == Lamp.NONE else shown


def lamp_column():
    """The lamp, and beside it the missed limit that it does not tell of."""
    today = civil_day(now())

    @display(description=_("lamp"))
    def lamp(item):
        shown = live_lamp(item, today)
        live = components.lamp(shown) if shown else ""
        breach = item.breach_beside(shown or Lamp.NONE)
        if breach is None:
            return live or "–"
        return format_html("{} {}", live, components.tag(breach))

    return lamp


def days_column():
    """Days used and left of the promised limit; the calendar is asked for once."""
    today, published = civil_day(now()), cache(calendar)

    @display(description=_("days used / left"))
    def days(item):
        return days_of(item, today, published) or "–"

    return days


def days_of(item, today, published):
    """Used and left, in the unit of the promised limit; nothing where none runs."""
    if item.clock not in {Clock.RUNNING, Clock.STOPPED} or item.promised_days is None:
        return ""
    so_far = progress_of(item, today, published())
    if so_far is None:
        return ""
    if so_far.late:
        return _("%(used)s used, %(over)s over") % {"used": so_far.used, "over": so_far.late}
    return _("%(used)s used, %(left)s left") % {"used": so_far.used, "left": so_far.left}


class ItemColumns:
    """For the admin of what belongs to an item: the columns that name it."""

    @display(description=_("project"), ordering="item__project__name")
    def project_name(self, thing):
        return thing.item.project.name

    @display(description=_("approval"), ordering="item__approval_type__position")
    def type_name(self, thing):
        return str(thing.item.approval_type)


class ItemListColumns:
    """For the admin of items: the columns that say which it is."""

    def fetch_for_rows(self, items):
        """The spans of which `days_of` asks."""
        prefetch_related_objects(list(filter(may_have_stood_still, items)), "spans")

    @display(description=_("project"), ordering="project__name")
    def project_name(self, item):
        return item.project.name

    @display(description=_("approval"), ordering="approval_type__position")
    def type_name(self, item):
        return str(item.approval_type)
