"""Rows that every act writes, without what the ORM does to say the same SQL again.

As `bulk_create` and `save(update_fields=…)` write them, for records that are plain rows of
one table: no parents, no signals, no conflicts. Measured: docs/measurements.md.
"""

from collections.abc import Collection, Iterable
from functools import cache
from typing import TypeVar

from django.db import DatabaseError, connection
from django.db.models import Field, Model

M = TypeVar("M", bound=Model)


def insert(records: Iterable[M]) -> list[M]:
    """Write new records in one statement; they get the keys the database gives them."""
    records = list(records)
    keys = _insert(records, "RETURNING {key}")
    for record, (pk,) in zip(records, keys, strict=True):
        record.pk, record._state.adding, record._state.db = pk, False, connection.alias
    return records


def insert_missing(records: Iterable[Model]) -> None:
    """The same, past those that are there already; nobody asks for their keys."""
    _insert(list(records), "ON CONFLICT DO NOTHING RETURNING NULL")


def _insert(records: list[Model], ending: str) -> list[tuple]:
    if not records:
        return []
    fields, into, key = _insertion(type(records[0]))
    row = f"({', '.join(['%s'] * len(fields))})"
    rows = ", ".join([row] * len(records))
    values = [_stored(field, record, True) for record in records for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {into} VALUES {rows} {ending.format(key=key)}", values)
        return cursor.fetchall()


def update(record: Model, names: Collection[str]) -> None:
    """Write these columns of a record that is there."""
    if not names:
        return
    meta = record._meta
    fields = [meta.get_field(name) for name in names]
    assigned = ", ".join(f'"{field.column}" = %s' for field in fields)
    values = [_stored(field, record, False) for field in fields]
    with connection.cursor() as cursor:
        statement = f'UPDATE "{meta.db_table}" SET {assigned} WHERE "{meta.pk.column}" = %s'
        cursor.execute(statement, [*values, record.pk])
        if cursor.rowcount != 1:
            raise DatabaseError("The row to be updated is not there.")


@cache
def _insertion(model: type[Model]) -> tuple[list[Field], str, str]:
    """What is given, where it goes, and what the database answers with."""
    meta = model._meta
    fields = [field for field in meta.local_concrete_fields if field is not meta.auto_field]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return fields, f'"{meta.db_table}" ({columns})', f'"{meta.pk.column}"'


def _stored(field: Field, record: Model, is_new: bool):
    return field.get_db_prep_save(field.pre_save(record, is_new), connection)
