from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.fields import note_field


class OpinionForm(forms.Form):
    """What the asked department says."""

    opinion = note_field(label=_("opinion"), max_length=5000)
