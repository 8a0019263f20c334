from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.fields import note_field
from huadu_portal.acts import ActForm


class OpinionForm(ActForm):
    """What the consulted department says."""

    opinion = note_field(label=_("opinion"), max_length=5000)
