"""What every template of ours may use: sums, tags, lamps, icons, form controls."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms, template
from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Model
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template import RequestContext
from django.utils.functional import Promise as LazyText
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from huadu_portal.ui import components
from huadu_portal.ui.choices import ColoredInteger, ColoredText
from huadu_portal.ui.complaints import complaints, is_only_empty

register = template.Library()

# ---- Sums ---------------------------------------------------------------------------------


register.filter(components.yi)
register.filter(components.wan)
register.filter(components.money)
register.filter(components.figure)
register.filter(components.bracketed)


@register.filter
def lasting(span: Any) -> str:
    """How long a holder had an item, as it is said: in days, or in hours on the first one."""
    took = span.ended_at - span.started_at
    if took.days:
        return ngettext("%(days)s day", "%(days)s days", took.days) % {"days": took.days}
    hours = took.seconds // 3600
    if not hours:
        return _("less than an hour")
    return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}


# ---- Statuses and lamps -------------------------------------------------------------------


@register.simple_tag
def tag(
    *,
    of: Model | None = None,
    field: str = "",
    choice: ColoredText | ColoredInteger | None = None,
    label: str | LazyText = "",
    color: str = "neutral",
) -> SafeString:
    """A badge: of a model's field, of a member of a choice class, or with words of one's own.

    {% tag of=item field="status" %}, {% tag choice=stage %}, {% tag label=text color="blue" %}
    """
    if of:
        return components.tag_of(of, field)
    return components.tag(choice) if choice else components.badge(label, color)


@register.simple_tag
def lamp(*, item=None, today=None, lamp=None):
    """{% lamp item=item today=today %}, or of a member: {% lamp lamp=shown %}"""
    return components.lamp(item.lamp_on(today) if item else lamp)


@register.simple_tag
def breach(item, today):
    """The limit that an item ever missed, unless its lamp says so: {% breach item today %}"""
    shown = item.breach_beside(item.lamp_on(today))
    return components.tag(shown) if shown else ""


register.simple_tag(components.provisional)


@register.filter
def expiry(certificate, today):
    """How near the end of a certificate is."""
    return certificate.stage_on(today)


@register.filter
def commitment_state(commitment, today):
    """How it stands with a promise as of `today`."""
    return commitment.state_on(today)


@register.simple_tag
def names_of(things: Iterable[Any]) -> str:
    """The names of several in one line."""
    return pgettext("between names", ", ").join(thing.name for thing in things)


@register.filter
def listed(things: Iterable[object]) -> str:
    """Several names in a line, parted as the reader's language does."""
    return pgettext("between names", ", ").join(map(str, things))


# ---- Pictures and places ------------------------------------------------------------------


register.simple_tag(components.icon)


@register.inclusion_tag("components/nav_link.html", takes_context=True)
def nav_link(
    context: RequestContext, url: str, label: str, symbol: str, has_badge: bool = False
) -> dict[str, Any]:
    """An entry of the main menu, with the count of unread messages if it leads to them;
    nothing where its page does not exist."""
    here = context.request.path if getattr(context, "request", None) else ""
    is_here = here == url or (url not in ("", "/") and here.startswith(url))
    return {
        "url": url,
        "label": label,
        "symbol": symbol,
        "has_badge": has_badge,
        "unread_notifications": context.get("unread_notifications"),
        "is_here": is_here,
    }


@register.simple_tag
def about_us() -> dict[str, str]:
    """How to reach the centre and under which number it is registered, if set."""
    return {
        name.lower(): getattr(settings, name)
        for name in (
            "ICP_NUMBER",
            "POLICE_RECORD_NUMBER",
            "CONTACT_PHONE",
            "CONTACT_ADDRESS",
            "CONTACT_HOURS",
            "CONTACT_EMAIL",
        )
    }


@register.filter
def pages_around(paginator: Paginator, number: int) -> list[int | None]:
    """The page numbers worth a link; None where some are left out."""
    shown = paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
    return [page if isinstance(page, int) else None for page in shown]


# ---- Forms --------------------------------------------------------------------------------


register.filter(complaints)
register.filter(is_only_empty)


