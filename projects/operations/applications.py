"""What can be done to an application: one function per verb."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed, Stale
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import notify
from huadu_portal.papers.numbers import application_number, project_number
from huadu_portal.workdays.published import calendar
from projects.models import (
    EDITABLE,
    Application,
    ApplicationEvent,
    ApplicationStatus,
    Enterprise,
    MaterialScope,
    Project,
)
from projects.operations.enterprises import people_of, window
from projects.operations.memberships import check_not_proved_elsewhere, lock_code, prove
from projects.operations.receipts import issue_receipt
from projects.operations.requests import (
    MaterialRequest,
    check_requests,
    held_for_application,
    reused_by_application,
)
from projects.operations.series import renew_in_vault

# Working days within which the window answers (docs/states.md, Limits).
ANSWER_DAYS = 3
# Days within which the firm submits a returned application again (docs/states.md, Limits).
RETURN_PATIENCE = timedelta(30)
# Unfinished applications that one firm may keep.
MAX_OPEN_DRAFTS = 20
NOTHING_CHANGED = gettext_lazy(
    "Nothing has been changed since the window returned the application. Please add or correct "
    "what the window named, or confirm that you submit it unchanged."
)


@transaction.atomic
def start_application(
    enterprise: Enterprise, *, by: User, at: datetime, draft: Mapping[str, Any] = {}
) -> Application:
    """An empty draft, to be filled in step by step."""
    # Those who begin one at the same moment are counted one after another.
    enterprise = Enterprise.objects.select_for_update(no_key=True).get(pk=enterprise.pk)
    if enterprise.applications.filter(status__in=EDITABLE).count() >= MAX_OPEN_DRAFTS:
        raise NotAllowed(
            _("There are %(count)s unfinished applications already. Please finish one first.")
            % {"count": MAX_OPEN_DRAFTS}
        )
    return Application.objects.create(
        enterprise=enterprise, created_by=by, draft=dict(draft), saved_at=at
    )


@transaction.atomic
def save_draft(
    application: Application,
    *,
    by: User,
    at: datetime,
    typed: Mapping[str, Any],
    offered: Iterable[str] = (),
) -> Application:
    """Keep what has been typed, right or wrong; fields not named stay as they were.

    Two tabs may save in turn: each names only what was changed in it. `offered` are fields
    that were shown and left empty, so that from now on their absence may be pointed out.
    """
    application = lock(application)
    if not application.is_editable:
        raise NotAllowed(
            _("This application has been submitted and can no longer be changed."),
            version=application.version,
        )
    application.draft = dict.fromkeys(offered, "") | application.draft | dict(typed)
    application.saved_at = at
    application.save(update_fields=["draft", "saved_at"])
    return application


def is_unchanged(application: Application, fields: Mapping[str, Any]) -> bool:
    """Whether neither a field nor a file of a returned application is new since the return."""
    returned = application.events.last()
    if application.status != ApplicationStatus.RETURNED or returned is None:
        return False
    if any(getattr(application, name) != value for name, value in fields.items()):
        return False
    since = Q(uploaded_at__gt=returned.at) | Q(removed_at__gt=returned.at)
    return not application.documents.filter(since).exists()


@transaction.atomic
def submit_application(
    application: Application,
    *,
    by: User,
    at: datetime,
    fields: Mapping[str, Any],
    unchanged: bool = False,
) -> Application:
    """Hand the application in; `fields` are its checked values (projects.forms).

    Pressed twice, it is one submission: a submitted application is returned as it is. That
    nothing is new since it was returned has to be said (`unchanged`), or it is refused.
    """
    # Before the application, as an upload locks them: its files become versions in the vault.
    Enterprise.objects.select_for_update(no_key=True).get(pk=application.enterprise_id)
    application = lock(application)
    if application.is_waiting:
        return application
    _may_become(application, ApplicationStatus.SUBMITTED)
    check_not_proved_elsewhere(application.enterprise)
    if not unchanged and is_unchanged(application, fields):
        raise ValidationError({"unchanged": NOTHING_CHANGED})
    for name, value in fields.items():
        setattr(application, name, value)
    application.number = application.number or application_number(civil_day(at))
    application.submitted_at = at
    application.due_on = calendar().add(civil_day(at), ANSWER_DAYS, "working")
    application.epoch += 1
    application.next_rung_at = at
    _move(application, ApplicationStatus.SUBMITTED, by=by, at=at)
    _tell_people(application, Kind.APPLICATION_SUBMITTED, at=at)
    _tell_window(application, at=at)
    renew_in_vault(application)
    application.relied_on.set(reused_by_application(application, civil_day(at)).values())
    issue_receipt(application, at=at)
    return application


def _tell_window(application: Application, *, at: datetime) -> None:
    notify(
        window(),
        Kind.APPLICATION_WAITING,
        params=_params(application),
        url=f"/admin/projects/application/{application.pk}/change/",
        event_key=f"application:{application.pk}:{application.epoch}:waiting",
        at=at,
    )


@transaction.atomic
def withdraw_application(
    application: Application, *, by: User, at: datetime, version: int, note: str = ""
) -> Application:
    """The firm takes its application back, before it is taken on."""
    application = lock(application, version)
    _note_missed(application, at)
    return _move(application, ApplicationStatus.WITHDRAWN, by=by, at=at, note=note)


@transaction.atomic
def return_application(
    application: Application,
    *,
    by: User,
    at: datetime,
    version: int,
    missing: Iterable[str] = (),
    materials: Iterable[MaterialRequest] = (),
    note: str = "",
) -> Application:
    """Give it back with one list of everything that is missing (一次性告知).

    A kind of material that is already here may be named only with a reason.
    """
    application = _triaged(application, by, version, at)
    materials = list(materials)
    check_requests(materials, held_for_application(application, civil_day(at)))
    missing = [*(asked.sentence for asked in materials), *missing]
    missing = [line.strip() for line in missing if line.strip()]
    if not missing:
        raise NotAllowed(_("Please state what is missing."), version=version)
    application.due_on = civil_day(at) + RETURN_PATIENCE
    status = ApplicationStatus.RETURNED
    _move(application, status, by=by, at=at, note=note, missing=missing)
    listed = "\n".join(f"{n}. {line}" for n, line in enumerate(missing, 1))
    told = f"{listed}\n{note}".strip()
    _tell_people(application, Kind.APPLICATION_RETURNED, at=at, note=told)
    return application


@transaction.atomic
def decline_application(
    application: Application,
    *,
    by: User,
    at: datetime,
    version: int,
    reason: str,
    remedy: str,
) -> Application:
    """Not taken on, with reasons and what the firm can do instead."""
    application = _triaged(application, by, version, at)
    note = f"{reason}\n{remedy}"
    application.decided_at = at
    _move(application, ApplicationStatus.DECLINED, by=by, at=at, note=note)
    _tell_people(application, Kind.APPLICATION_DECLINED, at=at, note=note)
    return application


@transaction.atomic
def accept_application(
    application: Application,
    *,
    by: User,
    at: datetime,
    version: int,
    licence_checked: bool = False,
) -> Project:
    """The application becomes a project; called by agents.triage.operations.take_on only.

    With its firm's first one the window says that it has checked the licence.
    """
    # Before the application, as whoever hands one in locks them.
    enterprise = lock_code(application.enterprise)
    application = _triaged(application, by, version, at)
    prove(enterprise, by=by, at=at, licence_checked=licence_checked)
    application.decided_at = at
    _move(application, ApplicationStatus.ACCEPTED, by=by, at=at)
    description = {name: getattr(application, name) for name in Project.description_fields()}
    project = Project.objects.create(
        number=project_number(civil_day(at)),
        enterprise=application.enterprise,
        application=application,
        grade=application.suggested_grade,
        phase=Project.Phase.SIGNED,
        is_demo=application.enterprise.is_demo,
        created_at=at,
        contact_name=application.contact_name,
        contact_mobile=application.contact_mobile,
        **description,
    )
    # From now on they serve the project's items; what is of the firm itself serves all.
    own = application.documents.exclude(kind__scope=MaterialScope.ENTERPRISE)
    own.update(project=project)
    return project


def _triaged(application: Application, by: User, version: int, at: datetime) -> Application:
    if not by.has_perm("projects.triage_application"):
        raise PermissionDenied
    application = lock(application, version)
    _note_missed(application, at)
    return application


def _note_missed(application: Application, at: datetime) -> None:
    """Before anything is done: a day that has passed unanswered stays passed (docs/states.md)."""
    if not application.is_waiting or application.due_on is None:
        return
    if application.answer_missed_on is None and application.due_on < civil_day(at):
        application.answer_missed_on = application.due_on + timedelta(1)


def lock(application: Application, version: int | None = None) -> Application:
    """The application as it is, kept from others until we commit."""
    application = (
        Application.objects.select_for_update(of=["self"], no_key=True)
        .select_related("enterprise")
        .get(pk=application.pk)
    )
    if version is not None and application.version != version:
        raise Stale(version=application.version)
    return application


def _may_become(application: Application, status: ApplicationStatus) -> None:
    if not application.may_become(status):
        raise NotAllowed(
            _("An application that is “%(now)s” cannot become “%(then)s”.")
            % {"now": application.get_status_display(), "then": status.label},
            version=application.version,
        )


def _move(
    application: Application,
    status: ApplicationStatus,
    *,
    by: User,
    at: datetime,
    note: str = "",
    missing: list[str] | None = None,
) -> Application:
    _may_become(application, status)
    application.version += 1
    ApplicationEvent.objects.create(
        application=application,
        number=application.version,
        at=at,
        by=by,
        from_status=application.status,
        to_status=status,
        note=note,
        missing=missing or [],
    )
    application.status = status
    if not application.is_waiting:
        application.next_rung_at = None
    application.save()
    return application


def _tell_people(application: Application, kind: Kind, *, at: datetime, note: str = "") -> None:
    notify(
        people_of(application.enterprise),
        kind,
        params=_params(application),
        url=application.get_absolute_url(),
        event_key=f"application:{application.pk}:{application.version}:{kind}",
        at=at,
        note=note,
    )


def _params(application: Application) -> dict[str, str]:
    project = Project.objects.filter(application=application).first()
    params = {
        "number": application.number or "",
        "name": application.name,
        # Of the window's answer, or of the firm's to a return: otherwise nothing is due any more.
        "due": iso_day(application.due_on) if application.is_waiting else "",
        "project": project.number if project else "",
    }
    if application.status == ApplicationStatus.RETURNED:
        params["due"] = params["answer_by"] = iso_day(application.due_on)
    return params


def iso_day(day: date | None) -> str:
    """A day as a message names it, the same in every language."""
    return day.isoformat() if day else ""


def expected_answer(at: datetime) -> date:
    """By when the window would answer an application handed in now."""
    return calendar().add(civil_day(at), ANSWER_DAYS, "working")
