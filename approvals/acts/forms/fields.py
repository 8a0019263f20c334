"""Kinds of fields that several acts ask for."""

from functools import partial

from django import forms

from projects.forms import CheckedFileField

note_field = partial(
    forms.CharField,
    max_length=2000,
    widget=forms.Textarea(attrs={"rows": 3}),
    strip=True,
)


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(CheckedFileField):
    """Several files at once; the value is a list."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        uploads = [super(ManyFilesField, self).clean(each) for each in data or [None]]
        return [upload for upload in uploads if upload]
