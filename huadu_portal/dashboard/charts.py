"""The figures as the charts read them: names, numbers and where a click leads."""

from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language

from huadu_portal.dashboard.departments import DepartmentRow
from huadu_portal.dashboard.scope import Scope
from huadu_portal.dashboard.summary import PlaceRow, Summary

# Shades of the town map, by investment.
SHADES = 4


def charts(summary: Summary, scope: Scope) -> dict[str, list[dict]]:
    return {
        "phases": [
            {
                "name": str(row.phase.label),
                "value": row.total.count,
                "url": rows_url(scope, of="projects", phase=row.phase.value),
            }
            for row in summary.phases
            if row.total.count
        ],
        "lamps": [
            {
                "name": str(lamp.meaning),
                "color": lamp.color,
                "value": count,
                "url": rows_url(scope, of="items", lamp=lamp.value),
            }
            for lamp, count in summary.lamps.items()
        ],
        "departments": [department(row, scope) for row in summary.departments if row.open],
        "industries": [
            {
                "name": str(row.place.label),
                "value": float(row.all.investment_yi),
                "url": rows_url(scope, of="projects", industry=row.place.value),
            }
            for row in sorted(summary.industries, key=lambda r: r.all.investment_wan)
            if row.all.count
        ],
    }


def department(row: DepartmentRow, scope: Scope) -> dict:
    calm = row.open - row.yellow - row.overdue
    return {
        "name": short_name(row),
        "calm": calm,
        "yellow": row.yellow,
        "red": row.red,
        "deep_red": row.deep_red,
        "url": rows_url(scope, of="in_hand", department=row.code),
    }


def short_name(row: DepartmentRow) -> str:
    return row.name_en if get_language() == "en" else row.short_name


def rows_url(scope: Scope, **wanted: str) -> str:
    narrowed = {
        "year": scope.year,
        "town": scope.town,
        "industry": scope.industry,
        "platform": scope.platform,
    }
    query = {name: value for name, value in (narrowed | wanted).items() if value}
    return f"{reverse('dashboard:rows')}?{urlencode(query)}"


def shaded(rows: list[PlaceRow]) -> list[tuple[PlaceRow, int]]:
    """Each town with its shade: 0 without a project, else by its share of the largest."""
    most = max((row.all.investment_wan for row in rows), default=Decimal(0))
    return [(row, _shade(row, most)) for row in rows]


def _shade(row: PlaceRow, most: Decimal) -> int:
    if not row.all.count or not most:
        return 0
    return max(1, -int(-SHADES * row.all.investment_wan // most))
