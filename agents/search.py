"""How the list of projects is narrowed down."""

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.models import User
from huadu_portal.rest.filters import SearchField
from projects.choices import Town
from projects.models import Phase
from projects.search import COLUMNS, mentioning


class ProjectSearch(forms.Form):
    q = SearchField(label=_("name, number or enterprise"), required=False)
    phase = forms.ChoiceField(
        label=_("phase"), required=False, choices=[("", _("any phase")), *Phase.choices]
    )
    town = forms.ChoiceField(
        label=_("town"), required=False, choices=[("", _("any town")), *Town.choices]
    )
    mine = forms.BooleanField(label=_("only my projects as service agent"), required=False)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        if user.role != User.Role.AGENT:
            del self.fields["mine"]

    def narrow(self, projects: QuerySet) -> QuerySet:
        """What is asked for; a choice that does not exist finds nothing."""
        if not self.is_valid():
            return projects.none()
        asked = self.cleaned_data
        exact = {name: asked[name] for name in ("phase", "town") if asked[name]}
        if asked.get("mine"):
            exact["agent"] = self.user
        text = asked["q"].strip()
        words = mentioning(text, *COLUMNS) if text else Q()
        return projects.filter(words, **exact)

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.fields)
