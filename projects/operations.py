"""What can be done to enterprises, memberships, applications and documents."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed, Stale
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import notify
from huadu_portal.papers.numbers import application_number, project_number
from huadu_portal.workdays.published import calendar
from projects import files
from projects.models import (
    EDITABLE,
    Application,
    ApplicationEvent,
    ApplicationStatus,
    Document,
    Enterprise,
    MaterialKind,
    Membership,
    PhaseChange,
    Project,
)

# Working days within which the window answers (states.md, Application).
ANSWER_DAYS = 3
# What one firm may keep here: unfinished applications, files of one, files in all.
MAX_OPEN_DRAFTS, MAX_FILES, MAX_FILES_OF_FIRM = 20, 60, 3_000
# Rungs fire when the office opens.
OFFICE_OPENS = time(9)


# -- enterprises and their people -----------------------------------------------------------


@transaction.atomic
def register_enterprise(
    *,
    by: User,
    at: datetime,
    name: str,
    credit_code: str,
    legal_representative: str = "",
    address: str = "",
    credit_code_reason: str = "",
) -> Enterprise:
    """A firm enters the portal; whoever registers it becomes its owner.

    Staff who override an unusual credit code register the firm without joining it.
    """
    enterprise = Enterprise.objects.create(
        name=name,
        credit_code=credit_code,
        legal_representative=legal_representative,
        address=address,
        credit_code_reason=credit_code_reason,
    )
    if not by.is_staff:
        Membership.objects.create(
            enterprise=enterprise,
            user=by,
            role=Membership.Role.OWNER,
            state=Membership.State.ACTIVE,
            asked_at=at,
            decided_at=at,
        )
    return enterprise


@transaction.atomic
def ask_to_join(enterprise: Enterprise, *, by: User, at: datetime) -> Membership:
    """A person asks to act for a firm that is already here; refused ones may ask again."""
    membership, created = Membership.objects.select_for_update().get_or_create(
        enterprise=enterprise, user=by, defaults={"asked_at": at}
    )
    if not created and membership.state != Membership.State.REFUSED:
        return membership
    membership.state, membership.asked_at = Membership.State.ASKED, at
    membership.decided_at = membership.decided_by = None
    membership.save()
    notify(
        [*owners_of(enterprise), *window()],
        Kind.MEMBERSHIP_ASKED,
        params={"person": str(by), "enterprise": enterprise.name},
        url="/enterprise/",
        event_key=f"membership:{membership.pk}:{at.isoformat()}",
        at=at,
    )
    return membership


@transaction.atomic
def decide_membership(
    membership: Membership, *, by: User, at: datetime, agreed: bool
) -> Membership:
    """The firm's owner or the window lets a person in, or not."""
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if not may_decide_membership(by, membership):
        raise PermissionDenied
    if membership.state != Membership.State.ASKED:
        raise NotAllowed(_("This request has already been answered."))
    state = Membership.State
    membership.state = state.ACTIVE if agreed else state.REFUSED
    membership.decided_at, membership.decided_by = at, by
    # A firm whose first person comes in by the window's word has no owner yet.
    if agreed and not owners_of(membership.enterprise):
        membership.role = Membership.Role.OWNER
    membership.save()
    notify(
        [membership.user],
        Kind.MEMBERSHIP_DECIDED,
        params={"enterprise": membership.enterprise.name},
        url="/enterprise/",
        event_key=f"membership:{membership.pk}:{at.isoformat()}:decided",
        at=at,
    )
    return membership


def may_decide_membership(user: User, membership: Membership) -> bool:
    if user.has_perm("projects.agree_membership"):
        return True
    return user in owners_of(membership.enterprise)


def owners_of(enterprise: Enterprise) -> list[User]:
    active = enterprise.memberships.filter(
        state=Membership.State.ACTIVE, role=Membership.Role.OWNER
    )
    return [membership.user for membership in active.select_related("user")]


def people_of(enterprise: Enterprise) -> list[User]:
    """Everyone who acts for the firm."""
    active = enterprise.memberships.filter(state=Membership.State.ACTIVE)
    return [membership.user for membership in active.select_related("user")]


def window() -> list[User]:
    return list(User.objects.filter(role=User.Role.WINDOW, is_active=True))


# -- applications ---------------------------------------------------------------------------


def start_application(
    enterprise: Enterprise, *, by: User, at: datetime, draft: Mapping[str, Any] = {}
) -> Application:
    """An empty draft, to be filled in step by step."""
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
    application = _lock(application)
    if not application.is_editable:
        raise NotAllowed(
            _("This application has been submitted and can no longer be changed."),
            version=application.version,
        )
    application.draft = dict.fromkeys(offered, "") | application.draft | dict(typed)
    application.saved_at = at
    application.save(update_fields=["draft", "saved_at"])
    return application


@transaction.atomic
def submit_application(
    application: Application, *, by: User, at: datetime, fields: Mapping[str, Any]
) -> Application:
    """Hand the application in; `fields` are its checked values (projects.forms).

    Pressed twice, it is one submission: a submitted application is returned as it is.
    """
    application = _lock(application)
    if application.is_waiting:
        return application
    _may_become(application, ApplicationStatus.SUBMITTED)
    for name, value in fields.items():
        setattr(application, name, value)
    application.number = application.number or application_number(civil_day(at))
    application.submitted_at = at
    application.due_on = calendar().add(civil_day(at), ANSWER_DAYS, "working")
    application.epoch += 1
    application.next_rung_at = first_rung(application)
    _move(application, ApplicationStatus.SUBMITTED, by=by, at=at)
    _tell_people(application, Kind.APPLICATION_SUBMITTED, at=at)
    notify(
        window(),
        Kind.APPLICATION_WAITING,
        params=_params(application),
        url=f"/admin/projects/application/{application.pk}/change/",
        event_key=f"application:{application.pk}:{application.epoch}:waiting",
        at=at,
    )
    return application


