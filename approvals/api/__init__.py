"""The catalogue, the items, what departments are asked, and joint cases."""

from approvals.api.items import (
    ApprovalItemViewSet,
    ApprovalTypeViewSet,
    ConsultationViewSet,
    DocumentViewSet,
    listed_items,
)
from approvals.api.joint import JointBundleViewSet, JointCaseViewSet

__all__ = [
    "ApprovalItemViewSet",
    "ApprovalTypeViewSet",
    "ConsultationViewSet",
    "DocumentViewSet",
    "JointBundleViewSet",
    "JointCaseViewSet",
    "listed_items",
]
