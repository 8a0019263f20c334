"""A whole draft: what it shows, what is wrong with it, how it reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise as LazyText
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from huadu_portal.clock import civil_day, now
from huadu_portal.ui.complaints import complaints
from huadu_portal.ui.form_choices import choices_of
from projects.forms.steps import INVESTMENT_PARTS, MATERIALS, STEPS, FormStep, StepForm
from projects.models import PROJECT_FIELDS, Application, MaterialKind
from projects.operations import reused_by_application, virus_found

SQUARE_METRES_PER_MU = Decimal("666.67")


def typed_in(application: Application) -> dict[str, str]:
    """What its steps show: as typed, or else what was submitted through the API."""
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

    step: FormStep
    label: str | LazyText
    text: str | LazyText
    anchor: str


@dataclass
class CheckedDraft:
    """A draft as its forms read it: the values that are right, and what is not."""

    fields: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    forms: list[tuple[FormStep, StepForm]] = field(default_factory=list)


def check_draft(application: Application) -> CheckedDraft:
    """Everything typed so far, judged. Nothing is written."""
    checked = CheckedDraft()
    typed = typed_in(application)
    for step in STEPS:
        if step.form:
            form = step.form(typed)
            checked.fields |= form.cleaned_data if form.is_valid() else {}
            checked.problems += _problems_of(step, form)
            checked.forms.append((step, form))
    checked.problems += _missing_materials(application)
    checked.problems += _infected_materials(application)
    return checked


def _problems_of(step: FormStep, form: StepForm) -> list[Problem]:
    return [
        Problem(step, bound.label, text, bound.id_for_label or bound.auto_id)
        for bound in form
        for text in complaints(bound)
    ] + [Problem(step, step.title, str(text), "") for text in form.non_field_errors()]


def _missing_materials(application: Application) -> list[Problem]:
    """What the firm keeps already is not asked for again."""
    present = application.documents.as_handed_in().values("kind")
    missing = MaterialKind.objects.filter(with_application=True, is_required=True)
    kept = reused_by_application(application, civil_day(now()))
    text = _("This material is required.")
    return [
        Problem(MATERIALS, str(kind), text, f"kind-{kind.code}")
        for kind in missing.exclude(pk__in=present).exclude(pk__in=kept)
    ]


def _infected_materials(application: Application) -> list[Problem]:
    """Each file with a virus prevents submission until it is replaced or taken out."""
    infected = application.documents.as_handed_in().infected()
    return [
        Problem(
            MATERIALS,
            str(document.kind),
            virus_found(document),
            f"kind-{document.kind.code}",
        )
        for document in infected.filter(replaced_by=None).select_related("kind").order_by("pk")
    ]


def filled_in(form: StepForm, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Label and value of each field, for reading; `kind` says how a value is written.

    Below the two sums of the investment stands their total, once both are known.
    """
    rows = []
    for bound in form:
        rows.append(
            {
                "label": bound.label,
                "value": _in_words(bound.field, values.get(bound.name)),
                "kind": _kind_of(bound.name),
                "unit": bound.field.widget.attrs.get("data-unit", ""),
                "errors": bound.errors,
                "square_metres": _square_metres(bound.name, values),
            }
        )
        if bound.name == INVESTMENT_PARTS[-1]:
            rows += _total_investment(values)
    return rows


def _total_investment(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    sums = [values.get(name) for name in INVESTMENT_PARTS]
    if not all(isinstance(each, Decimal) for each in sums):
        return []
    label = capfirst(PROJECT_FIELDS["investment_wan"].label)  # type: ignore[type-var]
    return [{"label": label, "value": sum(sums), "kind": "money"}]


def _square_metres(name: str, values: Mapping[str, Any]) -> Decimal | None:
    mu = values.get(name)
    if name == "land_mu" and isinstance(mu, Decimal):
        return mu * SQUARE_METRES_PER_MU
    return None


def _in_words(typed: forms.Field, value: Any) -> Any:
    if not value or isinstance(typed, forms.ModelChoiceField):
        return value
    if isinstance(typed, forms.ChoiceField):
        return dict(choices_of(typed)).get(value, value)
    return value


def _kind_of(name: str) -> str:
    return PROJECT_FIELDS[name].kind if name in PROJECT_FIELDS else "text"
