"""What an enterprise types: about itself, and, step by step, about its project.

The steps' forms bind to Application.draft, which holds the strings as typed. Whether they
are right matters only when the application is handed in.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.forms import MobileField
from huadu_portal.rest.text import validate_plain
from projects import credit_code
from projects.models import Application, Enterprise, MaterialKind

# Characters; beyond it nobody types, they paste something else.
LONGEST_SUMMARY = 5_000
SQUARE_METRES_PER_MU = Decimal("666.67")
SEPARATORS = str.maketrans("", "", ",，_ \u00a0\u2009\u202f\u3000")


# ---- Fields -------------------------------------------------------------------------------


class FigureField(forms.DecimalField):
    """A figure as people type it: with thousands separators, or in full width."""

    default_error_messages = {"invalid": _("Please enter a figure, such as 12,000.50.")}

    def __init__(self, *, unit, **options):
        attrs = {"inputmode": "decimal", "autocomplete": "off", "data-unit": unit}
        options.setdefault("min_value", Decimal(0))
        super().__init__(widget=forms.TextInput(attrs=attrs), **options)

    def to_python(self, value):
        text = unicodedata.normalize("NFKC", str(value if value is not None else ""))
        return super().to_python(text.translate(SEPARATORS))


class MoneyField(FigureField):
    """A sum in 万元, to the cent of a 万元; at most 999,999,999,999.99."""

    def __init__(self, **options):
        super().__init__(unit=_("10,000 yuan"), max_digits=14, decimal_places=2, **options)


class CreditCodeField(forms.CharField):
    """A unified social credit code; spaces, small and full-width letters are put right."""

    def __init__(self, **options):
        options.setdefault("label", _("Unified social credit code"))
        attrs = {"autocomplete": "off", "spellcheck": "false", "maxlength": 40}
        super().__init__(widget=forms.TextInput(attrs=attrs), max_length=40, **options)

    def to_python(self, value):
        text = unicodedata.normalize("NFKC", super().to_python(value) or "")
        return credit_code.normalised(text)

    def validate(self, value):
        super().validate(value)
        if value and not credit_code.is_well_formed(value):
            raise ValidationError(
                _(
                    "A unified social credit code has eighteen digits and capital letters, "
                    "without I, O, S, V and Z. Please copy it from the business licence."
                )
            )


class PlainTexts:
    """Refuses characters that cannot be shown, in every text of the form."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for typed in self.fields.values():
            if isinstance(typed, forms.CharField):
                typed.validators.append(validate_plain)


# ---- Enterprises --------------------------------------------------------------------------


