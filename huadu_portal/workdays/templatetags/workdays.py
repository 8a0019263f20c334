"""Days as the law counts them, in templates."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huadu_portal.workdays.models import Unit

register = template.Library()


@register.simple_tag
def limit(days: int | None, unit: str) -> str:
    """A limit in words: {% limit type.promised_days type.promised_unit %}."""
    if days is None:
        return _("no fixed limit")
    if days == 0:
        return _("on the spot")
    if unit == Unit.CALENDAR:
        words = ngettext("%(days)s calendar day", "%(days)s calendar days", days)
    else:
        words = ngettext("%(days)s working day", "%(days)s working days", days)
    return words % {"days": days}
