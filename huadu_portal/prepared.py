"""Questions that every act asks, made into SQL once per process.

    _project = Prepared(lambda pk: Project.objects.filter(pk=pk).select_related("agent"))
    project = _project.first(item.project_id)

Making the same SQL of the same queryset again takes the ORM longer than PostgreSQL takes to
answer it (docs/measurements.md, docs/decisions/0014). The question stays a queryset, and its
rows are records as the ORM would have made them, or, of `values_list`, tuples. Only keys can
be asked with: UUIDs, which Django hands to the driver as they are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

T = TypeVar("T")


class Prepared(Generic[T]):
    """A queryset of some keys; called with keys it gives the rows."""

    def __init__(self, ask: Callable[..., QuerySet]) -> None:
        self.ask = ask

    def __call__(self, *keys: UUID) -> list[T]:
        made = self._made
        # The ORM says so when it makes the SQL, which here is once.
        if made.locks and not connection.in_atomic_block:
            raise TransactionManagementError("A row is locked inside a transaction.")
        given = dict(zip(made.stand_ins, keys, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(made.sql, [given.get(param, param) for param in made.params])
            return [made.record(row) for row in cursor.fetchall()]

    def first(self, *keys: UUID) -> T | None:
        return next(iter(self(*keys)), None)

    @cached_property
    def _made(self) -> "_Made":
        stand_ins = [uuid4() for _ in signature(self.ask).parameters]
        query = self.ask(*stand_ins).query
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        if compiler.get_converters([column for column, *_ in compiler.select]):
            raise TypeError("Rows are kept as the driver gives them; a field here is not.")
        return _Made(sql, params, stand_ins, query.select_for_update, _maker(compiler))


@dataclass(frozen=True)
class _Made:
    """What is kept. No compiler: it would keep the connection of the thread that made it."""

    sql: str
    params: tuple
    stand_ins: list[UUID]
    locks: bool
    record: Callable[[tuple], Any]


def _maker(compiler: SQLCompiler) -> Callable[[tuple], Any]:
    """From a row to a record with its relations, as ModelIterable does it."""
    if compiler.query.values_select:
        return tuple
    info = compiler.klass_info
    model, places = info["model"], info["select_fields"]
    names = [compiler.select[place][0].target.attname for place in places]
    begin, end = places[0], places[-1] + 1
    populators = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # stubs of Django 6.1

    def record(row):
        made = model.from_db(DEFAULT_DB_ALIAS, names, row[begin:end])
        for populator in populators:
            populator.populate(row, made)
        return made

    return record
