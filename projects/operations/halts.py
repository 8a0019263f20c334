"""A project is paused, ends, and goes on again; the caller holds its lock (docs/states.md)."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from projects.models import ACTIVE_PHASES, HALTED, Phase, PhaseChange, Project, ProjectHalt

# A pause is looked at again after a quarter at the latest.
REVIEWED_WITHIN = timedelta(90)


def pause_project(
    project: Project, *, by: User, at: datetime, reason: str, expected_until: date
) -> Project:
    """It stands still until a day that is expected."""
    review_on = _review_day(expected_until, civil_day(at))
    halt = ProjectHalt(
        kind=ProjectHalt.Kind.PAUSE, expected_until=expected_until, review_on=review_on
    )
    return _halt(project, halt, by=by, at=at, reason=reason)


def end_project(project: Project, *, by: User, at: datetime, reason: str) -> Project:
    """It is given up; a pause that holds ends with it."""
    running = halt_of(project)
    if running and running.kind == ProjectHalt.Kind.PAUSE:
        _finish(running, by=by, at=at)
    halt = ProjectHalt(kind=ProjectHalt.Kind.END)
    return _halt(project, halt, by=by, at=at, reason=reason, before=running)


def _halt(
    project: Project,
    halt: ProjectHalt,
    *,
    by: User,
    at: datetime,
    reason: str,
    before: ProjectHalt | None = None,
) -> Project:
    if not reason.strip():
        raise ValidationError({"reason": _("Please give a reason.")})
    halt.project, halt.reason = project, reason.strip()
    halt.phase_before = before.phase_before if before else project.phase
    halt.started_at, halt.started_by = at, by
    halt.next_rung_at = at if halt.kind == ProjectHalt.Kind.PAUSE else None
    halt.save()
    return _enter(
        project, ProjectHalt.PHASES[ProjectHalt.Kind(halt.kind)], by=by, at=at, note=halt.reason
    )


def renew_pause(
    project: Project, *, by: User, at: datetime, expected_until: date, note: str = ""
) -> Project:
    """It goes on standing still: reviewed, with another end that is expected."""
    halt = halt_of(project)
    assert halt is not None, "the rule asks for a pause"
    halt.review_on = _review_day(expected_until, civil_day(at))
    halt.expected_until = expected_until
    halt.reviews += 1
    halt.next_rung_at = at
    halt.save(update_fields=["expected_until", "review_on", "reviews", "next_rung_at"])
    text = f"{expected_until} {note}".strip()
    return _enter(project, Phase.PAUSED, by=by, at=at, note=text)


def resume_project(project: Project, *, by: User, at: datetime, note: str = "") -> Project:
    """It goes on where it was, or where approvals have brought it meanwhile."""
    halt = halt_of(project)
    assert halt is not None, "the rule asks for a pause or an end"
    _finish(halt, by=by, at=at)
    return _enter(project, Phase(halt.phase_before), by=by, at=at, note=note.strip())


def halt_of(project: Project) -> ProjectHalt | None:
    """The pause or end that holds now."""
    return project.halts.filter(ended_at=None).first() if project.is_halted else None


def _finish(halt: ProjectHalt, *, by: User, at: datetime) -> None:
    halt.ended_at, halt.ended_by, halt.next_rung_at = at, by, None
    halt.save(update_fields=["ended_at", "ended_by", "next_rung_at"])


def _enter(project: Project, phase: Phase, *, by: User, at: datetime, note: str) -> Project:
    if phase not in HALTED and _lacks_agent(project, phase):
        raise NotAllowed(_("Please assign a service agent first."), version=project.version)
    PhaseChange.objects.create(
        project=project,
        at=at,
        by=by,
        from_phase=project.phase,
        to_phase=phase,
        on=civil_day(at),
        note=note,
    )
    project.phase = phase
    project.version += 1
    project.save(update_fields=["phase", "version"])
    return project


def _lacks_agent(project: Project, phase: Phase) -> bool:
    return phase in ACTIVE_PHASES and project.agent_id is None


def _review_day(expected_until: date, today: date) -> date:
    """The expected end, and a quarter from now at the latest."""
    if expected_until <= today:
        raise ValidationError({"expected_until": _("Please enter a date after today.")})
    return min(expected_until, today + REVIEWED_WITHIN)
