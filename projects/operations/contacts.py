"""Whom the center calls about a firm's projects, once the person named acts for the firm no more."""

from datetime import datetime

from django.db.models import Q, QuerySet

from huadu_portal.accounts.models import User
from projects.models import Enterprise, Project
from projects.operations.editing import keep_edit
from projects.operations.enterprises import owners_of, people_of

CONTACT = ("contact_name", "contact_mobile")


def replace_contact(
    firm: Enterprise, person: User, *, by: User, at: datetime, reason: str = ""
) -> None:
    """The firm's owner, else the first of its people, is called instead; old and new values stay
    in each project's history. Where nobody is left, the name stays, for the window to ask after.
    """
    successor = next(iter([*owners_of(firm), *people_of(firm)]), None)
    if successor is None:
        return
    new = {"contact_name": successor.name, "contact_mobile": successor.mobile}
    for project in _naming(firm, person).select_for_update(no_key=True).order_by("pk"):
        changed = {
            name: (getattr(project, name), new[name])
            for name in CONTACT
            if getattr(project, name) != new[name]
        }
        for name, (_old, value) in changed.items():
            setattr(project, name, value)
        if changed:
            keep_edit(project, changed, by=by, at=at, note=reason)


def _naming(firm: Enterprise, person: User) -> QuerySet[Project]:
    """By the mobile, or by the name where no other mobile stands beside it."""
    named = Q(contact_name=person.name, contact_mobile="")
    if person.mobile:
        named |= Q(contact_mobile=person.mobile)
    else:
        named |= Q(contact_name=person.name)
    return firm.projects.filter(named)
