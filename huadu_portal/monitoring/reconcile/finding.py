"""What `manage.py reconcile` has to say of a row."""

from dataclasses import dataclass

from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Finding:
    """An invariant that does not hold: which, of which rows, and how."""

    # As docs/quality.md numbers them: I1, I3 …
    rule: str
    table: str
    # Primary keys, or the file's name where there is no row.
    rows: tuple[str, ...]
    sentence: str

    def __str__(self):
        return f"{self.rule} {self.table} {', '.join(self.rows)}: {self.sentence}"


def of(rule: str, row: Model, sentence: str) -> Finding:
    return Finding(rule, row._meta.db_table, (str(row.pk),), sentence)
