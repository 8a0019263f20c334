"""What the lists of cards, orders and requests can be narrowed by."""

from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django_filters import rest_framework as filters

from approvals.items.filters import only
from huadu_portal.clock import civil_day, now
from huadu_portal.rest.filters import YesOrNo


class DayFilter(filters.DateFilter):
    """From the beginning of a day on the district's calendar, or up to its end."""

    def __init__(self, *, moment: time, lookup_expr: str, **options: Any):
        super().__init__(lookup_expr=lookup_expr, **options)
        self.moment = moment

    def filter(self, rows, value):
        zone = timezone.get_default_timezone()
        return super().filter(rows, value and datetime.combine(value, self.moment, zone))


def since(field: str) -> DayFilter:
    return DayFilter(
        field_name=field, moment=time.min, lookup_expr="gte", label="From a day on."
    )


def until(field: str) -> DayFilter:
    return DayFilter(
        field_name=field, moment=time.max, lookup_expr="lte", label="Up to a day, it included."
    )


class OfItemFilter(filters.FilterSet):
    """Of what belongs to an item."""

    item = filters.UUIDFilter(field_name="item_id")
    project = filters.UUIDFilter(field_name="item__project_id")


class AwaitedFilter(OfItemFilter):
    """Of what has to be answered by a day."""

    unanswered = YesOrNo(field_name="answered_at", lookup_expr="isnull")
    overdue = YesOrNo(
        method="past_its_day", label="Whether it is unanswered and its day has passed."
    )

    def past_its_day(self, rows, name, value):
        return only(rows, rows.overdue(civil_day(now())), value)
