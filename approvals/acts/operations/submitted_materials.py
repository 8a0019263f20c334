"""The materials an item is handed in with: what is there, what lacks, what a commitment covers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from approvals.acts.models import Commitment
from approvals.catalogue.models import MaterialRequirement
from approvals.items.models import ApprovalItem
from approvals.vault.needs import Need
from huadu_portal.accounts.models import User
from huadu_portal.rows import insert_missing
from projects.models import Document
from projects.operations import virus_found


def held_materials(needs: Iterable[Need]) -> list[Document]:
    """The firm's newest valid material of every kind the item needs, if it serves the item."""
    return [need.at_hand for need in needs if need.at_hand]


def check_materials(
    item: ApprovalItem,
    needs: Iterable[Need],
    given: Sequence[Document],
    today: date,
    commit_by: date | None,
    on_commitment: bool,
) -> list[MaterialRequirement]:
    """What lacks and may come by `commit_by`; raises ValidationError otherwise.

    What an earlier approval of the project is yet to deliver is not asked of the firm.
    """
    _check_given(item, given)
    there = {document.kind_id for document in given if document.is_valid_on(today)}
    lacking = [
        need.requirement
        for need in needs
        if need.kind.pk not in there and need.awaited_from is None
    ]
    if on_commitment and not item.approval_type.commitment_allowed:
        raise ValidationError({"on_commitment": _("This approval takes no commitments.")})
    if hard := [need for need in lacking if not (need.is_tolerable or on_commitment)]:
        raise ValidationError({"documents": _missing(hard)})
    if lacking and (commit_by is None or commit_by <= today):
        sentence = _(
            "Missing: %(names)s. Please enter a date after today by which you will submit it."
        )
        raise ValidationError({"commit_by": sentence % {"names": _names(lacking)}})
    return lacking


def _check_given(item: ApprovalItem, given: Sequence[Document]) -> None:
    if any(document.enterprise_id != item.project.enterprise_id for document in given):
        raise ValidationError({"documents": _("These documents belong to another enterprise.")})
    for document in given:
        if document.is_infected:
            raise ValidationError({"documents": virus_found(document)})


def _missing(needs: Iterable[MaterialRequirement]) -> str:
    return _("Still missing: %(names)s.") % {"names": _names(needs)}


def _names(needs: Iterable[MaterialRequirement]) -> str:
    return "、".join(need.kind.name for need in needs)


def attach(
    item: ApprovalItem,
    given: Sequence[Document],
    lacking: Iterable[MaterialRequirement] = (),
    *,
    by: User,
    at: datetime,
    commit_by: date | None = None,
    source: Commitment.Source = Commitment.Source.TOLERANT,
) -> None:
    """Point the item at its materials, and write down its commitments."""
    give({item: given})
    record_commitments({item: list(lacking)}, by=by, at=at, commit_by=commit_by, source=source)


def give(given: Mapping[ApprovalItem, Sequence[Document]]) -> None:
    """Point each item at its materials."""
    for item, documents in given.items():
        _check_given(item, documents)
    link = ApprovalItem.documents.through
    insert_missing(
        link(approvalitem=item, document=document)
        for item, documents in given.items()
        for document in documents
    )


def record_commitments(
    lacking: Mapping[ApprovalItem, Sequence[MaterialRequirement]],
    *,
    by: User,
    at: datetime,
    commit_by: date | None,
    source: Commitment.Source,
) -> None:
    """Write down what each item lacks, to be brought by a day."""
    if not any(lacking.values()):
        return
    assert commit_by is not None, "check_materials asks for the day"
    Commitment.objects.bulk_create(
        Commitment(
            item=item,
            source=source,
            material=need.kind,
            text=need.kind.name,
            due_on=commit_by,
            made_at=at,
            made_by=by,
            next_rung_at=at,
        )
        for item, needs in lacking.items()
        for need in needs
    )
