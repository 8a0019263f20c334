"""What lists are narrowed by, where the library's own filters let a mistake pass."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters


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
