"""A new version of an approval type as it is typed at the desk."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from approvals.catalogue.models import ApprovalType
from approvals.catalogue.operations.versions import (
    FIELDS,
    Content,
    RequiredMaterial,
    content_of,
)
from huadu_portal.ui.form_choices import offer_choices
from projects.models import MaterialKind


class TypeForm(forms.ModelForm):
    """What the type says, from when on, and why it is changed."""

    note = forms.CharField(label=_("why it is changed"), max_length=200)
    effective_on = forms.DateField(
        label=_("in force from"),
        widget=forms.DateInput,
        help_text=_("Today, or a later day. What has been promised by then stays promised."),
    )
    # The version that was seen.
    replaces = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    prerequisites = forms.MultipleChoiceField(
        label=_("prerequisites"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ApprovalType
        fields = FIELDS
        help_texts = {
            "aliases": _("By which people look for it, such as 环评; separated by 、"),
            "fee": _("Leave empty what is not certain: an empty one is not shown."),
        }
        widgets = {"source": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        others = ApprovalType.objects.exclude(pk=self.instance.pk)
        offer_choices(self, "prerequisites", [(each.code, str(each)) for each in others])
        self.initial.update(
            effective_on=today + timedelta(days=1),
            replaces=self.instance.version,
            prerequisites=[each.code for each in self.instance.prerequisites.all()],
        )

    def _post_clean(self):
        """The instance stays as it is in the database; the draft is checked as a version."""


class RequiredMaterialForm(forms.Form):
    name = forms.CharField(
        label=_("material"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "kinds", "autocomplete": "off"}),
    )
    name_en = forms.CharField(
        label=_("English name, if the material is new"), max_length=200, required=False
    )
    is_tolerable = forms.BooleanField(label=_("may follow later"), required=False)

    def __init__(self, *args: Any, known: Mapping[str, str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.known = known

    def clean_name(self):
        """The Chinese name; the desk in English shows the other one."""
        return self.known.get(self.cleaned_data["name"], self.cleaned_data["name"])

    def clean(self):
        name, name_en = self.cleaned_data.get("name"), self.cleaned_data.get("name_en")
        if name and not name_en and name not in self.known.values():
            self.add_error(
                "name_en",
                _("This material is not in the list: choose one, or give its English name."),
            )
        return self.cleaned_data


class RequiredMaterials(BaseFormSet):
    def clean(self):
        if any(self.errors):
            return
        names = [each["name"] for each in self.materials()]
        if len(set(names)) != len(names):
            raise ValidationError(_("A material stands in the list twice."))

    def materials(self) -> list[RequiredMaterial]:
        """In the order in which they stand, without those taken away and empty lines."""
        return [
            {
                "name": line["name"],
                "name_en": "" if line["name"] in form.known.values() else line["name_en"],
                "is_tolerable": line["is_tolerable"],
            }
            for form in self.forms
            if (line := form.cleaned_data).get("name") and not line.get("DELETE")
        ]


MaterialFormSet = formset_factory(
    RequiredMaterialForm, formset=RequiredMaterials, extra=2, can_delete=True
)


def material_forms(
    entry: ApprovalType, data: Mapping[str, str] | None = None
) -> RequiredMaterials:
    """The materials as they are, or as typed."""
    known: dict[str, str] = {}
    for kind in MaterialKind.objects.all():
        known |= {kind.name: kind.name, str(kind): kind.name}
    initial = [
        {"name": str(each.kind), "is_tolerable": each.is_tolerable}
        for each in entry.requirements.select_related("kind")
    ]
    typed = MaterialFormSet(
        data, initial=initial, prefix="materials", form_kwargs={"known": known}
    )
    assert isinstance(typed, RequiredMaterials)
    return typed


def content_typed(entry: ApprovalType, form: TypeForm, lines: RequiredMaterials) -> Content:
    """The version that would come into force."""
    typed = form.cleaned_data
    chosen = set(typed["prerequisites"])
    order = ApprovalType.objects.filter(code__in=chosen).order_by("position")
    return {
        "fields": content_of(entry)["fields"] | {name: typed[name] for name in FIELDS},
        "materials": lines.materials(),
        "prerequisites": [each.code for each in order],
    }


def version_fingerprint(content: Content, effective_on: date, replaces: int) -> str:
    """What was shown before it is put in force."""
    shown = [content, effective_on.isoformat(), replaces]
    return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()
