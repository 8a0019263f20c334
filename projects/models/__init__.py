"""Who invests, what they apply for, and the project that comes of it."""

from projects.models.applications import (
    APPLICATION_TRANSITIONS,
    EDITABLE,
    A,
    Application,
    ApplicationEvent,
    ApplicationQuerySet,
    ApplicationStatus,
)
from projects.models.description import (
    KEY_FROM_WAN,
    MAJOR_FROM_WAN,
    Described,
    Platform,
)
from projects.models.documents import (
    OF_THE_FIRM,
    Document,
    DocumentQuerySet,
    DocumentSource,
    MaterialKind,
    MaterialScope,
    Scan,
    Validity,
    ValidityChange,
)
from projects.models.enterprises import (
    Enterprise,
    EnterpriseQuerySet,
    Membership,
    MembershipQuerySet,
)
from projects.models.fields import (
    person_field,
    wan_field,
)
from projects.models.previews import PREVIEWABLE, Preview
from projects.models.projects import (
    ACTIVE_PHASES,
    Phase,
    PhaseChange,
    Project,
    ProjectQuerySet,
)

__all__ = [
    "ACTIVE_PHASES",
    "APPLICATION_TRANSITIONS",
    "EDITABLE",
    "KEY_FROM_WAN",
    "MAJOR_FROM_WAN",
    "OF_THE_FIRM",
    "PREVIEWABLE",
    "A",
    "Application",
    "ApplicationEvent",
    "ApplicationQuerySet",
    "ApplicationStatus",
    "Described",
    "Document",
    "DocumentQuerySet",
    "DocumentSource",
    "Enterprise",
    "EnterpriseQuerySet",
    "MaterialKind",
    "MaterialScope",
    "Membership",
    "MembershipQuerySet",
    "Phase",
    "PhaseChange",
    "Platform",
    "Preview",
    "Project",
    "ProjectQuerySet",
    "Scan",
    "Validity",
    "ValidityChange",
    "person_field",
    "wan_field",
]
