"""The material vault: what is looked for in it, put into it, and put right."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.models import User
from huadu_portal.rest.filters import SearchField
from huadu_portal.ui.form_choices import offer_rows
from projects.forms.fields import CheckedFileField, PlainTexts
from projects.models import (
    Document,
    DocumentSource,
    Enterprise,
    MaterialKind,
    Project,
    Validity,
)
from projects.models.documents import DocumentQuerySet
from projects.operations import Held, MaterialRequest, already_here

EVERY = [("", _("all"))]


class VaultSearch(PlainTexts, forms.Form):
    """What the list of materials is narrowed to; nonsense narrows nothing."""

    q = SearchField(
        label=_("File name or kind of material"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    validity = forms.ChoiceField(
        label=capfirst(_("validity")), required=False, choices=[*EVERY, *Validity.choices]
    )
    source = forms.ChoiceField(
        label=capfirst(_("source")), required=False, choices=[*EVERY, *DocumentSource.choices]
    )
    project = forms.ModelChoiceField(
        Project.objects.none(),
        label=capfirst(_("project")),
        required=False,
        empty_label=_("all"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        own = Project.objects.visible_to(user)
        offer_rows(self, "project", own.order_by("-number"))

    def narrow(self, documents: DocumentQuerySet, today: date) -> DocumentQuerySet:
        wanted = self.cleaned_data if self.is_valid() else {}
        for word in wanted.get("q", "").split():
            documents = documents.named_like(word)
        if wanted.get("validity"):
            documents = documents.with_validity(wanted["validity"], today)
        if wanted.get("source"):
            documents = documents.filter(source=wanted["source"])
        if wanted.get("project"):
            documents = documents.serving(wanted["project"])
        return documents

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


class UploadForm(PlainTexts, forms.Form):
    """A file and until when it is valid."""

    upload = CheckedFileField(
        label=capfirst(_("file")),
        help_text=_("PDF, JPG, PNG, DOCX or XLSX, 50 MB at most."),
    )
    valid_until = forms.DateField(
        label=capfirst(_("valid until")),
        required=False,
        help_text=_("The last day on which it is valid; empty if it does not expire."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_valid_until(self):
        day = self.cleaned_data["valid_until"]
        if day and day < self.today:
            raise ValidationError(_("It has already expired; please add one that is valid."))
        return day


class MaterialForm(UploadForm):
    """A material for the vault of one of a person's firms."""

    kind = forms.ModelChoiceField(
        MaterialKind.objects.none(),
        label=capfirst(_("kind of material")),
        to_field_name="code",
        empty_label=_("Please choose"),
    )
    enterprise = forms.ModelChoiceField(
        Enterprise.objects.none(), label=capfirst(_("enterprise")), empty_label=None
    )
    project = forms.ModelChoiceField(
        Project.objects.none(),
        label=capfirst(_("project")),
        required=False,
        empty_label=_("all projects of the enterprise"),
        help_text=_("Materials of a project can be used only for that project's approvals."),
    )
    field_order = ["kind", "enterprise", "project", "upload", "valid_until"]

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer_rows(self, "kind", MaterialKind.objects.order_by("code"))
        own = Enterprise.objects.visible_to(user).order_by("name")
        offer_rows(self, "enterprise", own)
        projects = Project.objects.filter(enterprise__in=own)
        offer_rows(self, "project", projects.order_by("-number"))

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        project, enterprise = cleaned.get("project"), cleaned.get("enterprise")
        if project and enterprise and project.enterprise_id != enterprise.pk:
            self.add_error("project", _("This project belongs to another enterprise."))
        return cleaned


class ValidityForm(PlainTexts, forms.Form):
    """Until when a material is valid, put right, and why."""

    valid_until = forms.DateField(
        label=capfirst(_("valid until")),
        required=False,
        help_text=_("The last day on which it is valid; empty if it does not expire."),
    )
    reason = forms.CharField(label=capfirst(_("reason")), max_length=300, strip=True)

    def __init__(self, *args: Any, document: Document, **kwargs: Any):
        initial = {"valid_until": document.valid_until}
        super().__init__(*args, initial=initial, **kwargs)


class MaterialRequests(forms.Form):
    """Names kinds of material that are missing; one that is already here needs a reason.

    A form that mixes this in calls `offer` with the kinds and what is held of them.
    """

    def offer(self, kinds: QuerySet, held: Held) -> None:
        self.held = held
        self.fields["kinds"] = forms.ModelMultipleChoiceField(
            kinds,
            label=_("materials that are missing or have to be replaced"),
            required=False,
            widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        )
        for kind in kinds:
            if kind.pk in held:
                self.fields[f"reason_{kind.code}"] = forms.CharField(
                    label=_("Reason for requesting “%(kind)s” again") % {"kind": kind},
                    help_text=_(
                        "The enterprise has already submitted it; your reason will be "
                        "sent to the enterprise."
                    ),
                    max_length=300,
                    required=False,
                    strip=True,
                )

    @property
    def reasons(self) -> list[str]:
        """The names of the fields that ask for a reason."""
        return [name for name in self.fields if name.startswith("reason_")]

    def clean(self):
        """`materials` becomes the requests; a kind that is here without a reason is refused."""
        super().clean()
        cleaned = self.cleaned_data
        cleaned["materials"] = [
            MaterialRequest(kind, cleaned.get(f"reason_{kind.code}", ""))
            for kind in cleaned.pop("kinds", None) or []
        ]
        for request in cleaned["materials"]:
            if request.kind.pk in self.held and not request.reason:
                sentence = already_here(self.held[request.kind.pk])
                self.add_error(f"reason_{request.kind.code}", sentence)
        return cleaned
