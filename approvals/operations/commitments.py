"""书面承诺: what was promised is brought, and watched until it is."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from approvals.materials import keepable
from approvals.models import ApprovalItem, Commitment, CommitmentStage, Rung, near_until
from approvals.operations.deemed import deem
from approvals.operations.history import lock_item, note_act
from approvals.operations.notices import officers_of, params_of
from approvals.operations.reminders import Audience
from approvals.operations.watching import BATCH, in_office_hours
from approvals.rights import KEEP_COMMITMENT, may_keep
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import Message, notify_all
from huadu_portal.workdays.published import calendar
from projects.models import Document
from projects.operations import people_of, shown


@transaction.atomic
def keep_commitment(
    commitment: Commitment, *, by: User, at: datetime, document: Document, note: str = ""
) -> Commitment:
    """Bring what was promised; late is better than never, and stays seen to be late.

    Whatever has become of the item, as long as it came to something. Raises
    ValidationError when the document is not what was promised.
    """
    # What silence has decided stands in the history first.
    deem(commitment.item, at=at)
    item, commitment = _lock(commitment, by)
    _check_open(item, commitment)
    _check_document(item, commitment, document, civil_day(at))
    commitment.fulfilled_at, commitment.document = at, document
    commitment.save(update_fields=["fulfilled_at", "document"])
    item.documents.add(document)
    said = f"{commitment.text} ({commitment.due_on}): {document.filename}"
    note_act(item, act=KEEP_COMMITMENT, by=by, at=at, note=f"{said}\n{note}".strip())
    notify_all([_kept(commitment, note)], at=at)
    return commitment


def _lock(commitment: Commitment, by: User) -> tuple[ApprovalItem, Commitment]:
    """The project, the item, then the commitment; all as they are now."""
    seen = Commitment.objects.visible_to(by).filter(pk=commitment.pk)
    if not may_keep(by, commitment.item.project) or not seen.exists():
        raise PermissionDenied
    item = lock_item(commitment.item)
    commitment = Commitment.objects.select_related("material").get(pk=commitment.pk)
    commitment.item = item
    return item, commitment


def _check_open(item: ApprovalItem, commitment: Commitment) -> None:
    if commitment.fulfilled_at:
        raise NotAllowed(_("This promise has been kept already."), version=item.version)
    if not commitment.is_open:
        raise NotAllowed(
            _("The item has come to nothing; the promise is no longer owed."),
            version=item.version,
        )


def _check_document(
    item: ApprovalItem, commitment: Commitment, document: Document, today: date
) -> None:
    if not keepable(item.project).filter(pk=document.pk).exists():
        sentence = _("Please choose a current document of this enterprise for this project.")
        raise ValidationError({"document": sentence})
    if commitment.material_id not in {None, document.kind_id}:
        sentence = _("What was promised is: %(name)s.") % {"name": commitment.material}
        raise ValidationError({"document": sentence})
    if not document.is_valid_on(today):
        raise ValidationError(
            {"document": _("It has already expired; please add one that is valid.")}
        )


def watch_commitments(at: datetime) -> int:
    """Remind of every promise that is due soon or has been missed; how many were told of.

    Like certificates: late or parallel runs tell once, and nobody is disturbed out of
    office hours.
    """
    return in_office_hours(_watch_batch, at)


@transaction.atomic
def _watch_batch(at: datetime) -> int:
    today = civil_day(at)
    commitments = _claim(today)
    if not commitments:
        return 0
    audience = Audience([commitment.item for commitment in commitments])
    notify_all([_reminder(each, audience, today) for each in commitments], at=at)
    for commitment in commitments:
        commitment.stage_told = _stage_on(commitment, today)
    Commitment.objects.bulk_update(commitments, ["stage_told"])
    return len(commitments)


def _claim(today: date) -> list[Commitment]:
    due = Commitment.objects.to_be_told(today, near_until(today, calendar()))
    return list(
        due.select_related("item__approval_type", "item__project__enterprise")
        .order_by("due_on", "pk")
        .select_for_update(of=["self"], no_key=True, skip_locked=True)[:BATCH]
    )


def _stage_on(commitment: Commitment, today: date) -> CommitmentStage:
    is_missed = commitment.is_missed(today)
    return CommitmentStage.MISSED if is_missed else CommitmentStage.NEAR


def _kept(commitment: Commitment, note: str) -> Message:
    return _message(commitment, Kind.COMMITMENT_KEPT, officers_of(commitment.item), note)


def _reminder(commitment: Commitment, audience: Audience, today: date) -> Message:
    """The firm and its agent; once it is missed, the officer and the department's head."""
    item = commitment.item
    people = people_of(item.project.enterprise)
    if commitment.is_missed(today):
        people = [*people, *audience.of(item, Rung.OVERDUE)]
        return _message(commitment, Kind.COMMITMENT_MISSED, people)
    return _message(commitment, Kind.COMMITMENT_NEAR, [*people, *audience.agent_of(item)])


def _message(commitment: Commitment, kind: Kind, people: list[User], note="") -> Message:
    return Message(
        people,
        kind,
        params=params_of(commitment.item)
        | {"promised": commitment.text, "due": shown(commitment.due_on)},
        url=commitment.get_absolute_url(),
        event_key=f"commitment:{commitment.pk}:{kind}",
        subject=commitment.item_id,
        note=note,
    )
