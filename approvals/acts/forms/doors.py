"""How each act is offered: one table for the pages and the staff desk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals.acts import operations
from approvals.acts.forms.acts import (
    ActForm,
    ConsultForm,
    CorrectionForm,
    DeclineForm,
    DeliverForm,
    ExtendForm,
    NoteForm,
    ReasonForm,
    RecordForm,
    SuspendForm,
    TransferForm,
    VisitForm,
)
from approvals.acts.forms.materials import ResubmitForm, SubmitForm
from approvals.items.models import ApprovalItem
from approvals.items.rights import Act
from huadu_portal.accounts.models import User
from huadu_portal.errors import Stale


@dataclass(frozen=True)
class ActDoor:
    """How an act is offered: what it asks, what it does, and what is said of it."""

    form: type[ActForm]
    operation: Callable[..., ApprovalItem]
    label: str | Promise
    # Before it is pressed: what follows and who is written to.
    consequence: str | Promise
    done: str | Promise
    danger: bool = False

    def perform(
        self, item: ApprovalItem, form: ActForm, *, by: User, at: datetime
    ) -> ApprovalItem:
        """Do it with what a valid form holds; files and act are kept together or not."""
        seen = form.cleaned_data["version"]
        # The operation asks again under the lock; here, before any file is stored.
        if seen != item.version:
            raise Stale(version=item.version)
        # What silence has accepted stays so, although this act is refused.
        operations.settle(item, at=at)
        return self._act(item, form, by=by, at=at)

    @transaction.atomic
    def _act(self, item, form, *, by, at) -> ApprovalItem:
        return self.operation(item, by=by, at=at, **form.arguments(by=by, at=at))


# The rooms above add their own when the portal starts (approvals/apps.py).
ACT_FORMS: dict[Act, ActDoor] = {
    Act.SUBMIT: ActDoor(
        SubmitForm,
        operations.submit,
        _("Hand in"),
        _(
            "The department answers within its notice limit whether it accepts the item. "
            "Its officers will be written to."
        ),
        _("The item has been handed in; the department has been told."),
    ),
    Act.RESUBMIT: ActDoor(
        ResubmitForm,
        operations.resubmit,
        _("Hand in again"),
        _(
            "The department looks at it anew, within a new notice limit. "
            "Its officers will be written to."
        ),
        _("The item has been handed in again; the department has been told."),
    ),
    Act.WITHDRAW: ActDoor(
        NoteForm,
        operations.withdraw,
        _("Withdraw"),
        _(
            "The item ends here. If it has been handed in, the department's officers "
            "will be written to, and the enterprise's people if the window closes it."
        ),
        _("The item has been withdrawn."),
        danger=True,
    ),
    Act.APPLY_ANEW: ActDoor(
        NoteForm,
        operations.apply_anew,
        _("Apply anew"),
        _(
            "The approval is planned again as a new item; this one stays as it ended. "
            "The enterprise's people will be written to as soon as it can be handed in."
        ),
        _("The approval is planned again."),
    ),
    Act.ACCEPT: ActDoor(
        NoteForm,
        operations.accept,
        _("Accept"),
        _(
            "The limits begin to run. The enterprise's people and the service agent "
            "will be written to."
        ),
        _("The item has been accepted; the enterprise has been told."),
    ),
    Act.REQUEST_CORRECTION: ActDoor(
        CorrectionForm,
        operations.request_correction,
        _("Ask for correction"),
        _(
            "The item goes back to the enterprise; its limits have not begun. The "
            "enterprise's people and the service agent will be sent this list."
        ),
        _("The enterprise has been told what is missing."),
    ),
    Act.DECLINE: ActDoor(
        DeclineForm,
        operations.decline,
        _("Do not accept"),
        _(
            "The item ends here; the enterprise may apply anew. Its people and the "
            "service agent will be sent the reason."
        ),
        _("The item has not been accepted; the enterprise has been told why."),
        danger=True,
    ),
    Act.SUSPEND: ActDoor(
        SuspendForm,
        operations.suspend,
        _("Stop the clock"),
        _(
            "A special procedure: its days count against no limit. The enterprise's people "
            "and the service agent will be sent the ground, the length and the notice."
        ),
        _("The clock stands still; the enterprise has been told until when."),
    ),
    Act.RESUME: ActDoor(
        NoteForm,
        operations.resume,
        _("Let the clock run on"),
        _(
            "Both due dates move by the days that the clock stood still. The enterprise's "
            "people and the service agent will be sent the new dates."
        ),
        _("The clock runs on; the enterprise has been told the new date."),
    ),
    Act.EXTEND: ActDoor(
        ExtendForm,
        operations.extend,
        _("Extend"),
        _(
            "Both limits are extended, once. The enterprise's people and the service agent "
            "will be sent the reason and the new date."
        ),
        _("The limits have been extended; the enterprise has been told why."),
    ),
    Act.TRANSFER: ActDoor(
        TransferForm,
        operations.transfer,
        _("Hand to a colleague"),
        _("The item stays with the department; its limits run on. Only the colleague is told."),
        _("The item has been handed over; the colleague has been told."),
    ),
    Act.CONSULT: ActDoor(
        ConsultForm,
        operations.consult,
        _("Ask another department"),
        _(
            "The department asked has seven working days; silence is recorded. The item's "
            "own limits run on. The officers and heads asked will be written to."
        ),
        _("The department has been asked."),
    ),
    Act.SET_VISIT: ActDoor(
        VisitForm,
        operations.set_visit,
        _("Set the joint visit"),
        _(
            "All departments look at the site together. The officers of the parts, the "
            "enterprise's people and the service agent will be written to."
        ),
        _("The visit is set; all who come have been told."),
    ),
    Act.GRANT: ActDoor(
        NoteForm,
        operations.grant,
        _("Grant"),
        _(
            "The clock stops and what depends on it may open. The enterprise's people "
            "and the service agent will be written to."
        ),
        _("The item has been granted; the enterprise has been told."),
    ),
    Act.REFUSE: ActDoor(
        ReasonForm,
        operations.refuse,
        _("Refuse"),
        _(
            "The clock stops. The enterprise's people and the service agent will be "
            "sent the reason."
        ),
        _("The item has been refused; the enterprise has been told why."),
        danger=True,
    ),
    Act.REOPEN: ActDoor(
        ReasonForm,
        operations.reopen,
        _("Take the refusal back"),
        _(
            "The review goes on; the time since the refusal counts against no limit. The "
            "enterprise's people and the service agent will be sent the reason."
        ),
        _("The review goes on; the enterprise has been told."),
    ),
    Act.DELIVER: ActDoor(
        DeliverForm,
        operations.deliver,
        _("Deliver"),
        _(
            "The result is handed over and the item is closed. The enterprise's people "
            "and the service agent will be written to."
        ),
        _("The result has been delivered; the enterprise has been told."),
    ),
    Act.RECORD: ActDoor(
        RecordForm,
        operations.record,
        _("Record as reached"),
        _(
            "The project's phase follows and what depends on it may open. The "
            "enterprise's people and the service agent will be written to."
        ),
        _("The milestone has been recorded; the enterprise has been told."),
    ),
    Act.MARK_NOT_APPLICABLE: ActDoor(
        ReasonForm,
        operations.mark_not_applicable,
        _("Mark as not applicable"),
        _(
            "From now on it counts as met, and what depends on it may open. The "
            "enterprise's people and the service agent will be sent the reason."
        ),
        _("Marked as not applicable; the enterprise has been told."),
    ),
    Act.UNDO_NOT_APPLICABLE: ActDoor(
        ReasonForm,
        operations.undo_not_applicable,
        _("Applies after all"),
        _(
            "The item is planned again. If it can be applied for at once, the "
            "enterprise's people will be written to."
        ),
        _("The item is planned again."),
    ),
}