@register.filter
def shape(field: BoundField) -> str:
    """How django/forms/field.html lays a field out."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "switch"
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "options"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "line"


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's widget as one of ours, with its class; a date in the browser's way."""
    widget = field.field.widget
    if isinstance(widget, forms.DateInput):
        # A date control reads and writes ISO whatever the language.
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    hint, label = str(widget.attrs.get("placeholder", "")), str(field.label)
    if hint and (hint in label or label in hint):
        # allauth repeats the label in the control.
        del widget.attrs["placeholder"]
    classes = [widget.attrs.get("class", ""), _class_of(widget)]
    if field.errors:
        classes.append("is-invalid")
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})


def _class_of(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


@register.simple_tag
def field_as(field: BoundField, label: str, help_text: str = "") -> str:
    """A field of another package's form, in our words."""
    field.label, field.help_text = label, help_text
    field.field.widget.attrs.pop("placeholder", None)
    return field.as_field_group()


@register.filter
def unit(field: BoundField) -> str:
    """What stands behind the control: forms.NumberInput(attrs={"data-unit": "万元"})."""
    return field.field.widget.attrs.get("data-unit", "")


@register.filter
def kept_files(field: BoundField) -> list:
    """What has been chosen in a file field before and is kept until its form is sent."""
    chosen = getattr(field.form, "chosen", None)
    return chosen.kept.get(field.html_name, []) if chosen else []


@register.filter
def upload_params(field: BoundField) -> str:
    """What goes along with each file that the script sends; empty where nothing is kept."""
    chosen = getattr(field.form, "chosen", None)
    if chosen is None:
        return ""
    params = {"place": chosen.place, "field": field.html_name}
    if not getattr(field.field.widget, "allow_multiple_selected", False):
        params["only"] = "1"
    return urlencode(params)


@register.filter
def all_errors(form: BaseForm) -> list[dict[str, str]]:
    """Every complaint of a form with the id of the field it is about."""
    return _errors_of(form, list(form))


@register.filter
def wrong_entries(form: BaseForm) -> list[dict[str, str]]:
    """The same without what has only still to be filled in."""
    return _errors_of(form, [field for field in form if not is_only_empty(field)])


def _errors_of(form: BaseForm, fields: Iterable[BoundField]) -> list[dict[str, str]]:
    errors = [{"id": "", "label": "", "text": str(text)} for text in form.non_field_errors()]
    for field in fields:
        # A box to tick may have a whole sentence for a label.
        label = str(field.label).rstrip("。.")
        place = field.id_for_label or field.auto_id
        for text in complaints(field):
            # One that names its field needs no heading.
            heading = "" if label in text else label
            errors.append({"id": place, "label": heading, "text": text})
    return errors


@register.filter
def empty_fields(form: BaseForm) -> list[BoundField]:
    """What has still to be filled in."""
    return [field for field in form if is_only_empty(field)]


@register.filter
def at(mapping, key):
    """The value of a mapping at a key that a template only knows by name; None without."""
    return mapping.get(key)


@register.filter
def sentence(text: object) -> str:
    """With a capital letter in front, for labels used as headings."""
    return capfirst(str(text))


# ---- Components with a body ---------------------------------------------------------------


@register.simple_block_tag
def card(content, title="", symbol="", id=""):
    """{% card title=… symbol="clock" id=… %} … {% endcard %}"""
    heading = (
        format_html(
            '<div class="card-header"><h2 class="card-title">{}{}</h2></div>',
            components.icon(symbol) if symbol else "",
            title,
        )
        if title
        else ""
    )
    name = format_html(' id="{}"', id) if id else ""
    return format_html(
        '<section class="card"{}>{}<div class="card-body">{}</div></section>',
        name,
        heading,
        content,
    )


@register.simple_block_tag
def table(content, caption=""):
    """A table that becomes a stack of cards on a phone.

    {% table caption=… %}<thead>…</thead><tbody>…</tbody>{% endtable %}; every <td> names its
    column for the phone: <td data-label="…">. The caption is read out, not shown.
    """
    return format_html(
        '<div class="table-responsive"><table class="table table-vcenter table-stack">'
        '<caption class="visually-hidden">{}</caption>{}</table></div>',
        caption,
        content,
    )
