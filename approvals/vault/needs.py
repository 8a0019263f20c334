"""What items need, what is there, what runs out too soon and what is missing.

The judging is pure; `needs_of_item`, `needs_by_item` and `needs_of_project` fetch what it
judges, in as many queries for many as for one, and nothing before it is asked for. Page, desk, API and letter say what this module says.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.catalogue import guides
from approvals.catalogue.models import MaterialRequirement
from approvals.items.models import OPEN, ApprovalItem
from approvals.items.operations.kept_versions import requirements_by_item
from approvals.items.progress import answer_by
from huadu_portal.clock import civil_day
from huadu_portal.prepared import Prepared
from huadu_portal.ui.choices import ColoredText
from huadu_portal.workdays.arithmetic import Calendar
from projects.models import Document, DocumentQuerySet, MaterialKind, MaterialScope, Project
from projects.operations import Held


class MaterialState(ColoredText):
    """How it is with a material that is needed, the worst last."""

    HANDED_IN = "handed_in", "green", _("submitted for it")
    HELD = "held", "green", _("available")
    AWAITED = "awaited", "blue", _("comes from an earlier approval")
    EXPIRING = "expiring", "yellow", _("expires too soon")
    EXPIRED = "expired", "red", _("expired")
    REFUSED = "refused", "red", _("refused by the virus scanner")
    MISSING = "missing", "red", _("missing")


# For these the enterprise has to do something.
LACKING = [
    MaterialState.EXPIRING,
    MaterialState.EXPIRED,
    MaterialState.REFUSED,
    MaterialState.MISSING,
]
ORDER = list(MaterialState)


@dataclass(frozen=True)
class Need:
    """A kind of material that an item asks for, against what there is of it."""

    item: ApprovalItem
    requirement: MaterialRequirement
    today: date
    # It has to be valid until then: the day by which the item is to be decided.
    until: date
    shelf: "Shelf"

    @property
    def kind(self) -> MaterialKind:
        return self.requirement.kind

    @cached_property
    def handed_in(self) -> list[Document]:
        return _sound(self.shelf.handed_in(self.item, self.kind))

    @cached_property
    def held(self) -> list[Document]:
        """In the vault and good for this item, the newest first; expired ones too."""
        return _sound(self.shelf.held(self.item, self.kind))

    @cached_property
    def refused_here(self) -> list[Document]:
        """Handed in for the item, and found to have a virus."""
        return _infected(self.shelf.handed_in(self.item, self.kind))

    @cached_property
    def refused(self) -> list[Document]:
        """These, and what has a virus in the vault: it prevents nothing, and meets no need."""
        in_vault = _infected(self.shelf.held(self.item, self.kind))
        return [*self.refused_here, *(it for it in in_vault if it not in self.refused_here)]

    @cached_property
    def awaited_from(self) -> ApprovalItem | None:
        """The open item of the same project whose result it is."""
        return self.shelf.awaited(self.item, self.kind)

    @property
    def at_hand(self) -> Document | None:
        """What the item can be handed in with today."""
        there = [*self.held, *self.handed_in]
        return next((each for each in there if each.is_valid_on(self.today)), None)

    @property
    def is_tolerable(self) -> bool:
        return self.requirement.is_tolerable

    @property
    def standing(self) -> MaterialState:
        for standing, documents in [
            (MaterialState.HANDED_IN, self.handed_in),
            (MaterialState.HELD, self.held),
        ]:
            if any(document.is_valid_on(self.until) for document in documents):
                return standing
        return self._wanting()

    def _wanting(self) -> MaterialState:
        there = [*self.handed_in, *self.held]
        if any(document.is_valid_on(self.today) for document in there):
            return MaterialState.EXPIRING
        if self.awaited_from:
            return MaterialState.AWAITED
        if self.refused:
            return MaterialState.REFUSED
        return MaterialState.EXPIRED if there else MaterialState.MISSING

    @property
    def is_lacking(self) -> bool:
        return self.standing in LACKING

    @property
    def is_expiring(self) -> bool:
        return self.standing == MaterialState.EXPIRING

    @property
    def document(self) -> Document | None:
        """What the standing rests on: the one that is valid longest, handed in before held."""
        there = self.handed_in if self.standing == MaterialState.HANDED_IN else []
        there = there or [*self.handed_in, *self.held]
        return max(there, key=lambda each: each.valid_until or date.max, default=None)


def _sound(documents: Iterable[Document]) -> list[Document]:
    return [document for document in documents if not document.is_infected]


def _infected(documents: Iterable[Document]) -> list[Document]:
    return [document for document in documents if document.is_infected]


@dataclass(frozen=True)
class KindNeed:
    """A kind once, for all the items of a project that ask for it."""

    kind: MaterialKind
    needs: list[Need]

    @property
    def standing(self) -> MaterialState:
        """The worst of its items."""
        return max((need.standing for need in self.needs), key=ORDER.index)

    @property
    def is_lacking(self) -> bool:
        return self.standing in LACKING

    @property
    def is_expiring(self) -> bool:
        return self.standing == MaterialState.EXPIRING

    @property
    def is_awaited(self) -> bool:
        return self.standing == MaterialState.AWAITED

    @property
    def is_tolerable(self) -> bool:
        """Only where no item insists on it from the start."""
        return all(need.is_tolerable for need in self.needs)

    @property
    def until(self) -> date:
        return max(need.until for need in self.needs)

    @property
    def awaited_from(self) -> ApprovalItem | None:
        return next((need.awaited_from for need in self.needs if need.awaited_from), None)

    @property
    def documents(self) -> list[Document]:
        """Each once, the newest first."""
        return _newest_first(
            document for need in self.needs for document in [*need.handed_in, *need.held]
        )

    @property
    def refused(self) -> list[Document]:
        """Those with a virus that nothing newer has replaced, likewise."""
        found = (document for need in self.needs for document in need.refused)
        return [document for document in _newest_first(found) if document.is_to_be_replaced]


def _newest_first(documents: Iterable[Document]) -> list[Document]:
    """Each once."""
    there = {document.pk: document for document in documents}
    return sorted(there.values(), key=lambda each: each.uploaded_at, reverse=True)


def by_kind(needs: Iterable[Need]) -> list[KindNeed]:
    """Each kind once, in the order in which the items first ask for it."""
    grouped = defaultdict(list)
    for need in needs:
        grouped[need.requirement.kind_id].append(need)
    return [KindNeed(needs[0].kind, needs) for needs in grouped.values()]


def needed_until(item: ApprovalItem, today: date, calendar: Calendar) -> date:
    """The day by which it is decided, as promised; if handed in today where it is not yet."""
    if item.decided_at:
        return civil_day(item.decided_at)
    if item.due_on or item.approval_type.is_recorded:
        return max(item.due_on or today, today)
    notice, decision = answer_by(item.approval_type, today, calendar)
    return decision or notice


def needs_of_item(item: ApprovalItem, today: date, calendar: Calendar) -> list[Need]:
    """What one item asks for, in the catalogue's order."""
    return _needs(item.project, [item], today, calendar)


