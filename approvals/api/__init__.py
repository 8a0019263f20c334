"""The catalogue, the items, what happens beside their course, and joint cases."""

from approvals.api.items import (
    ApprovalItemViewSet,
    ApprovalTypeViewSet,
    DocumentViewSet,
    listed_items,
)
from approvals.api.joint import JointBundleViewSet, JointCaseViewSet
from approvals.api.procedures import CommitmentViewSet, ConsultationViewSet

__all__ = [
    "ApprovalItemViewSet",
    "ApprovalTypeViewSet",
    "CommitmentViewSet",
    "ConsultationViewSet",
    "DocumentViewSet",
    "JointBundleViewSet",
    "JointCaseViewSet",
    "listed_items",
]
