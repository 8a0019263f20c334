"""What is shown the same way everywhere: badges, lamps, sums, symbols.

Functions and not templates, for a page has hundreds of them; templates have them as tags
and filters of the same names (huadu_portal/ui/templatetags/portal.py), lists of the desk call them.
"""

from decimal import Decimal
from functools import cache
from typing import Any, Protocol

from django.db.models import Model
from django.templatetags.static import static
from django.utils.functional import Promise as LazyText
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huadu_portal.rows import field_of
from huadu_portal.ui.choices import ColoredInteger, ColoredText, colors_of


def badge(label: str | LazyText, color: str = "neutral") -> SafeString:
    """A few words on a colored ground (static/css/portal.css has the colors)."""
    return format_html('<span class="tag tag-{}">{}</span>', color, label)


def tag(choice: ColoredText | ColoredInteger) -> SafeString:
    """A member of a choice class, in its own color."""
    return badge(choice.label, getattr(choice, "color", "neutral"))


def tag_of(thing: Model, field: str) -> SafeString:
    """What a model's field says, in the color of its choice; in other words where the thing has
    some (`status_words` of a field `status`)."""
    value = getattr(thing, field)
    label, color = _badges_of(type(thing), field).get(value, (value, "neutral"))
    return badge(getattr(thing, f"{field}_words", None) or label, color)


@cache
def _badges_of(model: type[Model], field: str) -> dict[Any, tuple[Any, str]]:
    """Label and color of each value of a field. Kept: get_status_display() makes a new table
    of all of them for each of a list's rows."""
    choices = field_of(model, field).flatchoices
    colors = colors_of(tuple(value for value, _label in choices))
    return {value: (label, colors.get(value, "neutral")) for value, label in choices}


class ShownLamp(Protocol):
    """A lamp as `approvals` has it."""

    color: str

    @property
    def icon(self) -> str: ...

    @property
    def meaning(self) -> str | LazyText: ...


def lamp(shown: ShownLamp) -> SafeString:
    """The lamp of an approval item: shape, color and words together."""
    return format_html(
        '<span class="lamp lamp-{}">{}<span>{}</span></span>',
        shown.color,
        icon(shown.icon),
        shown.meaning,
    )


def provisional() -> SafeString:
    """Beside a date that rests on a year whose working days are not published yet."""
    why = _("The working days of that year have not been published yet; the date may change.")
    return format_html(
        '<span class="tag tag-yellow provisional" title="{}">{}'
        '<span class="visually-hidden">. {}</span></span>',
        why,
        _("provisional"),
        why,
    )


def money(sum_wan: Decimal | int | None) -> SafeString:
    """A sum in 万元, shown in 亿元 with the exact figure in its title for the mouse and for print."""
    return format_html('<span class="money" title="{}">{}</span>', wan(sum_wan), yi(sum_wan))


def yi(sum_wan: Decimal | int | None) -> str:
    """13200 万元 → "1.32 亿元"; in English, which has no 亿, millions."""
    if sum_wan is None:
        return "–"
    if get_language() == "en":
        millions = Decimal(sum_wan) / 100
        return f"CNY {figure(millions)} million"
    return _("%(sum)s hundred million yuan") % {"sum": _grouped(Decimal(sum_wan) / 10_000, 2)}


def wan(sum_wan: Decimal | int | None) -> str:
    """13200 万元 → "13,200.00 万元"; in English, which has no 万, yuan."""
    if sum_wan is None:
        return "–"
    if get_language() == "en":
        return f"CNY {_grouped(Decimal(sum_wan) * 10_000, 0)}"
    return _("%(sum)s ten thousand yuan") % {"sum": _grouped(Decimal(sum_wan), 2)}


def figure(number: Decimal | int) -> str:
    """12000.5 → "12,000.50", 12000 → "12,000"."""
    return _grouped(Decimal(number), 0 if number % 1 == 0 else 2)


def bracketed(text: str) -> str:
    """In the brackets of the language, with the space that English has before them."""
    return f" ({text})" if get_language() == "en" else f"（{text}）"


def _grouped(number: Decimal, places: int) -> str:
    # Not number_format: Django's zh_Hans groups by four digits, official figures by three.
    return f"{number:,.{places}f}"


def icon(name: str, label: str = "") -> SafeString:
    """A symbol of static/img/icons.svg; with a label it is read out, else decoration."""
    said = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else format_html('aria-hidden="{}"', "true")
    )
    return format_html(
        '<svg class="icon" {} focusable="false"><use href="{}#{}"></use></svg>',
        said,
        _sprite(),
        name,
    )


@cache
def _sprite() -> str:
    """Kept: a list has a symbol in each row, and the name of the file is put together anew."""
    return static("img/icons.svg")
