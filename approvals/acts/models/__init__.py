"""What happens beside an item's plain course: corrections, stops, extensions, visits,
consultations, and commitments of firms; what staff note, and the reasons they use again."""

from approvals.acts.models.commitments import OPEN_COMMITMENT, Commitment, CommitmentState
from approvals.acts.models.consultations import Consultation
from approvals.acts.models.corrections import (
    CORRECTION_PATIENCE,
    POINTS,
    AskedMaterial,
    CorrectionRequest,
    Point,
    PointAnswer,
)
from approvals.acts.models.internal_notes import InternalNote
from approvals.acts.models.reason_templates import ReasonTemplate
from approvals.acts.models.review import Extension, SiteVisit, Suspension

__all__ = [
    "CORRECTION_PATIENCE",
    "OPEN_COMMITMENT",
    "POINTS",
    "AskedMaterial",
    "Commitment",
    "CommitmentState",
    "Consultation",
    "CorrectionRequest",
    "Extension",
    "InternalNote",
    "Point",
    "PointAnswer",
    "ReasonTemplate",
    "SiteVisit",
    "Suspension",
]
