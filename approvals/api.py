"""What the API has of all rooms."""

from approvals.acts.api import (
    CommitmentViewSet,
    ConsultationViewSet,
    DocumentViewSet,
    ItemViewSet,
    listed_items,
)
from approvals.catalogue.api import ApprovalTypeViewSet
from approvals.joint.api import JointBundleViewSet, JointCaseViewSet, PreReviewActs
from approvals.supervision.api import (
    CardViewSet,
    HelpRequestViewSet,
    PushingActs,
    SupervisionOrderViewSet,
)

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
