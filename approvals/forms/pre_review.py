"""How the acts of a pre-review are offered."""

from django.utils.translation import gettext_lazy as _

from approvals import operations
from approvals.forms.acts import NoteForm, ReasonForm
from approvals.forms.doors import ActDoor
from approvals.forms.materials import ResubmitForm
from approvals.rights import Act

PRE_REVIEW_FORMS: dict[Act, ActDoor] = {
    Act.REVISE: ActDoor(
        ResubmitForm,
        operations.revise,
        _("Hand in for pre-review again"),
        _("The department gives its opinion anew. Its officer will be written to."),
        _("The item is in pre-review again; the department has been told."),
    ),
    Act.PRE_APPROVE: ActDoor(
        NoteForm,
        operations.pre_approve,
        _("Pre-review passed"),
        _(
            "A favourable opinion beforehand, no certificate. The enterprise's people and "
            "the service agent will be written to; the window too, if it is the last one."
        ),
        _("The opinion has been given; the enterprise has been told."),
    ),
    Act.PRE_OBJECT: ActDoor(
        ReasonForm,
        operations.pre_object,
        _("Send back in pre-review"),
        _(
            "The item goes back to the enterprise, which mends what you name. No notice of "
            "correction by law. Its people and the service agent will be sent the reason."
        ),
        _("The opinion has been given; the enterprise has been told what to mend."),
    ),
}
