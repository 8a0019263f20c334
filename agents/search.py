"""How the list of projects is narrowed down."""

from typing import Any

from django import forms
from django.db.models import BooleanField, Field, Q, QuerySet
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.models import User
from huadu_portal.rest.filters import SearchField
from projects.models import FILTERS, Project
from projects.search import COLUMNS, mentioning

# Fields of a project, one value of which is asked for.
CHOSEN = ["phase", *FILTERS]


class ProjectSearch(forms.Form):
    q = SearchField(label=_("name, number or enterprise"), required=False)
    mine = forms.BooleanField(label=_("only my projects as service agent"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields |= {
            field.name: choice_of(field)
            for field in Project._meta.fields
            if field.name in CHOSEN
        }
        if user.role != User.Role.AGENT:
            del self.fields["mine"]

    def narrow(self, projects: QuerySet) -> QuerySet:
        """What is asked for; a choice that does not exist finds nothing."""
        if not self.is_valid():
            return projects.none()
        asked = self.cleaned_data
        exact = {name: asked[name] for name in CHOSEN if asked[name]}
        if asked.get("mine"):
            exact["agent"] = self.user
        text = asked["q"].strip()
        words = mentioning(text, *COLUMNS) if text else Q()
        return projects.filter(words, **exact)

    @property
    def chosen(self) -> list[BoundField]:
        return [self[name] for name in CHOSEN]

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


def choice_of(field: Field) -> forms.ChoiceField:
    """One of the field's values, or any."""
    name = field.verbose_name
    if isinstance(field, BooleanField):
        values: list = [("True", _("yes")), ("False", _("no"))]
    else:
        values = list(field.get_choices(include_blank=False))
    anything = ("", gettext("any %(field)s") % {"field": name})
    return forms.ChoiceField(label=name, required=False, choices=[anything, *values])
