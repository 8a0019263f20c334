"""Rows that every act writes, without what the ORM does to say the same SQL again.

For records that are plain rows of one table: no parents, no signals, no conflicts, and no
field that makes its value when it is saved. Measured: docs/measurements.md.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

import orjson
from django.db import DatabaseError, connection
from django.db.models import Field, Model
from django.db.models.expressions import RawSQL
from django.db.models.fields.files import FieldFile

M = TypeVar("M", bound=Model)


def insert(records: Iterable[M]) -> list[M]:
    """Write new records in one statement; they get the keys the database gives them."""
    records = list(records)
    if not records:
        return []
    keys = insert_values(type(records[0]), _values(records))
    for record, pk in zip(records, keys, strict=True):
        record.pk, record._state.adding, record._state.db = pk, False, connection.alias
    return records


def insert_missing(records: Iterable[Model]) -> None:
    """The same, past those that are there already; nobody asks for their keys."""
    records = list(records)
    if records:
        _insert(type(records[0]), _values(records), "ON CONFLICT DO NOTHING RETURNING NULL")


def insert_values(model: type[Model], rows: Sequence[Mapping]) -> list:
    """Rows of which nobody needs a record, each by its columns; the keys they have got.

    All name the same columns; any other one is null, or what the database makes it.
    """
    return _insert(model, rows, f'RETURNING "{model._meta.pk.column}"')


def _values(records: Sequence[Model]) -> list[dict]:
    columns, given = _columns(type(records[0]))
    return [dict(zip(columns, given(record), strict=True)) for record in records]


def field_of(model: type[Model], name: str) -> Field:
    """A field that the model has itself; TypeError for a relation that another one holds."""
    field = model._meta.get_field(name)
    if not isinstance(field, Field):
        raise TypeError(f"{name} is no column of {model.__name__}.")
    return field


@cache
def _columns(model: type[Model]) -> tuple[list[str], Callable]:
    """What is given of each record; not the key that the database gives."""
    meta = model._meta
    fields = [field for field in meta.local_concrete_fields if field is not meta.auto_field]
    for field in fields:
        if field.generated or field.has_db_default() or getattr(field, "auto_now_add", False):
            raise TypeError(f"The value of {field} is made when it is saved.")
    names = [field.attname for field in fields]
    return [field.column for field in fields if field.column], attrgetter(*names)


def _insert(model: type[Model], rows: Sequence[Mapping], ending: str) -> list:
    """All rows as one parameter: to quote each value takes longer than to write it."""
    if not rows:
        return []
    table, columns = f'"{model._meta.db_table}"', ", ".join(f'"{name}"' for name in rows[0])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns})"
            f" SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s) {ending}",
            [as_json(rows)],
        )
        return [answer for (answer,) in cursor.fetchall()]


def key_array(keys: Iterable[UUID | int | str]) -> RawSQL | list:
    """For `filter(item__in=key_array(keys))`: hundreds of keys as one parameter. Texts are those of
    keys, without commas and quotes.

    Of none Django asks nothing.
    """
    keys = list(keys)
    if not keys:
        return []
    kind = {int: "bigint", str: "text"}.get(type(keys[0]), "uuid")
    return RawSQL(f"SELECT unnest(%s::{kind}[])", [f"{{{','.join(map(str, keys))}}}"])


def as_json(rows: Sequence) -> str:
    """For json_populate_recordset. Raises TypeError for what is no value of a column: a lazy
    text would be kept in the language of whoever happens to act."""
    return orjson.dumps(rows, default=_as_text).decode()


def _as_text(value: Any) -> str:
    if isinstance(value, FieldFile):
        return value.name or ""
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no value of a column")


def update(record: Model, names: Collection[str]) -> None:
    """Write these columns of a record that is there."""
    if not names:
        return
    meta = record._meta
    fields = [field_of(type(record), name) for name in names]
    assigned = ", ".join(f'"{field.column}" = %s' for field in fields)
    values = [_stored(field, record) for field in fields]
    with connection.cursor() as cursor:
        statement = f'UPDATE "{meta.db_table}" SET {assigned} WHERE "{meta.pk.column}" = %s'
        cursor.execute(statement, [*values, record.pk])
        if cursor.rowcount != 1:
            raise DatabaseError("The row to be updated is not there.")


def set_each(model: type[Model], name: str, values: Mapping) -> None:
    """Write one column of many records, by their keys, in one statement."""
    meta = model._meta
    rows = [{"key": key, "value": value} for key, value in values.items()]
    field = field_of(model, name)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{meta.db_table}" SET "{field.column}" = new.value'
            f" FROM json_to_recordset(%s)"
            f" AS new (key {meta.pk.rel_db_type(connection)}, value {field.db_type(connection)})"
            f' WHERE "{meta.pk.column}" = new.key',
            [as_json(rows)],
        )


def _stored(field: Field, record: Model) -> Any:
    return field.get_db_prep_save(field.pre_save(record, add=False), connection)
