"""The steps of an application, and what each asks.

Their forms bind to Application.draft, which holds the strings as typed. Whether they are
right matters only when the application is handed in.
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Field, TextField
from django.forms.boundfield import BoundField
from django.utils.functional import Promise as LazyText
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.forms import MobileField
from huadu_portal.clock import civil_day, now
from huadu_portal.ui.form_choices import choices_of
from projects.forms.fields import FigureField, PlainTexts
from projects.models import PROJECT_FIELDS, Application, FieldGroup, ProjectField, names_in
from projects.operations import NOTHING_CHANGED

# Characters; beyond it nobody types, they paste something else.
LONGEST_TEXT = 5_000
# Of a whole number, which in the model has no such limit.
MOST_DIGITS = 9
# What the total investment is the sum of, in the order of the form.
INVESTMENT_PARTS = ["fixed_assets_wan", "working_capital_wan"]
# Templates of what stands below a field: what the page works out while someone types.
BELOW = {
    "working_capital_wan": "projects/total_investment.html",
    "floor_area_sqm": "projects/square_metres.html",
}


class StepForm(PlainTexts, forms.ModelForm):
    """One step."""

    # Empty fields do not keep the browser from saving what is there.
    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for typed in self.fields.values():
            if isinstance(typed, forms.ModelChoiceField):
                typed.empty_label = _("Please choose")
            elif isinstance(typed, forms.ChoiceField):
                chosen = [(value, label) for value, label in choices_of(typed) if value]
                typed.choices = [("", _("Please choose")), *chosen]


class ContactForm(StepForm):
    contact_name = forms.CharField(
        label=_("Contact person"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_mobile = MobileField(
        label=capfirst(_("contact mobile")),
        max_length=20,
        help_text=_("The window and your service agent will call this number."),
    )

    class Meta:
        model = Application
        fields = ["contact_name", "contact_mobile"]


def form_field(field: Field, **options: Any) -> forms.Field | None:
    """How a field of a project is typed; a figure with its unit behind it."""
    row = PROJECT_FIELDS[field.name]
    options |= {
        # A lazy text of our own names, which the stubs call otherwise.
        "label": capfirst(row.label),  # type: ignore[type-var]
        "help_text": row.help_text,
        "required": not row.optional and row.kind != "flag",
    }
    if row.is_number:
        return FigureField(
            unit=row.unit,
            max_digits=getattr(field, "max_digits", MOST_DIGITS),
            decimal_places=getattr(field, "decimal_places", 0),
            **options,
        )
    if isinstance(field, TextField):
        options |= {"max_length": LONGEST_TEXT, "widget": forms.Textarea(attrs={"rows": 5})}
    return field.formfield(**options)


class DescriptionForm(StepForm):
    """A step that asks for some groups of the fields that describe a project."""

    class Meta:
        model = Application
        fields: list[str] = []
        formfield_callback = form_field

    @property
    def groups(self) -> list[tuple[FieldGroup, list[tuple[ProjectField, BoundField, str]]]]:
        """The fields of each group, with their rows and the templates of what stands below them."""
        rows = [(PROJECT_FIELDS[each.name], each, BELOW.get(each.name, "")) for each in self]
        return [
            (group, list(fields)) for group, fields in groupby(rows, lambda row: row[0].group)
        ]


class ProjectForm(DescriptionForm):
    class Meta(DescriptionForm.Meta):
        fields = names_in(FieldGroup.PROJECT, FieldGroup.INVESTMENT)

    def clean_fixed_assets_wan(self):
        if self.cleaned_data["fixed_assets_wan"] == 0:
            raise ValidationError(_("Please enter a sum above zero."))
        return self.cleaned_data["fixed_assets_wan"]

    @property
    def investment_wan(self) -> Decimal | None:
        """The total of what has been typed, once both sums are sums."""
        sums = [self._sum(name) for name in INVESTMENT_PARTS]
        return None if None in sums else sum(sums)

    def _sum(self, name):
        try:
            return self.fields[name].clean(self[name].value())
        except ValidationError:
            return None


class LandForm(DescriptionForm):
    class Meta(DescriptionForm.Meta):
        fields = names_in(
            FieldGroup.PLACE, FieldGroup.LAND, FieldGroup.ENVIRONMENT, FieldGroup.SCHEDULE
        )

    def clean(self):
        for name in ("starts_on", "completes_on", "produces_on"):
            self._not_past(name)
        self._in_order("starts_on", "completes_on", _("A project cannot end before it starts."))
        self._in_order(
            "completes_on",
            "produces_on",
            _("Production cannot begin before the project is completed."),
        )
        return super().clean()

    def _not_past(self, name):
        day = self.cleaned_data.get(name)
        if day and day < civil_day(now()):
            self.add_error(name, _("This day has passed; please enter one from today on."))

    def _in_order(self, first, second, sentence):
        start, end = (self.cleaned_data.get(name) for name in (first, second))
        if start and end and start > end:
            self.add_error(second, sentence)


class SubmitApplicationForm(forms.Form):
    """What is affirmed when an application is handed in."""

    confirmed = forms.BooleanField(
        label=_(
            "I confirm that the statements and materials are true and complete, and that they "
            "contain no state secrets."
        ),
        error_messages={"required": _("Please confirm this before you submit.")},
    )

    def __init__(self, *args: Any, is_unchanged: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if is_unchanged:
            self.fields["unchanged"] = forms.BooleanField(
                label=_("Nothing has been changed; I submit the application as it was."),
                error_messages={"required": NOTHING_CHANGED},
            )


@dataclass(frozen=True)
class FormStep:
    slug: str
    title: str | LazyText
    form: type[StepForm] | None = None
    template: str = "projects/step_description.html"

    @property
    def names(self) -> list[str]:
        return list(self.form.base_fields) if self.form else []


MATERIALS = FormStep("materials", _("Application materials"))
STEPS = [
    FormStep(
        "enterprise",
        _("Enterprise and contact"),
        ContactForm,
        "projects/step_enterprise.html",
    ),
    FormStep("project", _("About the project"), ProjectForm),
    FormStep("land", _("Land and schedule"), LandForm),
    MATERIALS,
    FormStep("review", _("Check and submit")),
]


def step_named(slug: str) -> FormStep | None:
    return next((step for step in STEPS if step.slug == slug), None)
