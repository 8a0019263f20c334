"""Keyset pages: the next page begins after the last row of this one.

No count, no offset, the same cost on every page, and no row twice or never while others
come and go. Rows are ordered by (key, id), those without a key last in either direction.
"""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import F, Field, Func, Lookup, Model, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from huadu_portal.rows import field_of

SIGNER = signing.Signer(salt="huadu_portal.rest.pages")


@dataclass(frozen=True)
class Ordering:
    """By which field; `name` is "due_on" or "-due_on" and may follow relations."""

    model: type[Model]
    name: str

    @property
    def key(self) -> str:
        return self.name.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        return self.name.startswith("-")

    @property
    def fields(self) -> list[Field]:
        fields: list[Field] = []
        model: type[Model] | None = self.model
        for name in self.key.split("__"):
            assert model is not None, f"{self.name} goes on after a field that is no relation"
            field = model._meta.pk if name == "pk" else field_of(model, name)
            fields.append(field)
            model = field.related_model
        return fields

    @property
    def is_nullable(self) -> bool:
        return any(field.null for field in self.fields)

    def place_of(self, row: Model | dict[str, Any]) -> "Place":
        """Where a row stands; rows are records or, from `values()`, dictionaries."""
        if isinstance(row, dict):
            pk = self.model._meta.pk.name
            return Place(row[pk if self.key == "pk" else self.key], row[pk])
        value = row
        for name in self.key.split("__"):
            value = value and getattr(value, name)
        return Place(value, row.pk)

    def place(self, value: str | None, pk: str) -> "Place":
        return Place(
            None if value is None else self.fields[-1].to_python(value),
            self.model._meta.pk.to_python(pk),
        )


@dataclass(frozen=True)
class Place:
    """Between two rows: just beyond the one that has this key and this id."""

    value: Any
    pk: Any


class PageRow(Func):
    """Several expressions, compared as one: an index on all of them leads to the place."""

    function = "ROW"
    output_field = Field()


def _is_beyond(ordering: Ordering, place: Place, lookup: type[Lookup]) -> Lookup:
    """(key, id) against the place's; spelt with OR, it would read all rows of its key."""
    value = Value(place.value, output_field=ordering.fields[-1])
    pk = Value(place.pk, output_field=ordering.model._meta.pk)
    return lookup(PageRow(F(ordering.key), F("pk")), PageRow(value, pk))


def rows_beyond(
    rows: QuerySet, ordering: Ordering, place: Place | None, backwards: bool, limit: int
) -> list:
    """The next `limit` rows from `place` on, or the ones before it, nearest first."""
    key, down = ordering.key, ordering.is_descending != backwards
    sign, beyond = ("-", "lt") if down else ("", "gt")
    keyed = rows.order_by(f"{sign}{key}", f"{sign}pk")
    unkeyed = rows.none()
    if ordering.is_nullable:
        keyed = keyed.filter(**{f"{key}__isnull": False})
        unkeyed = rows.filter(**{key: None}).order_by(f"{sign}pk")
    if place is None:
        parts = [keyed, unkeyed]
    elif place.value is None:
        unkeyed = unkeyed.filter(**{f"pk__{beyond}": place.pk})
        parts = [unkeyed, keyed] if backwards else [unkeyed]
    else:
        keyed = keyed.filter(_is_beyond(ordering, place, LessThan if down else GreaterThan))
        parts = [keyed] if backwards else [keyed, unkeyed]
    found: list = []
    for part in parts:
        if len(found) < limit:
            found += part[: limit - len(found)]
    return found


class KeysetPages(BasePagination):
    """Pages in the view's `ordering`, or in one of its `ordering_fields` on request."""

    page_size, max_page_size = 50, 200

    def paginate_queryset(self, queryset, request, view=None):
        size = self._size(request)
        self.url = request.build_absolute_uri()
        self.ordering = self._ordering(request, view, queryset.model)
        place, backwards = self._read(request.query_params.get("cursor"))
        rows = rows_beyond(queryset, self.ordering, place, backwards, size + 1)
        has_more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        came_from_before = bool(rows) and place is not None and not backwards
        has_next, has_previous = (
            (bool(rows), has_more) if backwards else (has_more, came_from_before)
        )
        self.next = self._link(rows[-1], False) if has_next else None
        self.previous = self._link(rows[0], True) if has_previous else None
        return rows

    def get_paginated_response(self, data):
        return Response({"results": data, "next": self.next, "previous": self.previous})

    def get_paginated_response_schema(self, schema):
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }

    def get_schema_operation_parameters(self, view):
        size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size}
        parameters = [
            _parameter("cursor", {"type": "string"}, _("From next or previous.")),
            _parameter("page_size", size | {"default": self.page_size}, _("Rows per page.")),
        ]
        if names := _choices(view):
            schema = {"type": "string", "enum": names}
            parameters.append(_parameter("ordering", schema, _("Order of the rows.")))
        return parameters

    def _size(self, request: Request) -> int:
        text = request.query_params.get("page_size", str(self.page_size))
        # Short before it is a number: Python refuses to read thousands of digits.
        is_number = text.isascii() and text.isdecimal() and len(text) < 10
        if is_number and 0 < int(text) <= self.max_page_size:
            return int(text)
        raise ValidationError(
            {"page_size": _("From 1 to %(most)s.") % {"most": self.max_page_size}}
        )

    def _ordering(self, request: Request, view: object, model: type[Model]) -> Ordering:
        name = request.query_params.get("ordering")
        if name is None or not _choices(view):
            return Ordering(model, getattr(view, "ordering", None) or "pk")
        if name not in _choices(view):
            choices = ", ".join(_choices(view))
            raise ValidationError({"ordering": _("One of %(choices)s.") % {"choices": choices}})
        return Ordering(model, name)

    def _link(self, row: Model | dict[str, Any], backwards: bool) -> str:
        place = self.ordering.place_of(row)
        parts = [self.ordering.name, backwards, _text(place.value), str(place.pk)]
        return replace_query_param(self.url, "cursor", SIGNER.sign_object(parts))

    def _read(self, cursor: str | None) -> tuple[Place | None, bool]:
        """The place a cursor stands for; only our own, for this very ordering."""
        if not cursor:
            return None, False
        try:
            name, backwards, value, pk = SIGNER.unsign_object(cursor)
            if name != self.ordering.name:
                raise ValueError(name)
            return self.ordering.place(value, pk), backwards
        except (signing.BadSignature, ValueError, DjangoValidationError) as error:
            raise ValidationError(
                {"cursor": _("The page marker does not belong to this list.")}
            ) from error


def _choices(view: object) -> list[str]:
    """What `?ordering=` may say: each field, upwards and downwards."""
    names = getattr(view, "ordering_fields", None) or []
    return [sign + name for name in names for sign in ("", "-")]


def _parameter(name: str, schema: dict, description: LazyText) -> dict:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        "description": str(description),
    }


def _text(value: object) -> str | None:
    if value is None:
        return None
    # A moment keeps its microseconds, otherwise rows would be met twice.
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
