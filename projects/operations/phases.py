"""A project's way from one phase to the next."""

from datetime import date, datetime

from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from projects.models import Phase, PhaseChange, Project
from projects.operations.halts import halt_of


def move_phase(
    project: Project,
    phase: Phase,
    *,
    by: User | None,
    at: datetime,
    on: date | None = None,
    note: str = "",
) -> Project:
    """Record that the project has reached a phase; the caller holds its lock.

    While it is paused or has ended it stays so, and would go on from the phase that it reached.
    """
    halt = halt_of(project)
    PhaseChange.objects.create(
        project=project,
        at=at,
        by=by,
        from_phase=halt.phase_before if halt else project.phase,
        to_phase=phase,
        on=on or civil_day(at),
        note=note,
    )
    if halt:
        halt.phase_before = phase
        halt.save(update_fields=["phase_before"])
    else:
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