class RegisterForm(PlainTexts, forms.ModelForm):
    """A firm by its business licence. An unusual code passes only with a reason of staff."""

    credit_code = CreditCodeField()
    credit_code_reason = forms.CharField(
        label=_("Reason for accepting the code"),
        required=False,
        max_length=300,
        help_text=_(
            "Only when the check character does not fit: what you have compared the code with."
        ),
    )

    class Meta:
        model = Enterprise
        fields = [
            "name",
            "credit_code",
            "credit_code_reason",
            "legal_representative",
            "address",
        ]

    def __init__(self, *args, may_override=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.may_override = may_override
        self.registered = None
        self.fields["legal_representative"].required = True
        if not may_override:
            del self.fields["credit_code_reason"]

    def clean_credit_code(self):
        code = self.cleaned_data["credit_code"]
        self.registered = Enterprise.objects.filter(credit_code=code).first()
        if self.registered:
            raise ValidationError(_("An enterprise with this code is already registered."))
        if not credit_code.is_valid(code) and not self.may_override:
            raise ValidationError(
                _(
                    "The last character does not fit the others; please compare the code with "
                    "the business licence. If it is right, the window can register the "
                    "enterprise for you."
                )
            )
        return code

    def clean(self):
        code = self.cleaned_data.get("credit_code")
        reason = self.cleaned_data.get("credit_code_reason")
        if code and self.may_override and not credit_code.is_valid(code) and not reason:
            self.add_error(
                "credit_code_reason",
                _("The check character does not fit. Say why the code is accepted."),
            )
        if code and credit_code.is_valid(code):
            self.cleaned_data["credit_code_reason"] = ""
        return super().clean()


class JoinForm(PlainTexts, forms.Form):
    """Which firm a person asks to act for."""

    credit_code = CreditCodeField()

    def clean_credit_code(self):
        code = self.cleaned_data["credit_code"]
        self.enterprise = Enterprise.objects.filter(credit_code=code).first()
        if not self.enterprise:
            raise ValidationError(
                _("No enterprise with this code is registered yet. You can register it.")
            )
        return code


class StartForm(forms.Form):
    """For which of a person's firms an application is begun."""

    enterprise = forms.ModelChoiceField(
        Enterprise.objects.none(),
        label=_("Enterprise"),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args, enterprises, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["enterprise"].queryset = enterprises


class VersionForm(forms.Form):
    """The version a person saw, and what they want to say."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    note = forms.CharField(
        label=_("Reason (optional)"),
        required=False,
        max_length=500,
        validators=[validate_plain],
        widget=forms.Textarea(attrs={"rows": 3}),
    )


# ---- The steps of an application ----------------------------------------------------------


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
        label=_("Contact mobile"),
        max_length=20,
        help_text=_("The window and your service agent will call this number."),
    )

    class Meta:
        model = Application
        fields = ["contact_name", "contact_mobile"]


class ProjectForm(StepForm):
    summary = forms.CharField(
        label=_("What will be built and made"),
        max_length=LONGEST_SUMMARY,
        help_text=_("Products, processes, buildings and stages, in a few sentences."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    fixed_assets_wan = MoneyField(
        label=_("Fixed assets"), help_text=_("Land, buildings and equipment.")
    )
    working_capital_wan = MoneyField(
        label=_("Working capital"), help_text=_("Enter 0 if there is none.")
    )
    annual_output_wan = MoneyField(
        label=_("Expected annual output"), help_text=_("Once in full production.")
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


class SubmitForm(forms.Form):
    """What is affirmed when an application is handed in."""

    confirmed = forms.BooleanField(
        label=_(
            "I confirm that the statements and materials are true and complete, and that they "
            "contain no state secrets."
        ),
        error_messages={"required": _("Please confirm this before you hand it in.")},
    )


@dataclass(frozen=True)
class Step:
    slug: str
    title: str
    form: type[StepForm] | None = None

    @property
    def names(self) -> list[str]:
        return list(self.form.base_fields) if self.form else []


STEPS = [
    Step("enterprise", _("Enterprise and contact"), ContactForm),
    Step("project", _("About the project"), ProjectForm),
    Step("land", _("Land and schedule"), LandForm),
    Step("materials", _("Application materials")),
    Step("review", _("Check and submit")),
]


def step_named(slug: str) -> Step | None:
    return next((step for step in STEPS if step.slug == slug), None)


# ---- A whole draft ------------------------------------------------------------------------


def typed_in(application: Application) -> dict[str, str]:
    """What its steps show: as typed, or else what was handed in by another door."""
    if not application.number:
        return application.draft
    names = [name for step in STEPS for name in step.names]
    handed_in = {name: _as_typed(getattr(application, name)) for name in names}
    return handed_in | application.draft


def _as_typed(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(getattr(value, "pk", value))


@dataclass(frozen=True)
class Problem:
    """Something to put right before the application can be handed in."""

    step: Step
    label: str
    text: str
    anchor: str


@dataclass
class Checked:
    """A draft as its forms read it: the values that are right, and what is not."""

    fields: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    forms: list[tuple[Step, StepForm]] = field(default_factory=list)


def check(application: Application) -> Checked:
    """Everything typed so far, judged. Nothing is written."""
    checked = Checked()
    typed = typed_in(application)
    for step in STEPS:
        if step.form:
            form = step.form(typed)
            checked.fields |= form.cleaned_data if form.is_valid() else {}
            checked.problems += _problems_of(step, form)
            checked.forms.append((step, form))
    checked.problems += _missing_materials(application)
    return checked


def _problems_of(step: Step, form: StepForm) -> list[Problem]:
    return [
        Problem(step, bound.label, text, bound.id_for_label or bound.auto_id)
        for bound in form
        for text in bound.errors
    ] + [Problem(step, step.title, text, "") for text in form.non_field_errors()]


def _missing_materials(application: Application) -> list[Problem]:
    present = application.documents.current().values("kind")
    missing = MaterialKind.objects.filter(with_application=True, is_required=True)
    text = _("This material is required.")
    return [
        Problem(step_named("materials"), kind.name, text, f"kind-{kind.code}")
        for kind in missing.exclude(pk__in=present)
    ]


def shown(form: StepForm, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Label and value of each field, for reading; `kind` says how a value is written."""
    return [
        {
            "label": bound.label,
            "value": _in_words(bound.field, values.get(bound.name)),
            "kind": _kind_of(bound.field),
            "unit": bound.field.widget.attrs.get("data-unit", ""),
            "errors": bound.errors,
            "square_metres": _square_metres(bound.name, values),
        }
        for bound in form
    ]


def _square_metres(name: str, values: Mapping[str, Any]) -> str:
    mu = values.get(name)
    if name != "land_mu" or not isinstance(mu, Decimal):
        return ""
    return f"{mu * SQUARE_METRES_PER_MU:,.2f}"


def _in_words(typed: forms.Field, value: Any) -> Any:
    if not value or isinstance(typed, forms.ModelChoiceField):
        return value
    if isinstance(typed, forms.ChoiceField):
        return dict(typed.choices).get(value, value)
    if _kind_of(typed) == "figure" and isinstance(value, Decimal | int):
        # Django's Chinese groups by four digits, official figures by three.
        return f"{value:,}"
    return value


def _kind_of(typed: forms.Field) -> str:
    kinds = {
        MoneyField: "money",
        FigureField: "figure",
        forms.DateField: "date",
        forms.BooleanField: "flag",
    }
    return kinds.get(type(typed), "text")
