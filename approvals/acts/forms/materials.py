"""Handing in: materials from the firm's vault, new files, and commitments."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.acts import OTHER_KIND, BeginningForm, ItemForm
from approvals.acts.forms.fields import ManyFilesField, note_field
from approvals.acts.operations import can_join
from approvals.catalogue.models import MaterialRequirement
from approvals.items.models import ApprovalItem
from approvals.vault.needs import Need, needs_of_item
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day, now
from huadu_portal.workdays.published import calendar
from projects.models import Document, DocumentSource, MaterialKind
from projects.operations import add_document

# What is asked beside the materials, in this order.
BESIDE = ["parts", "more", "commit_by", "on_commitment", "note"]


class MaterialsForm(ItemForm):
    """Materials from the firm's vault, new files beside them, and a word to the officer."""

    needs_all = True
    note = note_field(label=_("note to the department"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.needs = needs_of_item(self.item, civil_day(now()), calendar())
        self.requirements = [need.requirement for need in self.needs]
        for need in self.needs:
            self._add_material(need.requirement, valid_of(need))
        self.other = MaterialKind.objects.filter(name=OTHER_KIND).first()
        if self.other:
            label = _("anything else")
            self.fields["more"] = ManyFilesField(label=label, required=False)
        self._order()

    def _order(self) -> None:
        """Materials first, the word to the officer last."""
        first = [name for name in self.fields if name not in BESIDE]
        self.order_fields([*first, *BESIDE])

    def _add_material(self, requirement: MaterialRequirement, held: list) -> None:
        code = requirement.kind.code
        if held:
            self.fields[f"held_{code}"] = forms.ModelMultipleChoiceField(
                Document.objects.filter(pk__in=[document.pk for document in held]),
                label=str(requirement.kind),
                required=False,
                widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
                initial=[held[0].pk],
            )
        self.fields[f"upload_{code}"] = ManyFilesField(
            label=str(requirement.kind), required=False
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


class ResubmitForm(MaterialsForm):
    """The answer to a correction; what was handed in before stays."""

    needs_all = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("your answer")
        for name, field in self.fields.items():
            if name.startswith("held_"):
                field.initial = None
