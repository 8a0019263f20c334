"""The colour of a choice belongs to the choice: one table per choice class.

Tones are neutral, blue, green, yellow, red, deep-red and purple (static/css/portal.css).
"""

from django.db.models import Choices
from django.utils.translation import gettext_lazy as _

from approvals.catalogue.readiness import PointKind
from approvals.items.readiness import PointState
from approvals.models import (
    CardLevel,
    Clock,
    CommitmentState,
    ExpiryStage,
    Holder,
    JointCase,
    Lamp,
    Status,
)
from approvals.supervision.operations.outlook import RungState
from approvals.vault.needs import Standing
from huadu_portal.notifications.models import Delivery
from projects.choices import Grade
from projects.models import ApplicationStatus, DocumentSource, Membership, Phase, Scan, Validity

A, S = ApplicationStatus, Status

TONES: dict[type[Choices], dict[str, str]] = {
    CardLevel: {
        CardLevel.WARNING: "blue",
        CardLevel.YELLOW: "yellow",
        CardLevel.RED: "red",
        CardLevel.SUPERVISION: "deep-red",
    },
    RungState: {
        RungState.TOLD: "green",
        RungState.SUPERSEDED: "neutral",
        RungState.DUE: "yellow",
        RungState.AHEAD: "blue",
        RungState.SKIPPED: "neutral",
    },
    ApplicationStatus: {
        A.DRAFT: "neutral",
        A.SUBMITTED: "blue",
        A.RETURNED: "yellow",
        A.ACCEPTED: "green",
        A.DECLINED: "red",
        A.WITHDRAWN: "neutral",
    },
    Status: {
        S.PLANNED: "neutral",
        S.READY: "purple",
        S.SUBMITTED: "blue",
        S.CORRECTING: "yellow",
        S.PRE_REVIEW: "blue",
        S.PRE_APPROVED: "purple",
        S.ACCEPTED: "blue",
        S.SUSPENDED: "yellow",
        S.GRANTED: "green",
        S.REFUSED: "red",
        S.DELIVERED: "green",
        S.DECLINED: "red",
        S.WITHDRAWN: "neutral",
        S.NOT_APPLICABLE: "neutral",
    },
    Lamp: {
        Lamp.NONE: "neutral",
        Lamp.GREEN: "green",
        Lamp.YELLOW: "yellow",
        Lamp.RED: "red",
        Lamp.DEEP_RED: "deep-red",
    },
    ExpiryStage: {
        ExpiryStage.NONE: "green",
        ExpiryStage.SOON: "yellow",
        ExpiryStage.RENEWAL: "yellow",
        ExpiryStage.EXPIRED: "red",
    },
    CommitmentState: {
        CommitmentState.OPEN: "blue",
        CommitmentState.MISSED: "red",
        CommitmentState.KEPT: "green",
        CommitmentState.KEPT_LATE: "yellow",
        CommitmentState.LAPSED: "neutral",
    },
    PointKind: {PointKind.LAW: "red", PointKind.PRACTICE: "yellow"},
    PointState: {
        PointState.MET: "green",
        PointState.LATE: "red",
        PointState.UNDER_WAY: "blue",
        PointState.TO_HAND_IN: "purple",
        PointState.NOT_BEGUN: "neutral",
        PointState.NOT_PLANNED: "neutral",
        PointState.NOT_APPLICABLE: "neutral",
    },
    Holder: {
        Holder.ENTERPRISE: "purple",
        Holder.DEPARTMENT: "blue",
        Holder.CENTRE: "blue",
        Holder.STOPPED: "yellow",
    },
    JointCase.Stage: {
        JointCase.Stage.PRE_REVIEW: "purple",
        JointCase.Stage.FORMAL: "blue",
        JointCase.Stage.ISSUED: "green",
        JointCase.Stage.ENDED: "neutral",
    },
    Clock: {
        Clock.PENDING: "neutral",
        Clock.RUNNING: "blue",
        Clock.STOPPED: "yellow",
        Clock.ENDED: "neutral",
    },
    Phase: {
        Phase.LEAD: "neutral",
        Phase.NEGOTIATING: "neutral",
        Phase.SIGNED: "purple",
        Phase.LANDED: "purple",
        Phase.PREPARING: "blue",
        Phase.STARTED: "blue",
        Phase.BUILDING: "blue",
        Phase.COMPLETED: "green",
        Phase.PRODUCING: "green",
        Phase.FULL_OUTPUT: "green",
        Phase.PAUSED: "yellow",
        Phase.ENDED: "neutral",
    },
    Grade: {Grade.MAJOR: "red", Grade.KEY: "yellow", Grade.GENERAL: "neutral"},
    Membership.State: {
        Membership.State.ASKED: "yellow",
        Membership.State.ACTIVE: "green",
        Membership.State.REFUSED: "red",
    },
    Membership.Role: {Membership.Role.OWNER: "blue", Membership.Role.FILER: "neutral"},
    Standing: {
        Standing.HANDED_IN: "green",
        Standing.HELD: "green",
        Standing.AWAITED: "blue",
        Standing.EXPIRING: "yellow",
        Standing.EXPIRED: "red",
        Standing.REFUSED: "red",
        Standing.MISSING: "red",
    },
    Validity: {
        Validity.UNLIMITED: "neutral",
        Validity.LATER: "green",
        Validity.IN_90: "yellow",
        Validity.IN_30: "yellow",
        Validity.EXPIRED: "red",
    },
    Scan: {
        Scan.UNSCANNED: "yellow",
        Scan.CLEAN: "green",
        Scan.INFECTED: "red",
        Scan.TOO_LARGE: "yellow",
    },
    DocumentSource: {
        DocumentSource.VAULT: "neutral",
        DocumentSource.APPLICATION: "neutral",
        DocumentSource.ITEM: "neutral",
        DocumentSource.DELIVERED: "blue",
        DocumentSource.SHARED: "purple",
    },
    Delivery.State: {
        Delivery.State.COLLECTED: "neutral",
        Delivery.State.PENDING: "neutral",
        Delivery.State.LEASED: "blue",
        Delivery.State.SENT: "green",
        Delivery.State.UNSENT: "yellow",
        Delivery.State.DELIVERED: "green",
        Delivery.State.SEEN: "neutral",
        Delivery.State.DEAD: "red",
    },
}
# A model's field forgets the class of its choices and keeps their values.
_BY_VALUES = {tuple(choices.values): tones for choices, tones in TONES.items()}

# What a lamp says besides its colour: each has a shape and words of its own.
LAMPS = {
    Lamp.NONE: {"tone": "neutral", "icon": "circle-minus", "label": _("not running")},
    Lamp.GREEN: {"tone": "green", "icon": "circle-check", "label": _("on schedule")},
    Lamp.YELLOW: {"tone": "yellow", "icon": "clock", "label": _("due soon")},
    Lamp.RED: {"tone": "red", "icon": "alert-triangle", "label": _("past the promise")},
    Lamp.DEEP_RED: {
        "tone": "deep-red",
        "icon": "alert-octagon",
        "label": _("past the statutory limit"),
    },
}


def tone_of(choice: Choices) -> str:
    return TONES.get(type(choice), {}).get(choice, "neutral")


def tone_of_value(value: str, choices) -> str:
    """The tone of a stored value, given the choices of its field."""
    values = tuple(value for value, _label in choices or ())
    return _BY_VALUES.get(values, {}).get(value, "neutral")