def first_rung(application: Application) -> datetime:
    """When the window is first reminded: at nine on the last day for an answer."""
    return datetime.combine(application.due_on, OFFICE_OPENS, timezone.get_default_timezone())


@transaction.atomic
def withdraw_application(
    application: Application, *, by: User, at: datetime, version: int, note: str = ""
) -> Application:
    """The firm takes its application back, before it is taken on."""
    application = _lock(application, version)
    return _move(application, ApplicationStatus.WITHDRAWN, by=by, at=at, note=note)


@transaction.atomic
def return_application(
    application: Application,
    *,
    by: User,
    at: datetime,
    version: int,
    missing: Iterable[str],
    note: str = "",
) -> Application:
    """Give it back with one list of everything that is missing (一次性告知)."""
    application = _triaged(application, by, version)
    missing = [line.strip() for line in missing if line.strip()]
    if not missing:
        raise NotAllowed(_("Please say what is missing."), version=version)
    status = ApplicationStatus.RETURNED
    _move(application, status, by=by, at=at, note=note, missing=missing)
    listed = "\n".join(f"{n}. {line}" for n, line in enumerate(missing, 1))
    _tell_people(application, Kind.APPLICATION_RETURNED, at=at, note=listed)
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
    application = _triaged(application, by, version)
    note = f"{reason}\n{remedy}"
    application.decided_at = at
    _move(application, ApplicationStatus.DECLINED, by=by, at=at, note=note)
    _tell_people(application, Kind.APPLICATION_DECLINED, at=at, note=note)
    return application


@transaction.atomic
def accept_application(
    application: Application, *, by: User, at: datetime, version: int
) -> Project:
    """The application becomes a project; called by agents.operations.take_on only."""
    application = _triaged(application, by, version)
    application.decided_at = at
    _move(application, ApplicationStatus.ACCEPTED, by=by, at=at)
    description = {name: getattr(application, name) for name in Project.description_fields()}
    return Project.objects.create(
        number=project_number(civil_day(at)),
        enterprise=application.enterprise,
        application=application,
        grade=application.suggested_grade,
        phase=Project.Phase.SIGNED,
        is_demo=application.enterprise.is_demo,
        created_at=at,
        **description,
    )


def _triaged(application: Application, by: User, version: int) -> Application:
    if not by.has_perm("projects.triage_application"):
        raise PermissionDenied
    return _lock(application, version)


def _lock(application: Application, version: int | None = None) -> Application:
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


def _tell_people(application: Application, kind: Kind, *, at: datetime, note="") -> None:
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
    return {
        "number": application.number or "",
        "name": application.name,
        "due": shown(application.due_on),
        "project": project.number if project else "",
    }


def shown(day: date | None) -> str:
    """A day as a message names it, the same in every language."""
    return date_format(day, "Y-m-d") if day else ""


# -- projects -------------------------------------------------------------------------------


def move_phase(
    project: Project,
    phase: Project.Phase,
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


# -- documents ------------------------------------------------------------------------------


@transaction.atomic
def add_document(
    enterprise: Enterprise,
    *,
    by: User,
    at: datetime,
    kind: MaterialKind,
    upload: File,
    application: Application | None = None,
    valid_until: date | None = None,
) -> Document:
    """Keep a material; raises ValidationError when its content is not what we take."""
    checked = files.check(upload, limit=settings.UPLOAD_MAX_BYTES)
    _make_room(enterprise, application)
    versions = enterprise.documents.filter(kind=kind, filename=checked.filename)
    last = versions.aggregate(last=Max("version"))["last"] or 0
    document = Document(
        enterprise=enterprise,
        kind=kind,
        application=application,
        filename=checked.filename,
        content_type=checked.content_type,
        size=checked.size,
        sha256=checked.sha256,
        version=last + 1,
        valid_until=valid_until,
        uploaded_by=by,
        uploaded_at=at,
    )
    # Under a name of our own: the sender's may hold anything.
    document.file.save(f"{document.pk}{checked.suffix}", upload, save=False)
    document.save()
    versions.current().exclude(pk=document.pk).update(replaced_by=document)
    return document


def _make_room(enterprise: Enterprise, application: Application | None) -> None:
    """One upload of a firm at a time from here on, and not more than its share."""
    Enterprise.objects.select_for_update(no_key=True).get(pk=enterprise.pk)
    if application and not _lock(application).is_editable:
        raise NotAllowed(
            _("This application has been submitted and can no longer be changed.")
        )
    if application and application.documents.current().count() >= MAX_FILES:
        raise NotAllowed(
            _("An application may hold %(count)s files. Please remove one first.")
            % {"count": MAX_FILES}
        )
    if enterprise.documents.count() >= MAX_FILES_OF_FIRM:
        raise NotAllowed(
            _("This enterprise may not keep more files here. Please ask the window.")
        )


@transaction.atomic
def remove_document(document: Document, *, by: User, at: datetime) -> None:
    """Take a material out of a draft; what has been submitted stays."""
    application = document.application
    if application is None or not _lock(application).is_editable:
        raise NotAllowed(_("This file has been submitted and can no longer be removed."))
    Document.objects.filter(pk=document.pk, removed_at=None).update(removed_at=at)


def expected_answer(at: datetime) -> date:
    """By when the window would answer an application handed in now."""
    return calendar().add(civil_day(at), ANSWER_DAYS, "working")
