"""What the fields of a form offer, where that depends on who fills it in, or on what it is about."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.forms import BaseForm, ChoiceField, ModelChoiceField
from django.utils.choices import flatten_choices, normalize_choices
from django.utils.functional import Promise as LazyText


def offer_rows(form: BaseForm, name: str, rows: QuerySet) -> None:
    """The field chooses among these rows, in their order."""
    field = form.fields[name]
    assert isinstance(field, ModelChoiceField)
    field.queryset = rows


def offer_choices(
    form: BaseForm, name: str, choices: Iterable[tuple[str | int, str | int | LazyText]]
) -> None:
    """The field chooses among these values, each with its label."""
    field = form.fields[name]
    assert isinstance(field, ChoiceField)
    field.choices = list(choices)


def choices_of(field: ChoiceField) -> list[tuple[Any, Any]]:
    """Its values, each with its label, whichever way they were given; groups are taken apart."""
    return list(flatten_choices(normalize_choices(field.choices)))
