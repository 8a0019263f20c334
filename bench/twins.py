"""What an act of ours writes, and the same rows written by plain SQL for a twin.

Two projects are brought to the same state by the same acts. One goes on through our code;
what has changed in its rows is written again for the other in one transaction: its locks,
one statement per counter that a number was drawn from, one UPDATE per changed row, one
INSERT per table. Only that writing is timed.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction
from psycopg2.extras import Json, execute_values
from uuid_utils.compat import uuid7

from approvals.models import ApprovalItem, ItemPaper, ProjectPaper
from huadu_portal.notifications.models import Delivery, Notification
from huadu_portal.papers.models import Counter, Paper
from huadu_portal.papers.numbers import DRAW
from projects.models import Project

PROJECT, ITEM = Project._meta.db_table, ApprovalItem._meta.db_table
PAPER, ITEM_PAPER = Paper._meta.db_table, ItemPaper._meta.db_table
PROJECT_PAPER = ProjectPaper._meta.db_table
NOTIFICATION, DELIVERY = Notification._meta.db_table, Delivery._meta.db_table
OF_PROJECT = f"SELECT id FROM {ITEM} WHERE project_id = %(project)s"
TOLD = f"SELECT id FROM {NOTIFICATION} WHERE event_key LIKE ANY(%(keys)s)"

# A table's rows by primary key.
Rows = dict[Any, dict[str, Any]]


def places() -> dict[str, str]:
    """Every table that holds something of a project, and how to find it; parents first."""
    found = {PROJECT: "id = %(project)s", ITEM: "project_id = %(project)s"}
    for model in apps.get_models(include_auto_created=True):
        for column, to in _keys(model):
            if to is ApprovalItem:
                found.setdefault(model._meta.db_table, f"{column} IN ({OF_PROJECT})")
            if to is Project:
                found.setdefault(model._meta.db_table, f"{column} = %(project)s")
    paper = (
        f"id IN (SELECT paper_id FROM {ITEM_PAPER} WHERE item_id IN ({OF_PROJECT}) UNION"
        f" SELECT paper_id FROM {PROJECT_PAPER} WHERE project_id = %(project)s)"
    )
    # A paper before what says whose it is.
    found = {PAPER: paper} | found
    return found | {NOTIFICATION: f"id IN ({TOLD})", DELIVERY: f"notification_id IN ({TOLD})"}


def _keys(model):
    """Foreign keys, the item's before the project's."""
    keys = [(f.column, f.related_model) for f in model._meta.concrete_fields if f.many_to_one]
    return sorted(keys, key=lambda key: key[1] is Project)


def snapshot(project: Project | None) -> dict[str, Rows]:
    """All that is stored of a project; of none yet, nothing."""
    if project is None:
        return {table: {} for table in places()}
    items = list(project.items.values_list("pk", flat=True))
    keys = [f"%{key}%" for key in (project.pk, *items)]
    keys += [f"%{project.application_id}%"] if project.application_id else []
    keys += [f"%{case}%" for case in project.joint_cases.values_list("pk", flat=True)]
    params = {"project": project.pk, "keys": keys}
    return {table: _rows(table, where, params) for table, where in places().items()}


def _rows(table: str, where: str, params: dict) -> Rows:
    generated = {"investment_wan"}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE {where} ORDER BY id", params)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row["id"]: {k: v for k, v in row.items() if k not in generated} for row in rows}


def counters() -> dict[tuple[str, str], int]:
    """The last number of every kind and period."""
    return {(row.kind, row.period): row.last for row in Counter.objects.all()}


@dataclass
class Writing:
    """Statements that do for a twin what was done for a project."""

    # Kind, period and how many numbers.
    draws: list[tuple[str, str, int]] = field(default_factory=list)
    # The row of the project, or none, and those of the items, in the order of every act.
    locks: list[tuple[str, Any]] = field(default_factory=list)
    updates: list[tuple[str, list]] = field(default_factory=list)
    inserts: list[tuple[str, list[list]]] = field(default_factory=list)

    @transaction.atomic
    def write(self) -> None:
        with connection.cursor() as cursor:
            for table, key in self.locks:
                cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s FOR NO KEY UPDATE", [key])
            for draw in self.draws:
                cursor.execute(DRAW, draw)
            for statement, values in self.updates:
                cursor.execute(statement, values)
            for statement, rows in self.inserts:
                execute_values(cursor.cursor, statement, rows, page_size=len(rows))


class Twin:
    """Another project, in the state that the first one was in before the act."""

    def __init__(self, before: dict[str, Rows], twin: dict[str, Rows]) -> None:
        self.before, self.drawn = before, counters()
        # Rows in the order of their keys, hence of their making, stand for each other.
        self.pairs = {
            table: dict(zip(rows, twin[table], strict=True)) for table, rows in before.items()
        }
        self.keys = {
            key: other
            for pairs in self.pairs.values()
            for key, other in pairs.items()
            if isinstance(key, UUID)
        }

    def writing(self, after: dict[str, Rows]) -> Writing:
        """What brings the twin to where the project is now."""
        made = Writing()
        for place, last in counters().items():
            if count := last - self.drawn.get(place, 0):
                made.draws.append((*place, count))
        for table, rows in after.items():
            new = [row for key, row in rows.items() if key not in self.before[table]]
            self.keys |= {row["id"]: uuid7() for row in new if isinstance(row["id"], UUID)}
            if new:
                made.inserts.append(self._insert(table, new))
            for key in rows.keys() & self.before[table].keys():
                self._change(made, table, key, rows[key])
        return made

    def _insert(self, table: str, new: list[dict]) -> tuple[str, list[list]]:
        # The database numbers rows that have no key of their own.
        columns = [name for name in new[0] if name != "id" or isinstance(new[0]["id"], UUID)]
        listed = ", ".join(f'"{name}"' for name in columns)
        rows = [[self._renamed(row[name], name) for name in columns] for row in new]
        return f"INSERT INTO {table} ({listed}) VALUES %s", rows

    def _change(self, made: Writing, table: str, key, row: dict) -> None:
        was, twin = self.before[table][key], self.pairs[table][key]
        changed = [name for name in row if row[name] != was[name]]
        if not changed:
            return
        assigned = ", ".join(f'"{name}" = %s' for name in changed)
        values = [self._renamed(row[name], name) for name in changed]
        made.updates.append((f"UPDATE {table} SET {assigned} WHERE id = %s", [*values, twin]))

    def _renamed(self, value, name: str):
        """The twin's keys instead of the project's; what must not repeat, anew."""
        if isinstance(value, UUID):
            return None if name == "application_id" else self.keys.get(value, value)
        if name == "event_key":
            return f"twin:{uuid7()}"
        if name == "number" and isinstance(value, str):
            return f"{value[:7]}{uuid7().hex[-9:]}"
        return Json(value) if isinstance(value, dict | list) else value
