"""A note of staff on an item or an application."""

from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.fields import note_field
from huadu_portal.acts import ActForm


class InternalNoteForm(ActForm):
    text = note_field(label=_("internal note"))
