"""What the API says of the catalogue and of the items."""

from approvals.serializers.items import (
    LISTED_COLUMNS,
    ApprovalTypeSerializer,
    ClockSpanSerializer,
    CommitmentSerializer,
    ConsultationSerializer,
    CourtSerializer,
    ItemEventSerializer,
    ItemPaperSerializer,
    ItemSerializer,
    PersonSerializer,
    ProjectNameSerializer,
    RequirementSerializer,
    TypeNameSerializer,
)
from approvals.serializers.materials import (
    ForItemSerializer,
    KindNeedSerializer,
    NeedSerializer,
    PointSerializer,
    ReadinessSerializer,
)
from approvals.serializers.supervision import (
    CardSerializer,
    HelpRequestSerializer,
    ItemRemindersSerializer,
    OrderSerializer,
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
