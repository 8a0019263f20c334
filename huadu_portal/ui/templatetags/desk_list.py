"""The rows of a list at the staff desk: {% load desk_list %}{% desk_list cl %}.

The theme's own tag works out the headings anew for each row and writes thirty class names
into each cell: of a list of fifty items, two thirds of the time and of the bytes. Here what
the cells of a column have in common is worked out once, and a cell has the name of its column;
how it looks stands in static/css/desk.css.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib.admin.utils import lookup_field
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import ForeignKey, Model
from django.http import QueryDict
from django.template import Context
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.templatetags.unfold_list import result_headers
from unfold.utils import display_for_field, display_for_value

from huadu_portal.ui.neighbours import NARROWED, place_in_list

register = template.Library()

CHECKBOX = "action_checkbox"


@dataclass(frozen=True)
class Column:
    """What of a thing is shown, under which heading, and whether it leads to the thing."""

    name: str
    # As it stands in list_display: a name, or a function.
    shown: str | Callable[[Model], Any]
    label: str
    leads: bool
    # What a cell without a value shows.
    empty: str

    @cached_property
    def attributes(self) -> SafeString:
        return format_html('class="field-{}" data-label="{}"', self.name, self.label)

    def cell(self, cl: ChangeList, thing: Model, place: int) -> SafeString:
        if self.name == CHECKBOX:
            return format_html(
                '<td class="action-checkbox" data-label="{}">'
                '<input type="checkbox" name="_selected_action" value="{}"'
                ' class="action-select" aria-label="{}"></td>',
                self.label,
                thing.pk,
                thing,
            )
        shown = text_of(cl, self.shown, thing, self.empty)
        if not self.leads:
            return format_html("<td {}>{}</td>", self.attributes, shown)
        return format_html(
            '<th scope="row" {}><a href="{}">{}</a></th>',
            self.attributes,
            address_of(cl, thing, place),
            shown,
        )


def text_of(cl: ChangeList, shown: str | Callable, thing: Model, empty: str) -> Any:
    """A value as lists show it: dates and numbers in the reader's language."""
    try:
        field, read, value = lookup_field(shown, thing, cl.model_admin)
    except ObjectDoesNotExist:
        return empty
    if field is None or field.auto_created:
        empty = getattr(read, "empty_value_display", empty)
        return display_for_value(value, empty, getattr(read, "boolean", False))
    if isinstance(field, ForeignKey):
        related = getattr(thing, field.name)
        return empty if related is None else related
    return display_for_field(value, field, empty)


def address_of(cl: ChangeList, thing: Model, place: int) -> str:
    """The thing's page, from which one comes back to the list as it was narrowed, or goes on
    to what stands beside it there."""
    return f"{cl.url_for_result(thing)}{place_in_list(narrowed_by(cl), place)}"


def narrowed_by(cl: ChangeList) -> str:
    """The query string under which the list is shown."""
    return QueryDict(cl.preserved_filters).get(NARROWED, "")


def first_place(cl: ChangeList) -> int:
    """The place in the list of the first row of this page, from 0."""
    is_cut = cl.multi_page and not (cl.show_all and cl.can_show_all)
    return (cl.page_num - 1) * cl.list_per_page if is_cut else 0


def columns_of(cl: ChangeList, headers: list[dict]) -> Iterator[Column]:
    names = [shown if isinstance(shown, str) else shown.__name__ for shown in cl.list_display]
    first = next((name for name in names if name != CHECKBOX), None)
    links, empty = cl.list_display_links, cl.model_admin.get_empty_value_display()
    for name, shown, header in zip(names, cl.list_display, headers, strict=True):
        leads = name == first if links == [] else name in (links or ())
        label = _("Select record") if name == CHECKBOX else capfirst(str(header["text"]))
        yield Column(name, shown, label, leads, empty)


def rows_of(cl: ChangeList, columns: list[Column]) -> Iterator[SafeString]:
    for place, thing in enumerate(cl.result_list, first_place(cl)):
        cells = "".join(column.cell(cl, thing, place) for column in columns)
        yield mark_safe(f"<tbody><tr>{cells}</tr></tbody>")


@register.inclusion_tag("admin/desk/list.html", takes_context=True)
def desk_list(context: Context, cl: ChangeList) -> dict[str, Any]:
    headers = list(result_headers(cl))
    return {
        "cl": cl,
        "result_headers": headers,
        "num_sorted_fields": sum(header.get("sorted", False) for header in headers),
        "rows": rows_of(cl, list(columns_of(cl, headers))),
        "has_add_permission": cl.model_admin.has_add_permission(context["request"]),
    }
