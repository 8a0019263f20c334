"""What the projects keep of a person: for a copy of it, and when the account is erased."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from huadu_portal.accounts.models import User
from huadu_portal.clock import now
from projects.models import Application, Document, Membership
from projects.operations.enterprises import owners_of
from projects.operations.memberships import end_by_erasure


def of_projects(user: User) -> dict[str, list[Mapping[str, Any]]]:
    """The firms the person acts or acted for, the applications begun, the files handed in."""
    memberships = Membership.objects.filter(user=user).order_by("asked_at")
    applications = Application.objects.filter(created_by=user).order_by("saved_at")
    documents = Document.objects.filter(uploaded_by=user).order_by("uploaded_at")
    return {
        "enterprises": list(
            memberships.values(
                "enterprise__name", "enterprise__credit_code", "role", "state", "asked_at"
            )
        ),
        "applications": list(
            applications.values(
                "number", "name", "status", "contact_name", "contact_mobile", "saved_at"
            )
        ),
        "files": list(documents.values("filename", "kind__name", "sha256", "uploaded_at")),
    }


def firms_without_another(user: User) -> Iterator[str]:
    """Firms that nobody else could answer for."""
    owned = Membership.objects.filter(
        user=user,
        role=Membership.Role.OWNER,
        state=Membership.State.ACTIVE,
        enterprise__proved_at__isnull=False,
    )
    for membership in owned.select_related("enterprise"):
        if owners_of(membership.enterprise) == [user]:
            sentence = _(
                "%(person)s is the only owner of %(enterprise)s: it has to be handed over first."
            )
            yield sentence % {"person": user, "enterprise": membership.enterprise}


def leave_all_firms(user: User, by: User) -> None:
    active = Membership.objects.filter(user=user, state=Membership.State.ACTIVE)
    for membership in active.select_related("enterprise", "user"):
        end_by_erasure(membership, by=by, at=now())
