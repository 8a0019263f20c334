"""Asking for a material: one that is already here is asked for again only with a reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from projects.models import Application, Document, MaterialKind, MaterialScope

# By kind: a material that is there and valid.
Held = Mapping[UUID, Document]


@dataclass(frozen=True)
class MaterialRequest:
    """A kind of material that is asked for, and why, where it is already here."""

    kind: MaterialKind
    reason: str = ""

    @property
    def sentence(self) -> str:
        """As a line of the list of what is missing."""
        return f"{self.kind.name}：{self.reason}" if self.reason else self.kind.name


def check_requests(requests: Iterable[MaterialRequest], held: Held) -> None:
    """Raises ValidationError, a sentence for each kind that is held and lacks a reason."""
    unreasoned = [
        already_here(held[request.kind.pk])
        for request in requests
        if request.kind.pk in held and not request.reason.strip()
    ]
    if unreasoned:
        raise ValidationError(unreasoned)


def already_here(document: Document) -> str:
    said = {"kind": document.kind.name}
    if document.valid_until is None:
        return (
            _("“%(kind)s” has already been submitted. Please state why it is requested again.")
            % said
        )
    said["day"] = f"{document.valid_until:%Y-%m-%d}"
    text = _(
        "“%(kind)s” has already been submitted and is valid until %(day)s. Please state why "
        "it is requested again."
    )
    return text % said


def held_for_application(application: Application, on: date) -> Held:
    """What came with it, and what its enterprise keeps for all its projects."""
    own = Q(application=application)
    of_the_firm = Q(project__isnull=True, enterprise=application.enterprise_id)
    there = Document.objects.handed_in().current().filter(own | of_the_firm).valid_on(on)
    newest_last = there.without_infected().select_related("kind").order_by("uploaded_at", "pk")
    return {document.kind_id: document for document in newest_last}


def reused_by_application(application: Application, on: date) -> Held:
    """What its firm keeps for all its projects and need not hand in again, by kind.

    Of a kind of which the application has a file of its own, that file counts.
    """
    own = set(application.documents.as_handed_in().values_list("kind", flat=True))
    held = held_for_application(application, on)
    return {
        kind: document
        for kind, document in held.items()
        if kind not in own
        and document.kind.with_application
        and document.kind.scope == MaterialScope.ENTERPRISE
    }
