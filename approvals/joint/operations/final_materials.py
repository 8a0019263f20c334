"""What the items of a joint case are handed in with once the land is the firm's."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError

from approvals.acts.operations.submitted_materials import check_materials, give, held_materials
from approvals.catalogue.models import MaterialRequirement
from approvals.items.models import ApprovalItem
from approvals.vault.needs import Need, needs_by_item
from huadu_portal.workdays.arithmetic import Calendar
from projects.models import Document, Project


class FinalMaterials(NamedTuple):
    """What an item is handed in with, what it lacks, and what gives way."""

    given: list[Document]
    lacking: list[MaterialRequirement]
    drafts: list[Document]


def final_materials(
    project: Project,
    items: list[ApprovalItem],
    today: date,
    published: Calendar,
    commit_by: date | None,
) -> dict[ApprovalItem, FinalMaterials]:
    """What each item is handed in with and what it lacks; every complaint at once."""
    needs = needs_by_item(project, items, today, published)
    found = {}
    complaints: dict[str, list] = defaultdict(list)
    for item in items:
        its = needs[item.pk]
        given = held_materials(its)
        try:
            lacking = check_materials(item, its, given, today, commit_by, on_commitment=False)
        except ValidationError as error:
            for field, sentences in error.message_dict.items():
                # There is no field for the materials: they stand in the vault.
                beside = "commit_by" if field == "commit_by" else "land_paper"
                complaints[beside] += [f"{item.approval_type}：{each}" for each in sentences]
        else:
            found[item] = FinalMaterials(given, lacking, _drafts(its, given))
    if complaints:
        raise ValidationError(complaints)
    return found


def _drafts(needs: Iterable[Need], final: list[Document]) -> list[Document]:
    """What was looked at beforehand of the kinds of which the final document is here."""
    kinds = {document.kind_id for document in final}
    there = [each for need in needs for each in [*need.handed_in, *need.refused_here]]
    handed_in = [each for each in there if each.kind_id in kinds]
    return [document for document in handed_in if document not in final]


def swap_materials(materials: Mapping[ApprovalItem, FinalMaterials]) -> None:
    """The drafts give way to the final documents of their kinds."""
    for item, its in materials.items():
        if its.drafts:
            item.documents.remove(*its.drafts)
    give({item: its.given for item, its in materials.items()})
