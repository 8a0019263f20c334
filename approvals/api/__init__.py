"""The catalogue, the items, what happens beside their course, and joint cases."""

from approvals.api.documents import DocumentViewSet
from approvals.api.items import ItemViewSet, listed_items
from approvals.api.joint import JointBundleViewSet, JointCaseViewSet, PreReviewActs
from approvals.api.procedures import CommitmentViewSet, ConsultationViewSet
from approvals.api.supervision import (
    CardViewSet,
    HelpRequestViewSet,
    PushingActs,
    SupervisionOrderViewSet,
)
from approvals.api.types import ApprovalTypeViewSet

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


class ApprovalItemViewSet(PreReviewActs, PushingActs, ItemViewSet):
    """The approval items one may know of.

    Each act answers with the item as it is then. It names the `version` that was seen; if
    the item has moved on meanwhile, or its status does not permit the act: 409.
    """
