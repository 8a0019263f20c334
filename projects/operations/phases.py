"""A project's way from one phase to the next."""

from datetime import date, datetime

from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from projects.models import Phase, PhaseChange, Project


def move_phase(
    project: Project,
    phase: Phase,
    *,
    by: User | None,
    at: datetime,
    on: date | None = None,
    note: str = "",
) -> Project:
    """Record that the project has reached a phase; the caller holds its lock."""
    PhaseChange.objects.create(
        project=project,
        at=at,
        by=by,
        from_phase=project.phase,
        to_phase=phase,
        on=on or civil_day(at),
        note=note,
    )
    project.phase = phase
    match phase:
        case Project.Phase.STARTED:
            project.started_on = on or civil_day(at)
        case Project.Phase.COMPLETED:
            project.completed_on = on or civil_day(at)
        case Project.Phase.PRODUCING:
            project.produced_on = on or civil_day(at)
    project.save()
    return project
