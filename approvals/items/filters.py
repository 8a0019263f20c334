"""What several lists can be narrowed by."""

from uuid import UUID

from django_filters import rest_framework as filters


class DepartmentFilter(filters.CharFilter):
    def __init__(self, **options):
        super().__init__(label="Its id or code.", **options)

    def filter(self, rows, value):
        if not value:
            return rows
        try:
            return rows.filter(**{self.field_name: UUID(value)})
        except ValueError:
            return rows.filter(**{f"{self.field_name}__code": value})


def only(rows, those, value):
    """Those of the rows, or all the others."""
    return those if value else rows.exclude(pk__in=those.values("pk"))
