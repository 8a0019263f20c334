"""The catalogue, the items, what happens beside their course, and joint cases."""

from approvals.api.items import (
    ApprovalItemViewSet,
    ApprovalTypeViewSet,
    DocumentViewSet,
    listed_items,
)
from approvals.api.joint import JointBundleViewSet, JointCaseViewSet
from approvals.api.procedures import CommitmentViewSet, ConsultationViewSet
from approvals.api.supervision import CardViewSet, HelpRequestViewSet, SupervisionOrderViewSet

__all__ = [
    "ApprovalItemViewSet",
    "ApprovalTypeViewSet",
    "CardViewSet",
    "CommitmentViewSet",
    "ConsultationViewSet",
    "DocumentViewSet",
    "HelpRequestViewSet",
    "JointBundleViewSet",
    "JointCaseViewSet",
    "SupervisionOrderViewSet",
    "listed_items",
]
