"""书面承诺: a commitment is kept; the sweep reminds of it until then."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from approvals.acts.models import Commitment
from approvals.items.events import KEEP_COMMITMENT
from approvals.items.models import ApprovalItem
from approvals.items.operations.history import note_act
from approvals.items.operations.notices import officers_of, params_of
from approvals.vault.needs import keepable
from huadu_portal.accounts.models import User
from huadu_portal.acts import operation
from huadu_portal.clock import civil_day
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import Message, notify_all
from projects.models import Document
from projects.operations import virus_found


@operation
def keep_commitment(
    commitment: Commitment, *, by: User, at: datetime, document: Document, note: str = ""
) -> Commitment:
    """Hand in the document of a commitment; after its day too, and then shown as late.

    Whatever the status of the item, unless it has ended without a result. Raises
    ValidationError when the document is of another kind or not valid.
    """
    item = commitment.item
    _check_document(item, commitment, document, civil_day(at))
    commitment.fulfilled_at, commitment.document = at, document
    commitment.save(update_fields=["fulfilled_at", "document"])
    item.documents.add(document)
    said = f"{commitment.text} ({commitment.due_on}): {document.filename}"
    note_act(item, act=KEEP_COMMITMENT, by=by, at=at, note=f"{said}\n{note}".strip())
    notify_all([_kept(commitment, note)], at=at)
    return commitment


def _check_document(
    item: ApprovalItem, commitment: Commitment, document: Document, today: date
) -> None:
    if document.is_infected:
        raise ValidationError({"document": virus_found(document)})
    if not keepable(item.project).filter(pk=document.pk).exists():
        sentence = _("Please choose a current document of this enterprise for this project.")
        raise ValidationError({"document": sentence})
    if commitment.material_id not in {None, document.kind_id}:
        sentence = _("The committed material is: %(name)s.") % {"name": commitment.material}
        raise ValidationError({"document": sentence})
    if not document.is_valid_on(today):
        raise ValidationError(
            {"document": _("It has already expired; please add one that is valid.")}
        )


def _kept(commitment: Commitment, note: str) -> Message:
    return Message(
        officers_of(commitment.item),
        Kind.COMMITMENT_KEPT,
        params=params_of(commitment.item) | commitment.words,
        url=commitment.get_absolute_url(),
        event_key=f"commitment:{commitment.pk}:{Kind.COMMITMENT_KEPT}",
        subject=commitment.item_id,
        note=note,
    )
