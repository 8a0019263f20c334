"""Enterprises, their applications and their materials."""

from projects.api.applications import ApplicationViewSet
from projects.api.counter_notices import CounterNoticeViewSet
from projects.api.enterprises import EnterpriseViewSet, MembershipViewSet
from projects.api.materials import DocumentViewSet, MaterialKindViewSet

__all__ = [
    "ApplicationViewSet",
    "CounterNoticeViewSet",
    "DocumentViewSet",
    "EnterpriseViewSet",
    "MaterialKindViewSet",
    "MembershipViewSet",
]
