"""Facts of a project that change after it has been taken on; the caller holds its lock."""

from datetime import datetime
from decimal import Decimal

from huadu_portal.accounts.models import User
from projects.models import Project
from projects.operations.editing import keep_edit


def mark_joint(project: Project) -> None:
    """It is one of those whose certificates are handled jointly, and counted so."""
    project.is_joint_five = True
    project.save(update_fields=["is_joint_five"])


def change_area(
    project: Project, field: str, figure: Decimal, *, by: User, at: datetime, note: str
) -> None:
    """`land_mu` in mu or `floor_area_sqm` in square metres, as they are from now on."""
    if (before := getattr(project, field)) != figure:
        setattr(project, field, figure)
        keep_edit(project, {field: (before, figure)}, by=by, at=at, note=note)
