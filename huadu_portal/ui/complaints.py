"""What is said of a field that is filled in wrong: a sentence that names it and says what to do.

Django's own sentences (“This field is required.”) do neither. Those that a field or form says in its own words
stay as they are.
"""

from collections.abc import Iterator

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

CHOICES = (forms.ChoiceField, forms.ModelChoiceField)
NUMBERS = (forms.IntegerField, forms.DecimalField, forms.FloatField)
DAYS = (forms.DateField, forms.DateTimeField)
# Whose sentences are replaced.
STOCK = (
    forms.Field,
    *CHOICES,
    *NUMBERS,
    *DAYS,
    forms.FileField,
    forms.ModelMultipleChoiceField,
)
TOO_MUCH: dict[str, str | LazyText] = {
    "max_value": _("“%(label)s”: please enter at most %(limit)s."),
    "min_value": _("“%(label)s”: please enter at least %(limit)s."),
    "max_length": _("“%(label)s”: please write at most %(limit)s characters."),
    "max_digits": _("“%(label)s”: please enter at most %(limit)s digits."),
    "max_decimal_places": _("“%(label)s”: please enter at most %(limit)s decimal places."),
    "max_whole_digits": _(
        "“%(label)s”: please enter at most %(limit)s digits before the point."
    ),
}


def complaints(field: BoundField) -> list[str]:
    """Each sentence once, in the order of the form."""
    said = [sentence for error in field.errors.as_data() for sentence in _said(field, error)]
    return list(dict.fromkeys(said))


def is_only_empty(field: BoundField) -> bool:
    """Whether nothing is wrong with it but that it has still to be filled in."""
    return bool(field.errors) and all(
        error.code == "required" for error in field.errors.as_data()
    )


def _said(field: BoundField, error: ValidationError) -> Iterator[str]:
    sentence = _ours(field, error)
    if sentence is None:
        yield from (str(message) for message in error)
        return
    params = error.params or {}
    limit = params.get("limit_value", params.get("max", ""))
    yield str(sentence) % {"label": field.label, "limit": limit}


def _ours(field: BoundField, error: ValidationError) -> str | LazyText | None:
    if error.code in TOO_MUCH:
        return TOO_MUCH[error.code]
    if not _is_stock(error):
        return None
    if error.code == "required":
        return _to_fill_in(field.field)
    if error.code == "invalid" and isinstance(field.field, NUMBERS):
        return _("“%(label)s”: please enter digits, such as 8000.")
    if error.code == "invalid" and isinstance(field.field, DAYS):
        return _("“%(label)s”: please enter a date, such as 2026-03-05.")
    if error.code in {"invalid_choice", "invalid_list", "invalid_pk_value"}:
        return _("“%(label)s”: please choose one of what is offered.")
    return None


def _to_fill_in(field: forms.Field) -> str | LazyText:
    if isinstance(field, forms.BooleanField):
        return _("Please tick “%(label)s”.")
    if isinstance(field, forms.FileField):
        return _("Please add a file for “%(label)s”.")
    if isinstance(field, (*CHOICES, *DAYS)):
        return _("Please choose “%(label)s”.")
    return _("Please fill in “%(label)s”.")


def _is_stock(error: ValidationError) -> bool:
    stock = (field.default_error_messages.get(error.code or "") for field in STOCK)
    return any(message is not None and error.message == message for message in stock)
