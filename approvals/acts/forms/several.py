"""What is asked once for several items."""

from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.acts import colleague_field, handlers_of
from approvals.acts.forms.fields import note_field
from huadu_portal.acts.forms import SeveralForm
from huadu_portal.ui.form_choices import offer_rows


class NoteForAll(SeveralForm):
    note = note_field(label=_("note"), required=False)


class GrantForAll(NoteForAll):
    note = note_field(
        label=_("note"),
        required=False,
        help_text=_(
            "An item whose material is missing or has expired is granted only with a note, "
            "which stands as the reason."
        ),
    )


class ReasonForAll(SeveralForm):
    note = note_field(label=_("reason"))


class TransferForAll(SeveralForm):
    to = colleague_field()
    note = note_field(label=_("note"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_rows(self, "to", handlers_of(self.by.department_id))
