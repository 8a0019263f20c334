"""Kinds of fields that several acts ask for."""

from functools import partial

from django import forms
from django.conf import settings

from projects import files

note_field = partial(
    forms.CharField,
    max_length=2000,
    widget=forms.Textarea(attrs={"rows": 3}),
    strip=True,
)


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


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(CheckedFileField):
    """Several files at once; the value is a list."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        uploads = [super(ManyFilesField, self).clean(each) for each in data or [None]]
        return [upload for upload in uploads if upload]
