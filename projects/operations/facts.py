"""Facts of a project that change after it has been taken on; the caller holds its lock."""

from decimal import Decimal

from projects.models import Project


def mark_joint(project: Project) -> None:
    """It is one of those whose certificates are handled jointly, and counted so."""
    project.is_joint_five = True
    project.save(update_fields=["is_joint_five"])


def change_area(project: Project, field: str, figure: Decimal) -> None:
    """`land_mu` in mu or `floor_area_sqm` in square metres, as they are from now on."""
    setattr(project, field, figure)
    project.save(update_fields=[field])