def needs_by_item(
    project: Project, items: Sequence[ApprovalItem], today: date, calendar: Calendar
) -> dict[UUID, list[Need]]:
    """What each of these items of a project asks for."""
    needs = _needs(project, items, today, calendar)
    return {item.pk: [need for need in needs if need.item == item] for item in items}


def needs_of_project(project: Project, today: date, calendar: Calendar) -> list[Need]:
    """What all its items that are not ended ask for, item by item."""
    items = project.items.filter(status__in=OPEN).select_related("approval_type", "department")
    in_order = list(items.order_by("approval_type__position", "pk"))
    return _needs(project, in_order, today, calendar)


def _needs(
    project: Project, items: Sequence[ApprovalItem], today: date, calendar: Calendar
) -> list[Need]:
    asked: dict[UUID, list[MaterialRequirement]] = defaultdict(list)
    for requirement in _requirements({item.approval_type_id for item in items}):
        asked[requirement.approval_type_id].append(requirement)
    asked_of = requirements_by_item(items, asked)
    kinds = {each.kind_id for requirements in asked_of.values() for each in requirements}
    shelf = Shelf(project, kinds)
    until = {item.pk: needed_until(item, today, calendar) for item in items}
    return [
        Need(item, requirement, today, until[item.pk], shelf)
        for item in items
        for requirement in asked_of[item.pk]
    ]


def _requirements(types: Collection[UUID]) -> Iterable[MaterialRequirement]:
    if len(types) == 1:
        return REQUIREMENTS(*types)
    required = MaterialRequirement.objects.filter(approval_type__in=types)
    return required.select_related("kind")


