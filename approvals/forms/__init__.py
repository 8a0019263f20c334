"""What each act asks, and how."""

from approvals.forms.acts import ActForm
from approvals.forms.doors import ACT_FORMS, ActDoor
from approvals.forms.fields import CheckedFileField, ManyFilesField

__all__ = ["ACT_FORMS", "ActDoor", "ActForm", "CheckedFileField", "ManyFilesField"]
