"""A new version of a policy as it is typed at the desk."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.models import Department
from huadu_portal.escalation.models import EscalationPolicy, RecipientRole, Step, Trigger
from huadu_portal.escalation.operations.policies import check_text
from huadu_portal.escalation.subjects import course_named, grade_choices
from huadu_portal.notifications.models import Delivery
from huadu_portal.ui.form_choices import offer_choices

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


class PolicyForm(forms.Form):
    """Why it is changed; of a special policy also whose it is."""

    note = forms.CharField(label=_("why it is changed"), max_length=200)

    def policy(self, like: EscalationPolicy) -> EscalationPolicy:
        """The version that would come into force; unsaved."""
        return EscalationPolicy(
            course=like.course,
            department=like.department,
            grade=like.grade,
            note=self.cleaned_data["note"],
        )


class SpecialPolicyForm(PolicyForm):
    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("only of the department"), required=False
    )
    grade = forms.ChoiceField(
        label=_("only for projects of the grade"),
        choices=lambda: [("", _("every grade")), *grade_choices()],
        required=False,
    )

    field_order = ["department", "grade", "note"]

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if not cleaned.get("department") and not cleaned.get("grade"):
            raise ValidationError(_("Please name a department or a grade, or both."))
        return cleaned

    def policy(self, like: EscalationPolicy) -> EscalationPolicy:
        new = super().policy(like)
        new.department = self.cleaned_data["department"]
        new.grade = self.cleaned_data["grade"]
        return new


class PolicyStepForm(forms.ModelForm):
    audience = forms.MultipleChoiceField(
        label=_("recipients"),
        choices=RecipientRole.choices,
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
        model = Step
        fields = [*SHARED, *LISTS, *TEXTS]
        labels = {"value": _("days or per cent")}

    def __init__(self, *args: Any, course: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.course = course_named(course)
        if not self.course.is_of_department:
            del self.fields["card"]
        if self.course.is_staff_only:
            roles = [pair for pair in RecipientRole.choices if pair[0] != RecipientRole.FIRM]
            offer_choices(self, "audience", roles)

    def clean_text(self):
        check_text(self.course, self.cleaned_data["text"])
        return self.cleaned_data["text"]

    def clean_text_en(self):
        check_text(self.course, self.cleaned_data["text_en"])
        return self.cleaned_data["text_en"]


class Steps(BaseFormSet):
    def clean(self):
        if any(self.errors):
            return
        codes = [form.cleaned_data["code"] for form in self.kept]
        if not codes:
            raise ValidationError(_("A ladder needs at least one rung."))
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

    def steps(self) -> list[Step]:
        return [Step(**_values(form)) for form in self.kept]


def fingerprint_of(new: EscalationPolicy, steps: Sequence[Step]) -> str:
    """What was shown before it is put in force: whose policy, and every field of each step."""
    names = [*SHARED, *LISTS, *TEXTS]
    shown = [[getattr(step, name) for name in names] for step in steps]
    whose = [str(new.department_id), new.grade]
    return sha256(json.dumps([whose, shown]).encode()).hexdigest()


def _values(form: PolicyStepForm) -> dict[str, Any]:
    names = [name for name in [*SHARED, *LISTS, *TEXTS] if name in form.fields]
    return {name: form.cleaned_data[name] for name in names}


class GivenStepForm(PolicyStepForm):
    """A step of the formset: one that was there, or one that is typed into the empty line."""

    @property
    def has_changed_or_given(self):
        return bool(self.cleaned_data.get("code"))

    @property
    def outline(self):
        """When it comes and who is told, as it was before anything was typed."""
        known = self.initial
        if "trigger" not in known:
            return ""
        trigger = Trigger(known["trigger"])
        number = "" if trigger == Trigger.NEAR else f" {known['value']}"
        roles = "、".join(str(RecipientRole(role).label) for role in known["audience"])
        return f"{trigger.label}{number} · {roles}"


StepFormSet = formset_factory(GivenStepForm, formset=Steps, extra=1, can_delete=True)


def step_forms(like: EscalationPolicy, data: Mapping[str, str] | None = None) -> Steps:
    """The steps as they are, or as typed."""
    initial = [
        {name: getattr(step, name) for name in [*SHARED, *LISTS, *TEXTS]}
        for step in like.steps.all()
    ]
    typed = StepFormSet(
        data, initial=initial, prefix="steps", form_kwargs={"course": like.course}
    )
    assert isinstance(typed, Steps)
    return typed
