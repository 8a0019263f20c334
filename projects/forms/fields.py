"""Figures and codes as people type them."""

import unicodedata
from decimal import Decimal

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from huadu_portal.rest.text import validate_plain
from projects import credit_code, files

SEPARATORS = str.maketrans("", "", ",，_ \u00a0\u2009\u202f\u3000")


class FigureField(forms.DecimalField):
    """A figure as people type it: with thousands separators, or in full width.

    Without decimal places its value is an int.
    """

    default_error_messages = {"invalid": _("Please enter a figure, such as 12,000.50.")}

    def __init__(self, *, unit, **options):
        attrs = {"inputmode": "decimal", "autocomplete": "off", "data-unit": unit}
        options.setdefault("min_value", Decimal(0))
        super().__init__(widget=forms.TextInput(attrs=attrs), **options)

    def to_python(self, value):
        text = unicodedata.normalize("NFKC", str(value if value is not None else ""))
        return super().to_python(text.translate(SEPARATORS))

    def clean(self, value):
        figure = super().clean(value)
        return figure if figure is None or self.decimal_places else int(figure)


class CheckedFileField(forms.FileField):
    """A file judged by its content."""

    def __init__(self, **options):
        super().__init__(**options)
        self.widget.attrs["accept"] = files.ACCEPT

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        if upload:
            files.check_file(upload, limit=settings.UPLOAD_MAX_BYTES)
        return upload


class CreditCodeField(forms.CharField):
    """A unified social credit code; spaces, small and full-width letters are put right."""

    def __init__(self, **options):
        options.setdefault("label", capfirst(_("unified social credit code")))
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


class PlainTexts(forms.BaseForm):
    """Refuses characters that cannot be shown, in every text of the form."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for typed in self.fields.values():
            if isinstance(typed, forms.CharField):
                typed.validators.append(validate_plain)
