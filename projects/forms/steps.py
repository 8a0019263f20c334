"""The steps of an application, and what each asks.

Their forms bind to Application.draft, which holds the strings as typed. Whether they are
right matters only when the application is handed in.
"""

from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise as LazyText
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.forms import MobileField
from projects.forms.fields import FigureField, MoneyField, PlainTexts
from projects.models import Application

# Characters; beyond it nobody types, they paste something else.
LONGEST_SUMMARY = 5_000


class StepForm(PlainTexts, forms.ModelForm):
    """One step. A field is required unless the step names it as optional."""

    # Empty fields do not keep the browser from saving what is there.
    use_required_attribute = False
    optional: set[str] = set()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, typed in self.fields.items():
            typed.required = name not in self.optional
            if isinstance(typed, forms.ModelChoiceField):
                typed.empty_label = _("Please choose")
            elif isinstance(typed, forms.ChoiceField):
                chosen = [(value, label) for value, label in typed.choices if value]
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


class ProjectForm(StepForm):
    summary = forms.CharField(
        label=capfirst(_("what will be built and made")),
        max_length=LONGEST_SUMMARY,
        help_text=_("Products, processes, buildings and stages, in a few sentences."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    fixed_assets_wan = MoneyField(
        label=capfirst(_("fixed assets")), help_text=_("Land, buildings and equipment.")
    )
    working_capital_wan = MoneyField(
        label=capfirst(_("working capital")), help_text=_("Enter 0 if there is none.")
    )
    annual_output_wan = MoneyField(
        label=capfirst(_("expected annual output")),
        help_text=_("In a year of full production."),
    )

    class Meta:
        model = Application
        fields = [
            "name",
            "summary",
            "industry",
            "nature",
            "fund_source",
            "fixed_assets_wan",
            "working_capital_wan",
            "annual_output_wan",
        ]

    def clean_fixed_assets_wan(self):
        if self.cleaned_data["fixed_assets_wan"] == 0:
            raise ValidationError(_("Please enter a sum above zero."))
        return self.cleaned_data["fixed_assets_wan"]

    @property
    def investment_wan(self) -> Decimal | None:
        """The total of what has been typed, once both sums are sums."""
        sums = [self._sum(name) for name in ("fixed_assets_wan", "working_capital_wan")]
        return None if None in sums else sum(sums)

    def _sum(self, name):
        try:
            return self.fields[name].clean(self[name].value())
        except ValidationError:
            return None


class LandForm(StepForm):
    optional = {
        "platform",
        "with_design_scheme",
        "area_assessed",
        "energy_tce",
        "produces_on",
    }

    land_mu = FigureField(label=_("Land"), unit=_("mu"), max_digits=9, decimal_places=2)
    floor_area_sqm = FigureField(
        label=_("Floor area"), unit=_("m²"), max_digits=11, decimal_places=2
    )
    energy_tce = FigureField(
        label=_("Annual energy"),
        unit=_("tonnes of standard coal"),
        max_digits=9,
        decimal_places=0,
        help_text=_("If known. From 1,000 tonnes on, an energy review may be needed."),
    )

    class Meta:
        model = Application
        fields = [
            "town",
            "platform",
            "site",
            "land_acquisition",
            "land_mu",
            "floor_area_sqm",
            "with_design_scheme",
            "area_assessed",
            "environmental_form",
            "energy_tce",
            "starts_on",
            "completes_on",
            "produces_on",
        ]

    def clean_energy_tce(self):
        energy = self.cleaned_data["energy_tce"]
        return None if energy is None else int(energy)

    def clean(self):
        self._in_order("starts_on", "completes_on", _("A project cannot end before it starts."))
        self._in_order(
            "completes_on",
            "produces_on",
            _("Production cannot begin before the project is completed."),
        )
        return super().clean()

    def _in_order(self, first, second, sentence):
        days = [self.cleaned_data.get(name) for name in (first, second)]
        if None not in days and days[0] > days[1]:
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


@dataclass(frozen=True)
class FormStep:
    slug: str
    title: str | LazyText
    form: type[StepForm] | None = None

    @property
    def names(self) -> list[str]:
        return list(self.form.base_fields) if self.form else []


STEPS = [
    FormStep("enterprise", _("Enterprise and contact"), ContactForm),
    FormStep("project", _("About the project"), ProjectForm),
    FormStep("land", _("Land and schedule"), LandForm),
    FormStep("materials", _("Application materials")),
    FormStep("review", _("Check and submit")),
]


def step_named(slug: str) -> FormStep | None:
    return next((step for step in STEPS if step.slug == slug), None)
