"""What each act asks, and how: one table for the pages and the staff desk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals import operations
from approvals.catalogue import EXTRA_KINDS
from approvals.models import ApprovalItem, MaterialRequirement
from approvals.rights import Act
from huadu_portal.accounts.models import User
from huadu_portal.errors import Stale
from projects import files
from projects.models import Document, MaterialKind
from projects.operations import add_document

RESULT_KIND, OTHER_KIND = EXTRA_KINDS
note_field = partial(
    forms.CharField,
    max_length=2000,
    widget=forms.Textarea(attrs={"rows": 3}),
    strip=True,
)


class CheckedFileField(forms.FileField):
    """A file judged by its content."""

    def __init__(self, **options):
        super().__init__(**options)
        self.widget.attrs["accept"] = files.ACCEPT

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        if upload:
            files.check(upload, limit=settings.UPLOAD_MAX_BYTES)
        return upload


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(CheckedFileField):
    """Several files at once; the value is a list."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        uploads = [super(ManyFilesField, self).clean(each) for each in data or [None]]
        return [upload for upload in uploads if upload]


class ActForm(forms.Form):
    """What every act carries: the version of the item that the person saw."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args, item: ApprovalItem, **kwargs):
        kwargs["initial"] = {"version": item.version} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.item = item

    def arguments(self, *, by: User, at: datetime) -> dict[str, Any]:
        """What the operation is called with; files are stored on the way."""
        return dict(self.cleaned_data)


class MaterialsForm(ActForm):
    """Materials from the firm's vault, new files beside them, and a word to the officer."""

    needs_all = True
    note = note_field(label=_("note to the department"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.requirements = list(self.item.approval_type.requirements.select_related("kind"))
        held = self._held()
        for requirement in self.requirements:
            self._add_material(requirement, held.get(requirement.kind_id, []))
        self.other = MaterialKind.objects.filter(name=OTHER_KIND).first()
        if self.other:
            label = _("anything else")
            self.fields["more"] = ManyFilesField(label=label, required=False)
        self.order_fields(["version", *(n for n in self.fields if n != "note"), "note"])

    def _held(self) -> dict[Any, list[Document]]:
        """The firm's valid materials by kind, the newest first."""
        kinds = [requirement.kind_id for requirement in self.requirements]
        documents = Document.objects.current().filter(
            enterprise=self.item.project.enterprise_id, kind__in=kinds
        )
        held = {}
        for document in documents.order_by("-uploaded_at", "-pk"):
            held.setdefault(document.kind_id, []).append(document)
        return held

    def _add_material(self, requirement: MaterialRequirement, held: list) -> None:
        code = requirement.kind.code
        if held:
            self.fields[f"held_{code}"] = forms.ModelMultipleChoiceField(
                Document.objects.filter(pk__in=[document.pk for document in held]),
                label=requirement.kind.name,
                required=False,
                widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
                initial=[held[0].pk],
            )
        self.fields[f"upload_{code}"] = ManyFilesField(
            label=requirement.kind.name, required=False
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

    def clean(self):
        cleaned = super().clean()
        if self.needs_all:
            for requirement in self.requirements:
                self._check_there(requirement, cleaned)
        return cleaned

    def _check_there(self, requirement: MaterialRequirement, cleaned: dict) -> None:
        code = requirement.kind.code
        upload = f"upload_{code}"
        there = cleaned.get(f"held_{code}") or cleaned.get(upload)
        if not there and not requirement.is_tolerable and upload not in self.errors:
            self.add_error(upload, _("This material is needed; please add it."))

    def arguments(self, *, by, at):
        documents = []
        for requirement in self.requirements:
            code = requirement.kind.code
            documents += self.cleaned_data.get(f"held_{code}") or []
            uploads = self.cleaned_data[f"upload_{code}"]
            documents += self._keep(uploads, requirement.kind, by, at)
        more = self.cleaned_data.get("more") or []
        documents += self._keep(more, self.other, by, at)
        return {
            "version": self.cleaned_data["version"],
            "note": self.cleaned_data["note"],
            "documents": documents,
        }

    def _keep(self, uploads, kind, by, at) -> list[Document]:
        firm = self.item.project.enterprise
        return [
            add_document(firm, by=by, at=at, kind=kind, upload=upload) for upload in uploads
        ]


class SubmitForm(MaterialsForm):
    """Everything the department needs; what may follow later may be missing."""


class ResubmitForm(MaterialsForm):
    """The answer to a correction; what was handed in before stays."""

    needs_all = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("your answer")
        for name, field in self.fields.items():
            if name.startswith("held_"):
                field.initial = None


class NoteForm(ActForm):
    note = note_field(label=_("note"), required=False)


class CorrectionForm(ActForm):
    missing = note_field(
        label=_("what is missing"),
        max_length=5000,
        help_text=_("One thing a line. Name everything: it may be asked only once."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    note = note_field(label=_("note"), required=False)

    def clean_missing(self) -> list[str]:
        lines = self.cleaned_data["missing"].splitlines()
        return [line.strip() for line in lines if line.strip()]


class ReasonForm(ActForm):
    note = note_field(label=_("reason"))


class DeliverForm(ActForm):
    certificate_number = forms.CharField(
        label=_("certificate number"), max_length=100, required=False
    )
    issued_on = forms.DateField(label=_("issued"), required=False)
    valid_until = forms.DateField(label=_("valid until"), required=False)
    file = CheckedFileField(
        label=_("result document"),
        required=False,
        help_text=_("The enterprise can download it, and finds it in its materials."),
    )
    note = note_field(label=_("note"), required=False)

    def clean(self):
        cleaned = super().clean()
        rest = [cleaned.get(name) for name in ("issued_on", "valid_until", "file")]
        if any(rest) and not cleaned.get("certificate_number"):
            self.add_error("certificate_number", _("Please give the number too."))
        issued_on, valid_until = cleaned.get("issued_on"), cleaned.get("valid_until")
        if issued_on and valid_until and valid_until < issued_on:
            text = _("It cannot expire before it is issued.")
            self.add_error("valid_until", text)
        return cleaned

    def arguments(self, *, by, at):
        values = dict(self.cleaned_data)
        upload = values.pop("file")
        if upload:
            values["document"] = add_document(
                self.item.project.enterprise,
                by=by,
                at=at,
                kind=MaterialKind.objects.get(name=RESULT_KIND),
                upload=upload,
                valid_until=values["valid_until"],
            )
        return values


class RecordForm(ActForm):
    on = forms.DateField(
        label=_("reached on"),
        required=False,
        help_text=_("The day of the fact; today if it is left empty."),
    )
    note = note_field(label=_("note"), required=False)


@dataclass(frozen=True)
class ActDoor:
    """How an act is offered: what it asks, what it does, and what is said of it."""

    form: type[ActForm]
    operation: Callable[..., ApprovalItem]
    label: str | Promise
    # Before it is pressed: what follows and who is written to.
    consequence: str | Promise
    done: str | Promise
    danger: bool = False

    @transaction.atomic
    def perform(
        self, item: ApprovalItem, form: ActForm, *, by: User, at: datetime
    ) -> ApprovalItem:
        """Do it with what a valid form holds; files and act are kept together or not."""
        seen = form.cleaned_data["version"]
        # The operation asks again under the lock; here, before any file is stored.
        if seen != item.version:
            raise Stale(version=item.version)
        return self.operation(item, by=by, at=at, **form.arguments(by=by, at=at))


ACT_FORMS: dict[Act, ActDoor] = {
    Act.SUBMIT: ActDoor(
        SubmitForm,
        operations.submit,
        _("Hand in"),
        _(
            "The department answers within its notice limit whether it accepts the item. "
            "Its officers will be written to."
        ),
        _("The item has been handed in; the department has been told."),
    ),
    Act.RESUBMIT: ActDoor(
        ResubmitForm,
        operations.resubmit,
        _("Hand in again"),
        _(
            "The department looks at it anew, within a new notice limit. "
            "Its officers will be written to."
        ),
        _("The item has been handed in again; the department has been told."),
    ),
    Act.WITHDRAW: ActDoor(
        NoteForm,
        operations.withdraw,
        _("Withdraw"),
        _(
            "The item ends here. If it has been handed in, the department's officers "
            "will be written to."
        ),
        _("The item has been withdrawn."),
        danger=True,
    ),
    Act.ACCEPT: ActDoor(
        NoteForm,
        operations.accept,
        _("Accept"),
        _(
            "The limits begin to run. The enterprise's people and the service agent "
            "will be written to."
        ),
        _("The item has been accepted; the enterprise has been told."),
    ),
    Act.REQUEST_CORRECTION: ActDoor(
        CorrectionForm,
        operations.request_correction,
        _("Ask for correction"),
        _(
            "The item goes back to the enterprise; its limits have not begun. The "
            "enterprise's people and the service agent will be sent this list."
        ),
        _("The enterprise has been told what is missing."),
    ),
    Act.DECLINE: ActDoor(
        ReasonForm,
        operations.decline,
        _("Do not accept"),
        _(
            "The item ends here; the enterprise may apply anew. Its people and the "
            "service agent will be sent the reason."
        ),
        _("The item has not been accepted; the enterprise has been told why."),
        danger=True,
    ),
    Act.GRANT: ActDoor(
        NoteForm,
        operations.grant,
        _("Grant"),
        _(
            "The clock stops and what depends on it may open. The enterprise's people "
            "and the service agent will be written to."
        ),
        _("The item has been granted; the enterprise has been told."),
    ),
    Act.REFUSE: ActDoor(
        ReasonForm,
        operations.refuse,
        _("Refuse"),
        _(
            "The clock stops. The enterprise's people and the service agent will be "
            "sent the reason."
        ),
        _("The item has been refused; the enterprise has been told why."),
        danger=True,
    ),
    Act.DELIVER: ActDoor(
        DeliverForm,
        operations.deliver,
        _("Deliver"),
        _(
            "The result is handed over and the item is closed. The enterprise's people "
            "and the service agent will be written to."
        ),
        _("The result has been delivered; the enterprise has been told."),
    ),
    Act.RECORD: ActDoor(
        RecordForm,
        operations.record,
        _("Record as reached"),
        _(
            "The project's phase follows and what depends on it may open. The "
            "enterprise's people and the service agent will be written to."
        ),
        _("The milestone has been recorded; the enterprise has been told."),
    ),
    Act.MARK_NOT_APPLICABLE: ActDoor(
        ReasonForm,
        operations.mark_not_applicable,
        _("Mark as not applicable"),
        _(
            "From now on it counts as met, and what depends on it may open. The "
            "enterprise's people and the service agent will be sent the reason."
        ),
        _("Marked as not applicable; the enterprise has been told."),
    ),
    Act.UNDO_NOT_APPLICABLE: ActDoor(
        ReasonForm,
        operations.undo_not_applicable,
        _("Applies after all"),
        _(
            "The item is planned again. If it can be applied for at once, the "
            "enterprise's people will be written to."
        ),
        _("The item is planned again."),
    ),
}