# Of the one type of an item that is handed in.
REQUIREMENTS = Prepared[MaterialRequirement](
    lambda entry: MaterialRequirement.objects.filter(approval_type=entry).select_related("kind")
)


@dataclass(frozen=True)
class Shelf:
    """What a firm keeps that may serve a project, and what its items have been given.

    Of these kinds; each part is fetched once, when it is first asked for.
    """

    project: Project
    kinds: Collection[UUID]

    @cached_property
    def kept(self) -> Mapping[UUID, list[Document]]:
        kept = defaultdict(list)
        for document in _kept(self.project).filter(kind__in=self.kinds):
            kept[document.kind_id].append(document)
        return kept

    @cached_property
    def links(self) -> list:
        return list(_links(self.project, self.kinds))

    @cached_property
    def given(self) -> Mapping[tuple[UUID, UUID], list[Document]]:
        given = defaultdict(list)
        for link in self.links:
            given[link.approvalitem_id, link.document.kind_id].append(link.document)
        return given

    @cached_property
    def users(self) -> Mapping[UUID, list[ApprovalItem]]:
        """The items that a document has been given to."""
        users = defaultdict(list)
        for link in self.links:
            users[link.document_id].append(link.approvalitem)
        return users

    @cached_property
    def issuing(self) -> Mapping[str, ApprovalItem]:
        """By the name of the kind that it yields: an item whose result is still to come."""
        return _issuing(self.project)

    def handed_in(self, item: ApprovalItem, kind: MaterialKind) -> list[Document]:
        return self.given.get((item.pk, kind.pk), [])

    def held(self, item: ApprovalItem, kind: MaterialKind) -> list[Document]:
        """Without a form that has been made out for, and given to, another item.

        What is applied for together has one form.
        """
        kept = self.kept.get(kind.pk, [])
        if kind.scope != MaterialScope.ITEM:
            return kept
        return [
            document
            for document in kept
            if all(item.is_together_with(user) for user in self.users.get(document.pk, []))
        ]

    def awaited(self, item: ApprovalItem, kind: MaterialKind) -> ApprovalItem | None:
        issuing = self.issuing.get(kind.name)
        return issuing if issuing and issuing.pk != item.pk else None


def held_for_item(item: ApprovalItem, kinds: Collection[UUID], on: date) -> Held:
    """What of these kinds the item may be given or was given, and is valid: what is kept
    now comes first, a draft that was handed in earlier last."""
    shelf = Shelf(item.project, kinds)
    held = {}
    for kind in MaterialKind.objects.filter(pk__in=kinds):
        there = [*shelf.held(item, kind), *shelf.handed_in(item, kind)]
        valid = [document for document in _sound(there) if document.is_valid_on(on)]
        if valid:
            held[kind.pk] = valid[0]
    return held


def keepable(project: Project) -> DocumentQuerySet:
    """Current materials that may serve a project's items, the newest first."""
    return _kept(project).without_infected()


def _kept(project: Project) -> DocumentQuerySet:
    serving = Document.objects.serving(project).handed_in().current()
    return serving.select_related("kind").order_by("-uploaded_at", "-pk")


def _links(project: Project, kinds: Collection[UUID]) -> models.QuerySet:
    """What the project's items were given; of forms that may serve it, what any item was."""
    is_form = Q(document__kind__scope=MaterialScope.ITEM)
    may_serve = Q(document__project=project) | Q(document__project=None)
    links = ApprovalItem.documents.through.objects.filter(
        Q(approvalitem__project=project) | is_form & may_serve,
        document__enterprise=project.enterprise_id,
        document__kind__in=kinds,
    )
    # Of an item just what is_together_with compares: its row is wide, the links are many.
    item = ["approvalitem__joint_case", "approvalitem__whole"]
    with_both = links.select_related("document__kind", "approvalitem").only("document", *item)
    return with_both.order_by("-document__uploaded_at", "-pk")


def _issuing(project: Project) -> dict[str, ApprovalItem]:
    results = guides.kinds_by_type()
    items = project.items.filter(approval_type__code__in=results, delivered_at=None)
    going = items.filter(status__in=[*OPEN, "granted"]).select_related("approval_type")
    return {
        name: item
        for item in going.order_by("-approval_type__position")
        for name in results[item.approval_type.code]
    }
