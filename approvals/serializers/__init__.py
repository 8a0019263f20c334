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

__all__ = [
    "LISTED_COLUMNS",
    "ApprovalTypeSerializer",
    "ClockSpanSerializer",
    "CommitmentSerializer",
    "ConsultationSerializer",
    "CourtSerializer",
    "ForItemSerializer",
    "ItemEventSerializer",
    "ItemPaperSerializer",
    "ItemSerializer",
    "KindNeedSerializer",
    "NeedSerializer",
    "PersonSerializer",
    "PointSerializer",
    "ProjectNameSerializer",
    "ReadinessSerializer",
    "RequirementSerializer",
    "TypeNameSerializer",
]
