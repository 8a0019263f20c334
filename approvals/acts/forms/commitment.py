"""What a firm brings to keep its word: a material it has here, or a new file."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.acts import OTHER_KIND
from approvals.acts.forms.fields import note_field
from approvals.acts.models import Commitment
from approvals.vault.needs import keepable
from huadu_portal.accounts.models import User
from huadu_portal.acts import ActForm
from huadu_portal.ui.form_choices import offer_rows
from projects.forms import UploadForm
from projects.models import Document, DocumentSource, MaterialKind
from projects.operations import add_document


class KeepForm(ActForm, UploadForm):
    document = forms.ModelChoiceField(
        Document.objects.none(),
        label=_("From your materials"),
        required=False,
        empty_label=_("none of them: I add a file"),
    )
    note = note_field(label=_("note to the department"), required=False)
    field_order = ["document", "upload", "valid_until", "note"]

    def __init__(self, *args: Any, thing: Commitment, today: date, **kwargs: Any):
        super().__init__(*args, thing=thing, today=today, **kwargs)
        there = keepable(thing.item.project).valid_on(today)
        if thing.material:
            there = there.filter(kind=thing.material)
        offer_rows(self, "document", there)
        self.fields["upload"].required = False
        if not there:
            del self.fields["document"]
        self.order_fields(self.field_order)

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        brought = [cleaned.get("document"), cleaned.get("upload")]
        if sum(map(bool, brought)) != 1 and not self.errors:
            sentence = _("Please choose one of your materials or add a file, not both.")
            self.add_error("upload", sentence)
        return cleaned

    def arguments(self, *, by: User, at: datetime) -> dict[str, Any]:
        """What the operation is called with; a new file is stored on the way."""
        document = self.cleaned_data.get("document") or self._keep(by, at)
        return {"document": document, "note": self.cleaned_data["note"]}

    def _keep(self, by: User, at: datetime) -> Document:
        project = self.thing.item.project
        other = MaterialKind.objects.filter(name=OTHER_KIND)
        return add_document(
            project.enterprise,
            by=by,
            at=at,
            kind=self.thing.material or other.get(),
            upload=self.cleaned_data["upload"],
            project=project,
            source=DocumentSource.ITEM,
            valid_until=self.cleaned_data["valid_until"],
        )
