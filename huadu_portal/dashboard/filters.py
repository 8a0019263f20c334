"""What the dashboard and its lists can be narrowed to, from the address."""

from collections.abc import Mapping
from datetime import date

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from approvals.models import Lamp, Status
from huadu_portal.accounts.models import Department, User
from huadu_portal.dashboard.figures import LISTINGS
from huadu_portal.dashboard.scope import Scope, figure_year
from huadu_portal.ui.form_choices import offer_choices
from projects.choices import Industry, Town
from projects.models import Phase, Platform

# How many years back the figures are offered.
YEARS = 6


class ScopeForm(forms.Form):
    year = forms.TypedChoiceField(label=capfirst(_("year")), coerce=int, required=False)
    town = forms.ChoiceField(label=capfirst(_("town")), required=False)
    industry = forms.ChoiceField(label=capfirst(_("industry")), required=False)
    platform = forms.ModelChoiceField(
        Platform.objects.all(),
        label=capfirst(_("industrial platform")),
        required=False,
        empty_label=_("All platforms"),
    )

    def __init__(self, data: Mapping[str, str], *, today: date):
        super().__init__(data)
        self.today = today
        years = range(today.year, today.year - YEARS, -1)
        offer_choices(self, "year", [(year, year) for year in years])
        offer_choices(self, "town", [("", _("All towns")), *Town.choices])
        offer_choices(self, "industry", [("", _("All industries")), *Industry.choices])
        self.initial["year"] = figure_year(today)

    def scope(self, user: User) -> Scope:
        """Of what is shown; what cannot be understood narrows nothing."""
        self.is_valid()
        wanted = self.cleaned_data
        platform = wanted.get("platform")
        return Scope(
            today=self.today,
            year=wanted.get("year") or figure_year(self.today),
            user=user,
            town=wanted.get("town", ""),
            industry=wanted.get("industry", ""),
            platform=str(platform.pk) if platform else "",
        )


class RowsForm(ScopeForm):
    """One list behind a figure. An address that names none does not exist."""

    of = forms.ChoiceField(choices=[(name, name) for name in LISTINGS])
    phase = forms.ChoiceField(choices=Phase, required=False)
    status = forms.ChoiceField(choices=Status, required=False)
    lamp = forms.ChoiceField(
        choices=[(lamp.value, lamp.meaning) for lamp in Lamp], required=False
    )
    department = forms.ModelChoiceField(
        Department.objects.all(), to_field_name="code", required=False
    )
