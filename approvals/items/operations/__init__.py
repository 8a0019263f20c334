"""The item: what can be planned, dated and recorded of it."""

from approvals.items.operations.breaches import record_all_breaches
from approvals.items.operations.heads import record_heads, recorded_on
from approvals.items.operations.planning import Exemption, plan_items, suggested_plan

__all__ = [
    "Exemption",
    "plan_items",
    "record_all_breaches",
    "record_heads",
    "recorded_on",
    "suggested_plan",
]
