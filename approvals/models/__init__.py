"""The catalogue, the items under way, their history and whose court they are in."""

from approvals.models.certificates import (
    Certificate,
    ExpiryStage,
)
from approvals.models.commitments import (
    OWED,
    Commitment,
    CommitmentStage,
    CommitmentState,
    near_until,
)
from approvals.models.heads import HistoryHead
from approvals.models.history import (
    AskedMaterial,
    ClockSpan,
    CorrectionRequest,
    CorrectionStage,
    ItemEvent,
    TsTzRange,
)
from approvals.models.items import (
    ApprovalItem,
    ApprovalItemQuerySet,
)
from approvals.models.joint import (
    BEFORE_LAND,
    UNDECIDED,
    BundledType,
    Fact,
    FactChange,
    JointBundle,
    JointCase,
    PreOpinion,
)
from approvals.models.papers import (
    ItemPaper,
    ProjectPaper,
)
from approvals.models.procedures import (
    Card,
    Consultation,
    Extension,
    SiteVisit,
    Suspension,
)
from approvals.models.reminders import (
    Reminder,
    Rung,
)
from approvals.models.states import (
    CLOCKS,
    DECIDED,
    ENDED,
    HOLDERS,
    MET,
    OPEN,
    OVER,
    TRANSITIONS,
    Clock,
    Ground,
    Holder,
    Lamp,
    S,
    Status,
)
from approvals.models.types import (
    ApprovalType,
    MaterialRequirement,
    Stage,
    Start,
)

__all__ = [
    "BEFORE_LAND",
    "CLOCKS",
    "DECIDED",
    "ENDED",
    "HOLDERS",
    "MET",
    "OPEN",
    "OVER",
    "OWED",
    "TRANSITIONS",
    "UNDECIDED",
    "ApprovalItem",
    "ApprovalItemQuerySet",
    "ApprovalType",
    "AskedMaterial",
    "BundledType",
    "Card",
    "Certificate",
    "Clock",
    "ClockSpan",
    "Commitment",
    "CommitmentStage",
    "CommitmentState",
    "Consultation",
    "CorrectionRequest",
    "CorrectionStage",
    "ExpiryStage",
    "Extension",
    "Fact",
    "FactChange",
    "Ground",
    "HistoryHead",
    "Holder",
    "ItemEvent",
    "ItemPaper",
    "JointBundle",
    "JointCase",
    "Lamp",
    "MaterialRequirement",
    "PreOpinion",
    "ProjectPaper",
    "Reminder",
    "Rung",
    "S",
    "SiteVisit",
    "Stage",
    "Start",
    "Status",
    "Suspension",
    "TsTzRange",
    "near_until",
]
