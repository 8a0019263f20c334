"""Handing in: materials from the firm's vault, new files, and commitments."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django import forms
from django.core.files import File
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.acts import OTHER_KIND, BeginningForm, ItemForm
from approvals.acts.forms.fields import ManyFilesField, note_field
from approvals.acts.models import Point
from approvals.acts.operations import AnswerGiven, can_join
from approvals.acts.operations.correction_answers import (
    documents_given_before,
    nothing_new,
    nothing_new_to,
    open_correction,
)
from approvals.catalogue.models import MaterialRequirement
from approvals.items.models import ApprovalItem
from approvals.vault.needs import Need, keepable, needs_of_item
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day, now
from huadu_portal.ui.form_choices import offer_rows
from huadu_portal.workdays.published import calendar
from projects.models import Document, DocumentSource, MaterialKind
from projects.operations import add_document

# What is asked beside the materials, in this order.
BESIDE = ["parts", "more", "commit_by", "on_commitment", "note", "unchanged"]


class MaterialsForm(ItemForm):
    """Materials from the firm's vault, new files beside them, and a word to the officer."""

    needs_all = True
    note = note_field(label=_("note to the department"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.needs = needs_of_item(self.item, civil_day(now()), calendar())
        asked = self.needs_asked()
        self.requirements = [need.requirement for need in asked]
        for need in asked:
            self._add_material(need.requirement, valid_of(need))
        self.other = MaterialKind.objects.filter(name=OTHER_KIND).first()
        if self.other:
            label = _("anything else")
            self.fields["more"] = ManyFilesField(label=label, required=False)
        self._order()

    def needs_asked(self) -> list[Need]:
        """Those that have a field of their kind."""
        return self.needs

    def _order(self) -> None:
        """Materials first, the word to the officer last."""
        first = [name for name in self.fields if name not in BESIDE]
        self.order_fields([*first, *BESIDE])

    def _add_material(self, requirement: MaterialRequirement, held: list) -> None:
        code = requirement.kind.code
        if held:
            self.fields[f"held_{code}"] = self._held_field(str(requirement.kind), held)
        self.fields[f"upload_{code}"] = ManyFilesField(
            label=str(requirement.kind), required=False
        )

    def _held_field(self, label: str, held: list[Document]) -> forms.Field:
        return forms.ModelMultipleChoiceField(
            Document.objects.filter(pk__in=[document.pk for document in held]),
            label=label,
            required=False,
            widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
            initial=[held[0].pk],
        )

    @property
    def materials(self) -> Iterator[dict[str, Any]]:
        """Per requirement: what is held, what may be added; either may be missing."""
        for requirement in self.requirements:
            code = requirement.kind.code
            held = f"held_{code}"
            yield {
                "requirement": requirement,
                "held": self[held] if held in self.fields else None,
                "upload": self[f"upload_{code}"],
                "is_required": self.needs_all and self.is_needed_now(requirement, {}),
            }

    @property
    def beside_materials(self) -> list[forms.BoundField]:
        """Every other field, in order: whatever is asked is shown."""
        shown = {
            row[name] for row in self.materials for name in ("held", "upload") if row[name]
        }
        names = {field.name for field in shown}
        return [field for field in self.visible_fields() if field.name not in names]

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if self.needs_all:
            for requirement in self.requirements:
                self._check_there(requirement, cleaned)
        return cleaned

    @property
    def awaited(self) -> set:
        """Kinds that an earlier approval is yet to deliver: not the firm's to bring."""
        return {need.kind.pk for need in self.needs if need.awaited_from}

    def _check_there(self, requirement: MaterialRequirement, cleaned: dict) -> None:
        upload = f"upload_{requirement.kind.code}"
        needed = self.is_needed_now(requirement, cleaned) and upload not in self.errors
        if needed and not self.is_there(requirement, cleaned):
            self.add_error(upload, _("This material is needed; please add it."))

    def is_needed_now(self, requirement: MaterialRequirement, cleaned: dict) -> bool:
        return not requirement.is_tolerable and requirement.kind_id not in self.awaited

    def is_there(self, requirement: MaterialRequirement, cleaned: dict) -> bool:
        code = requirement.kind.code
        return bool(cleaned.get(f"held_{code}") or cleaned.get(f"upload_{code}"))

    def arguments(self, *, by, at):
        documents: list[Document] = []
        for requirement in self.requirements:
            code = requirement.kind.code
            documents += self.cleaned_data.get(f"held_{code}") or []
            uploads = self.cleaned_data[f"upload_{code}"]
            documents += self._keep(uploads, requirement.kind, by, at)
        if self.other:
            more = self.cleaned_data.get("more") or []
            documents += self._keep(more, self.other, by, at)
        return {
            "version": self.cleaned_data["version"],
            "note": self.cleaned_data["note"],
            "documents": documents,
        }

    def _keep(
        self, uploads: Iterable[File], kind: MaterialKind, by: User, at: datetime
    ) -> list[Document]:
        project = self.item.project
        return [
            add_document(
                project.enterprise,
                by=by,
                at=at,
                upload=upload,
                kind=kind,
                project=project,
                source=DocumentSource.ITEM,
            )
            for upload in uploads
        ]


def valid_of(need: Need) -> list[Document]:
    """What is here of a kind and still valid, the newest first, each once."""
    there = {document.pk: document for document in [*need.handed_in, *need.held]}
    return [each for each in there.values() if each.is_valid_on(need.today)]


class PartsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, item):
        return str(item.approval_type)


class SubmitForm(BeginningForm, MaterialsForm):
    """Everything the department needs; what may follow later has a commitment with a day."""

    commit_by = forms.DateField(
        label=_("we will submit the materials that may follow by"),
        required=False,
        help_text=_("A written commitment: it is monitored, and missing it is recorded."),
    )
    on_commitment = forms.BooleanField(
        label=_(
            "We commit to submit the missing materials by that date (notification and "
            "commitment)."
        ),
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._offer_parts()
        if not self.item.approval_type.commitment_allowed:
            del self.fields["on_commitment"]
            if not any(need.is_tolerable for need in [*self.requirements, *self.of_parts]):
                del self.fields["commit_by"]
        self._order()

    def _offer_parts(self) -> None:
        """联合验收: what can be applied for with it, all of it chosen to begin with."""
        parts = list(can_join(self.item).select_related("approval_type"))
        types = [part.approval_type_id for part in parts]
        self.of_parts = list(MaterialRequirement.objects.filter(approval_type__in=types))
        if not parts:
            return
        self.fields["parts"] = PartsField(
            ApprovalItem.objects.filter(pk__in=[part.pk for part in parts]),
            label=_("inspected together with it"),
            required=False,
            initial=[part.pk for part in parts],
            help_text=_(
                "One application, one visit, one opinion. Their materials are those you keep."
            ),
            widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        )

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        lacks = any(
            not self.is_there(requirement, cleaned)
            for requirement in self.requirements
            if requirement.kind_id not in self.awaited
        )
        day = cleaned.get("commit_by")
        if "commit_by" in self.fields and lacks and not self.errors and not day:
            self.add_error("commit_by", _("Please enter the date by which you will submit it."))
        if day and day <= civil_day(now()):
            self.add_error("commit_by", _("Please choose a day after today."))
        return cleaned

    def is_needed_now(self, requirement, cleaned):
        is_vouched = cleaned.get("on_commitment")
        return not is_vouched and super().is_needed_now(requirement, cleaned)

    def arguments(self, *, by, at):
        promised = {
            name: self.cleaned_data[name]
            for name in ("commit_by", "on_commitment", "parts")
            if name in self.fields
        }
        return super().arguments(by=by, at=at) | promised


class AnswerForm(MaterialsForm):
    """The answer to what a department has found wanting; what was handed in before stays.

    Where nothing is new, that has to be confirmed.
    """

    needs_all = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("your answer")
        if "unchanged" in self.data:
            self._ask_to_confirm()
        for name, field in self.fields.items():
            if name.startswith("held_"):
                field.initial = None

    @cached_property
    def had(self) -> set[UUID]:
        """What the item has been given before, by key."""
        return documents_given_before(self.item)

    def _held_field(self, label: str, held: list[Document]) -> forms.Field:
        return HeldField(held, had=self.had, label=label)

    def _ask_to_confirm(self) -> None:
        self.fields["unchanged"] = forms.BooleanField(
            label=_("Nothing is new; we submit it unchanged."), required=False
        )

    def clean(self):
        cleaned = super().clean()
        sentence = None if self.errors or cleaned.get("unchanged") else self.nothing_new()
        if sentence:
            self._ask_to_confirm()
            self.add_error("unchanged", sentence)
        return cleaned

    def nothing_new(self) -> str | None:
        """What is said where nothing has been added."""
        chosen = [self.cleaned_data.get(name) or () for name in self.names_of_files]
        is_new = any(getattr(each, "pk", None) not in self.had for each in chain(*chosen))
        return None if is_new or self.cleaned_data.get("note") else nothing_new()

    @property
    def names_of_files(self) -> list[str]:
        """The fields with documents that are kept here, and with files to be added."""
        return [
            name
            for name in self.fields
            if name.startswith(("held_", "upload_", "point_")) or name == "more"
        ]

    def arguments(self, *, by, at):
        unchanged = {"unchanged": self.cleaned_data.get("unchanged", False)}
        return super().arguments(by=by, at=at) | unchanged


class HeldField(forms.ModelMultipleChoiceField):
    """Documents that are kept here; says of each whether the item has been given it before."""

    def __init__(
        self,
        documents: Iterable[Document],
        *,
        had: Collection[UUID],
        label: str | Promise | None = None,
    ):
        documents = list(documents)
        fresh = [each.pk for each in documents if each.pk not in had]
        super().__init__(
            Document.objects.filter(pk__in=[each.pk for each in documents]),
            label=label or _("From your materials"),
            required=False,
            widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
            initial=fresh[:1],
        )
        self.had = had

    def label_from_instance(self, document: Document) -> str:
        name = document.filename
        if document.pk in self.had:
            return gettext("%(name)s (already submitted for this item)") % {"name": name}
        return name


@dataclass(frozen=True)
class PointFields:
    """What is asked for a point of the list: `held` may be missing, `kind` where it is known."""

    point: Point
    held: forms.BoundField | None
    upload: forms.BoundField
    kind: forms.BoundField | None
    text: forms.BoundField


class ResubmitForm(AnswerForm):
    """The answer to a request for correction: to each of its points files, words or both."""

    def __init__(self, *args, thing, **kwargs):
        self.correction = open_correction(thing)
        self.listed = self.correction.points if self.correction else []
        super().__init__(*args, thing=thing, **kwargs)
        for point in self.listed:
            self._add_point(point)
        self._order()

    def needs_asked(self) -> list[Need]:
        """The kinds that the list does not name."""
        named = {point.kind.pk for point in self.listed if point.kind}
        return [need for need in self.needs if need.kind.pk not in named]

    def _add_point(self, point: Point) -> None:
        name = f"point_{point.number}"
        if held := self._held(point.kind):
            self.fields[f"{name}_held"] = HeldField(held, had=self.had)
        self.fields[f"{name}_upload"] = ManyFilesField(label=_("Add files"), required=False)
        if not point.kind:
            self.fields[f"{name}_kind"] = forms.ModelChoiceField(
                MaterialKind.objects.none(),
                label=_("The files are"),
                required=False,
                to_field_name="code",
                empty_label=str(self.other or ""),
            )
            kinds = [need.kind.pk for need in self.needs]
            offer_rows(self, f"{name}_kind", MaterialKind.objects.filter(pk__in=kinds))
        self.fields[f"{name}_text"] = note_field(label=_("Answer in words"), required=False)

    def _held(self, kind: MaterialKind | None) -> list[Document]:
        """What is here of the kind and valid: first what the item has not been given yet."""
        if kind is None:
            return []
        need = next((each for each in self.needs if each.kind.pk == kind.pk), None)
        today = civil_day(now())
        kept = keepable(self.item.project).filter(kind=kind).valid_on(today)
        there = valid_of(need) if need else list(kept)
        newest_first = sorted(there, key=lambda each: each.uploaded_at, reverse=True)
        return sorted(newest_first, key=lambda each: each.pk in self.had)

    @property
    def points(self) -> list[PointFields]:
        return [self._fields_of(point) for point in self.listed]

    def _fields_of(self, point: Point) -> PointFields:
        name = f"point_{point.number}"
        held, kind = f"{name}_held", f"{name}_kind"
        return PointFields(
            point,
            held=self[held] if held in self.fields else None,
            upload=self[f"{name}_upload"],
            kind=self[kind] if kind in self.fields else None,
            text=self[f"{name}_text"],
        )

    @property
    def beside_materials(self) -> list[forms.BoundField]:
        return [each for each in super().beside_materials if not each.name.startswith("point_")]

    def clean(self):
        for point in self.listed:
            name = f"point_{point.number}"
            said = [self.cleaned_data.get(f"{name}_{what}") for what in WITH_ANSWER]
            has_errors = any(f"{name}_{what}" in self.errors for what in OF_POINT)
            if not any(said) and not has_errors:
                sentence = _("Please add a file or an answer to this point.")
                self.add_error(f"{name}_text", sentence)
        return super().clean()

    def nothing_new(self):
        stale = [point.number for point in self.listed if self._is_stale(point)]
        return (
            nothing_new_to(stale) if stale else None if self.listed else super().nothing_new()
        )

    def _is_stale(self, point: Point) -> bool:
        said = {
            what: self.cleaned_data.get(f"point_{point.number}_{what}") for what in OF_POINT
        }
        given = AnswerGiven(point.number, said["text"] or "", said["held"] or [])
        return not said["upload"] and given.is_unchanged(self.had)

    def arguments(self, *, by, at):
        answers = [self._answer(point, by, at) for point in self.listed]
        return super().arguments(by=by, at=at) | {"answers": answers}

    def _answer(self, point: Point, by: User, at: datetime) -> AnswerGiven:
        said = {
            what: self.cleaned_data.get(f"point_{point.number}_{what}") for what in OF_POINT
        }
        kind = point.kind or said["kind"] or MaterialKind.objects.get(name=OTHER_KIND)
        added = self._keep(said["upload"] or [], kind, by, at)
        return AnswerGiven(point.number, said["text"] or "", [*(said["held"] or []), *added])


# The fields of a point, as PointFields names them, and those of them that answer it.
OF_POINT = ["held", "upload", "kind", "text"]
WITH_ANSWER = ["held", "upload", "text"]
