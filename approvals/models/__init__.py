"""The catalogue, the items under way, their history and whose court they are in."""

from approvals.models.certificates import (
    Certificate,
    ExpiryStage,
)
from approvals.models.commitments import (
    OWED,
    Commitment,
    CommitmentState,
)
from approvals.models.corrections import AskedMaterial, CorrectionRequest
from approvals.models.heads import HistoryHead
from approvals.models.history import ClockSpan, ItemEvent, TsTzRange
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
from approvals.models.ladders import (
    AMONG_STAFF,
    OF_DEPARTMENT,
    CardLevel,
    Course,
    Hearer,
    Ladder,
    LadderRung,
    LookAgain,
    Trigger,
)
from approvals.models.packaged import PackagedType
from approvals.models.papers import (
    ItemPaper,
    ProjectPaper,
)
from approvals.models.procedures import (
    Consultation,
    Extension,
    SiteVisit,
    Suspension,
)
from approvals.models.reminders import (
    SUBJECTS,
    LadderStop,
    Reminder,
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
    Holder,
    Lamp,
    S,
    Status,
)
from approvals.models.supervision import (
    Card,
    HelpRequest,
    Nudge,
    StalledItem,
    SupervisionOrder,
)
from approvals.models.types import (
    ApprovalType,
    Ground,
    MaterialRequirement,
    Stage,
    Start,
)

__all__ = [
    "AMONG_STAFF",
    "BEFORE_LAND",
    "CLOCKS",
    "DECIDED",
    "ENDED",
    "HOLDERS",
    "MET",
    "OF_DEPARTMENT",
    "OPEN",
    "OVER",
    "OWED",
    "SUBJECTS",
    "TRANSITIONS",
    "UNDECIDED",
    "ApprovalItem",
    "ApprovalItemQuerySet",
    "ApprovalType",
    "AskedMaterial",
    "BundledType",
    "Card",
    "CardLevel",
    "Certificate",
    "Clock",
    "ClockSpan",
    "Commitment",
    "CommitmentState",
    "Consultation",
    "CorrectionRequest",
    "Course",
    "ExpiryStage",
    "Extension",
    "Fact",
    "FactChange",
    "Ground",
    "Hearer",
    "HelpRequest",
    "HistoryHead",
    "Holder",
    "ItemEvent",
    "ItemPaper",
    "JointBundle",
    "JointCase",
    "Ladder",
    "LadderRung",
    "LadderStop",
    "Lamp",
    "LookAgain",
    "MaterialRequirement",
    "Nudge",
    "PackagedType",
    "PreOpinion",
    "ProjectPaper",
    "Reminder",
    "S",
    "SiteVisit",
    "Stage",
    "StalledItem",
    "Start",
    "Status",
    "SupervisionOrder",
    "Suspension",
    "Trigger",
    "TsTzRange",
]
