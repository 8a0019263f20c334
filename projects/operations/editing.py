"""What is known of a project is put right after it has been taken on; the caller holds its lock."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from huadu_portal.accounts.models import User
from huadu_portal.rows import field_of
from projects.models import EDITED_BY, Project, ProjectEdit

# The field beside which it is said that two do not go together.
BESIDE = {
    "project_completes_after_start": "completes_on",
    "project_produces_after_completion": "produces_on",
    "project_money_not_negative": "fixed_assets_wan",
}


def may_edit_fact(user: User, project: Project, name: str) -> bool:
    """By their right to the field; of agents the one of the project alone."""
    is_others = user.role == User.Role.AGENT and project.agent_id != user.pk
    return user.has_perm(EDITED_BY[name]) and not is_others


def editable_by(user: User, project: Project) -> list[str]:
    """The fields that the person may edit, in the order in which they are shown."""
    return [name for name in EDITED_BY if may_edit_fact(user, project, name)]


def edit_project(
    project: Project, *, by: User, at: datetime, changes: Mapping[str, Any], note: str = ""
) -> Project:
    """Write these values, and old and new ones in the project's history.

    Raises PermissionDenied for a field that is not theirs, ValidationError by field, or when
    nothing differs.
    """
    if not set(changes) <= set(editable_by(by, project)):
        raise PermissionDenied
    if (chief := changes.get("chief_officer")) is not None:
        _check_chief(chief)
    found = {
        name: (getattr(project, name), _as_kept(name, value)) for name, value in changes.items()
    }
    changed = {name: (old, new) for name, (old, new) in found.items() if old != new}
    if not changed:
        raise ValidationError(_("Nothing has been changed."))
    for name, (_old, new) in changed.items():
        setattr(project, name, new)
    _check(project, changed)
    keep_edit(project, changed, by=by, at=at, note=note)
    return project


def _as_kept(name: str, value: Any) -> Any:
    """A figure or a day as the project will have it, whichever way it was said."""
    field = field_of(Project, name)
    return value if field.is_relation else field.to_python(value)


def _check_chief(chief: User) -> None:
    if chief.role != User.Role.CHIEF_OFFICER or not chief.is_active:
        sentence = _("Please choose a chief project service officer.")
        raise ValidationError({"chief_officer": sentence})


def _check(project: Project, changed: Mapping[str, Any]) -> None:
    """The changed fields, and what holds of the project as a whole."""
    others = {field.name for field in project._meta.fields} - set(changed)
    project.clean_fields(exclude=others)
    project.validate_unique(exclude=others)
    wrong: dict[str, list[str]] = defaultdict(list)
    for constraint in project._meta.constraints:
        try:
            constraint.validate(Project, project)
        except ValidationError as error:
            wrong[BESIDE.get(constraint.name, NON_FIELD_ERRORS)] += error.messages
    if wrong:
        raise ValidationError(wrong)


def keep_edit(
    project: Project,
    changed: Mapping[str, tuple[Any, Any]],
    *,
    by: User,
    at: datetime,
    note: str = "",
) -> ProjectEdit:
    """Save what has been set, by field with old and new value, and write it down."""
    project.version += 1
    project.save(update_fields=[*changed, "version"])
    stored = {name: [_stored(value) for value in values] for name, values in changed.items()}
    return ProjectEdit.objects.create(
        project=project, at=at, by=by, changes=stored, note=note.strip()
    )


def _stored(value: Any) -> Any:
    """As JSON has it; a row by its name, which stays what it was called then."""
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, date | Decimal):
        return str(value)
    return value
