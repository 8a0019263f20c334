"""What lists are narrowed by, where the library's own filters let a mistake pass."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters

from huadu_portal.rest.text import SEARCHED_CHARACTERS, validate_search


class YesOrNoField(forms.NullBooleanField):
    widget = forms.TextInput

    def to_python(self, value):
        found = super().to_python(value)
        if found is None and value:
            raise ValidationError(_("This is either true or false."))
        return found


class YesOrNo(filters.BooleanFilter):
    """The library narrows nothing by a word that it does not know."""

    field_class = YesOrNoField

    def __init__(self, **options):
        super().__init__(widget=forms.TextInput, **options)


class SearchField(forms.CharField):
    """Words that are looked for; bounded, wherever they are asked for."""

    default_validators = [validate_search]

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"maxlength": str(SEARCHED_CHARACTERS)}


class Search(filters.CharFilter):
    field_class = SearchField
