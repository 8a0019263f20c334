"""What the API has of all rooms."""

from approvals.acts.api import (
    CommitmentViewSet,
    ConsultationViewSet,
    ItemDocumentViewSet,
    ItemViewSet,
    listed_items,
)
from approvals.catalogue.api import ApprovalTypeViewSet
from approvals.items.rights import ITEM_ACTS
from approvals.items.serializers import ItemSerializer
from approvals.joint.api import JointBundleViewSet, JointCaseViewSet
from approvals.supervision.api import (
    CardViewSet,
    HelpRequestViewSet,
    LadderOfItem,
    OrderProposalViewSet,
    SupervisionOrderViewSet,
)
from huadu_portal.acts.api import actions_of

__all__ = [
    "ApprovalItemViewSet",
    "ApprovalTypeViewSet",
    "CardViewSet",
    "CommitmentViewSet",
    "ConsultationViewSet",
    "HelpRequestViewSet",
    "ItemDocumentViewSet",
    "JointBundleViewSet",
    "JointCaseViewSet",
    "OrderProposalViewSet",
    "SupervisionOrderViewSet",
    "listed_items",
]


@actions_of(ITEM_ACTS, ItemSerializer)
class ApprovalItemViewSet(LadderOfItem, ItemViewSet):
    """The approval items one may know of.

    Each act answers with the item as it is then. It names the `version` that was seen; if
    the item has moved on meanwhile, or its status does not permit the act: 409.
    """
