"""What is asked by the acts that push an item, by cards and orders, and by a new ladder."""

import json
from collections.abc import Sequence
from hashlib import sha256

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.acts import ReasonForm
from approvals.acts.forms.fields import note_field
from approvals.acts.forms.several import ReasonForAll
from approvals.supervision.models import AMONG_STAFF, OF_DEPARTMENT, Hearer, Ladder, LadderRung
from approvals.supervision.operations.ladders import check_text
from huadu_portal.accounts.models import Department
from huadu_portal.acts import ActForm
from huadu_portal.notifications.models import Delivery
from projects.choices import Grade


class StopLadderForm(ReasonForm):
    until = forms.DateField(
        label=_("reminders go on from"), widget=forms.DateInput(attrs={"type": "date"})
    )

    field_order = ["version", "until", "note"]


class StopForAll(ReasonForAll):
    until = forms.DateField(
        label=_("reminders go on from"), widget=forms.DateInput(attrs={"type": "date"})
    )

    field_order = ["until", "note"]


class AppealForm(ActForm):
    text = note_field(label=_("why the card should not stand"))


class DecideForm(ActForm):
    cancel = forms.TypedChoiceField(
        label=_("decision"),
        choices=[
            ("", _("Please choose")),
            ("no", _("the card stands")),
            ("yes", _("cancel it")),
        ],
        coerce=lambda value: value == "yes",
    )
    text = note_field(label=_("reason"))


class CancelForm(ActForm):
    text = note_field(label=_("why it is cancelled"))


class ReplyForm(ActForm):
    text = note_field(label=_("reply"))


SHARED = [
    "code",
    "name",
    "name_en",
    "trigger",
    "value",
    "unit",
    "min_days",
    "card",
    "is_urgent",
]
LISTS = ["audience", "channels"]
TEXTS = ["text", "text_en"]


class LadderForm(forms.Form):
    """Why it is changed; for a special ladder also whose it is."""

    note = forms.CharField(label=_("why it is changed"), max_length=200)

    def ladder(self, like: Ladder) -> Ladder:
        """The version that would come into force; unsaved."""
        return Ladder(
            course=like.course,
            department=like.department,
            grade=like.grade,
            note=self.cleaned_data["note"],
        )


class SpecialLadderForm(LadderForm):
    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("only of the department"), required=False
    )
    grade = forms.ChoiceField(
        label=_("only for projects of the grade"),
        choices=[("", _("every grade")), *Grade.choices],
        required=False,
    )

    field_order = ["department", "grade", "note"]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("department") and not cleaned.get("grade"):
            raise ValidationError(_("Please name a department or a grade, or both."))
        return cleaned

    def ladder(self, like):
        new = super().ladder(like)
        new.department = self.cleaned_data["department"]
        new.grade = self.cleaned_data["grade"]
        return new


class RungForm(forms.ModelForm):
    audience = forms.MultipleChoiceField(
        label=_("who is told"),
        choices=Hearer.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    channels = forms.MultipleChoiceField(
        label=_("by these ways only"),
        choices=Delivery.Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None chosen: every way that is set up and that the reader wants."),
    )

    class Meta:
        model = LadderRung
        fields = [*SHARED, *LISTS, *TEXTS]
        labels = {"value": _("days or per cent")}

    def __init__(self, *args, course: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.course = course
        if course not in OF_DEPARTMENT:
            del self.fields["card"]
        if course in AMONG_STAFF:
            hearers = [pair for pair in Hearer.choices if pair[0] != Hearer.FIRM]
            self.fields["audience"].choices = hearers

    def clean_text(self):
        check_text(self.course, self.cleaned_data["text"])
        return self.cleaned_data["text"]

    def clean_text_en(self):
        check_text(self.course, self.cleaned_data["text_en"])
        return self.cleaned_data["text_en"]


class Rungs(BaseFormSet):
    def clean(self):
        if any(self.errors):
            return
        codes = [form.cleaned_data["code"] for form in self.kept]
        if not codes:
            raise ValidationError(_("A ladder needs a rung at least."))
        if len(set(codes)) != len(codes):
            raise ValidationError(_("Two rungs have the same code."))

    @property
    def kept(self):
        """In the order in which they stand, without those left out and the empty one."""
        return [
            form
            for form in self.forms
            if form.has_changed_or_given and not form.cleaned_data.get("DELETE")
        ]

    def rungs(self) -> list[LadderRung]:
        return [LadderRung(**_values(form)) for form in self.kept]


def fingerprint_of(new: Ladder, rungs: Sequence[LadderRung]) -> str:
    """What was shown before it is put in force: whose ladder, and every field of each rung."""
    names = [*SHARED, *LISTS, *TEXTS]
    shown = [[getattr(rung, name) for name in names] for rung in rungs]
    whose = [str(new.department_id), new.grade]
    return sha256(json.dumps([whose, shown]).encode()).hexdigest()


def _values(form: RungForm) -> dict:
    names = [name for name in [*SHARED, *LISTS, *TEXTS] if name in form.fields]
    return {name: form.cleaned_data[name] for name in names}


class GivenRungForm(RungForm):
    """A rung of the formset: one that was there, or one that is typed into the empty line."""

    @property
    def has_changed_or_given(self):
        return bool(self.cleaned_data.get("code"))


RungFormSet = formset_factory(GivenRungForm, formset=Rungs, extra=1, can_delete=True)


def rung_forms(like: Ladder, data=None) -> Rungs:
    """The rungs as they are, or as typed."""
    initial = [
        {name: getattr(rung, name) for name in [*SHARED, *LISTS, *TEXTS]}
        for rung in like.rungs.all()
    ]
    return RungFormSet(
        data, initial=initial, prefix="rungs", form_kwargs={"course": like.course}
    )
