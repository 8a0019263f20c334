"""What the API says of the catalogue and of the items."""

from approvals.serializers.items import (
    LISTED_COLUMNS,
    ClockSpanSerializer,
    CourtSerializer,
    ItemEventSerializer,
    ItemSerializer,
    PersonSerializer,
    ProjectNameSerializer,
)
from approvals.serializers.materials import (
    ForItemSerializer,
    KindNeedSerializer,
    NeedSerializer,
)
from approvals.serializers.papers import ItemPaperSerializer
from approvals.serializers.procedures import CommitmentSerializer, ConsultationSerializer
from approvals.serializers.readiness import PointSerializer, ReadinessSerializer
from approvals.serializers.supervision import (
    CardSerializer,
    HelpRequestSerializer,
    ItemRemindersSerializer,
    OrderSerializer,
)
from approvals.serializers.types import (
    ApprovalTypeSerializer,
    RequirementSerializer,
    TypeNameSerializer,
)

__all__ = [
    "LISTED_COLUMNS",
    "ApprovalTypeSerializer",
    "CardSerializer",
    "ClockSpanSerializer",
    "CommitmentSerializer",
    "ConsultationSerializer",
    "CourtSerializer",
    "ForItemSerializer",
    "HelpRequestSerializer",
    "ItemEventSerializer",
    "ItemPaperSerializer",
    "ItemRemindersSerializer",
    "ItemSerializer",
    "KindNeedSerializer",
    "NeedSerializer",
    "OrderSerializer",
    "PersonSerializer",
    "PointSerializer",
    "ProjectNameSerializer",
    "ReadinessSerializer",
    "RequirementSerializer",
    "TypeNameSerializer",
]
