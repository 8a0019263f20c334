"""What each act asks, and how."""

from approvals.acts.forms.acts import ActForm
from approvals.acts.forms.doors import ACT_FORMS, ActDoor
from approvals.acts.forms.fields import CheckedFileField, ManyFilesField

__all__ = [
    "ACT_FORMS",
    "ActDoor",
    "ActForm",
    "CheckedFileField",
    "ManyFilesField",
]
