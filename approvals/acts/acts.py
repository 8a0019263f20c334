"""The acts on an item: who may do each and when, what it asks and does, and what is said of it."""

from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.acts import (
    ConsultForm,
    CorrectionForm,
    DeclineForm,
    DeliverForm,
    ExtendForm,
    GrantForm,
    NoteForm,
    ReasonForm,
    RecordForm,
    SuspendForm,
    TransferForm,
    VisitForm,
)
from approvals.acts.forms.materials import ResubmitForm, SubmitForm
from approvals.acts.forms.several import GrantForAll, ReasonForAll, TransferForAll
from approvals.acts.kinds import ItemAct
from approvals.acts.operations import (
    completion,
    consultations,
    inspection,
    intake,
    review,
    service,
)
from approvals.acts.serializers import (
    ConsultSerializer,
    CorrectionSerializer,
    DeclineItemSerializer,
    DeliverSerializer,
    ExtendSerializer,
    GrantSerializer,
    NoteSerializer,
    ReasonSerializer,
    RecordSerializer,
    ResubmitSerializer,
    SubmitSerializer,
    SuspendSerializer,
    TransferSerializer,
    VisitSerializer,
)
from approvals.items.models import OVER
from approvals.items.rights import (
    BEFORE_DECISION,
    CENTRE,
    DEPARTMENT,
    FIRM,
    IN_DEPARTMENT,
    S,
    can_be_extended,
    is_applied_for,
    is_formal,
    is_joint_inspection,
    is_milestone,
    is_no_joint_service,
    is_of_project_going_on,
    item_rule,
    lacks_result,
    may_be_ended,
)
from huadu_portal.accounts.roles import HEADS
from huadu_portal.acts import Several, never

# In the order in which their buttons stand; the first that leads on is the main one.
ACTS = [
    ItemAct(
        "submit",
        rule=item_rule(
            [S.READY], FIRM, is_applied_for, is_no_joint_service, is_of_project_going_on
        ),
        operation=intake.submit,
        form=SubmitForm,
        serializer=SubmitSerializer,
        label=_("Submit"),
        consequence=_(
            "The department answers within its notice limit whether it accepts the "
            "item. Its officers will be notified."
        ),
        done=_("The item has been submitted; the department has been notified."),
        national=(1,),
    ),
    ItemAct(
        "resubmit",
        rule=item_rule([S.CORRECTING], FIRM, is_formal),
        operation=intake.resubmit,
        form=ResubmitForm,
        serializer=ResubmitSerializer,
        label=_("Submit again"),
        consequence=_(
            "The department looks at it anew, within a new notice limit. Its officers "
            "will be notified."
        ),
        done=_("The item has been resubmitted; the department has been notified."),
        words=_("resubmitted"),
        national=(7,),
    ),
    ItemAct(
        "withdraw",
        # The centre only what has stayed unanswered.
        rule=item_rule(BEFORE_DECISION, FIRM | CENTRE, may_be_ended, is_applied_for),
        operation=intake.withdraw,
        form=NoteForm,
        serializer=NoteSerializer,
        label=_("Withdraw"),
        consequence=_(
            "The item ends here. If it has been submitted, the department's officers "
            "will be notified, and the contacts of the enterprise if the window closes "
            "it."
        ),
        done=_("The item has been withdrawn."),
        danger=True,
    ),
    ItemAct(
        "apply_anew",
        rule=item_rule(OVER, FIRM | CENTRE, is_of_project_going_on),
        operation=service.apply_anew,
        form=NoteForm,
        serializer=NoteSerializer,
        label=_("Apply again"),
        consequence=_(
            "The approval is planned again as a new item; this one stays as it ended. "
            "The contacts of the enterprise will be notified as soon as it can be "
            "submitted."
        ),
        done=_("The approval is planned again."),
    ),
    ItemAct(
        "accept",
        rule=item_rule([S.SUBMITTED], DEPARTMENT | CENTRE, is_no_joint_service),
        operation=intake.accept,
        form=NoteForm,
        serializer=NoteSerializer,
        label=_("Accept"),
        consequence=_(
            "The limits begin to run. The contacts of the enterprise and the service "
            "agent will be notified."
        ),
        done=_("The item has been accepted; the enterprise has been notified."),
        # The window's acceptance is the department's as well: one act, two states.
        national=(3, 8),
        several=Several(_("Accept several")),
    ),
    ItemAct(
        "request_correction",
        rule=item_rule([S.SUBMITTED], DEPARTMENT | CENTRE),
        operation=intake.request_correction,
        form=CorrectionForm,
        serializer=CorrectionSerializer,
        label=_("Request correction"),
        consequence=_(
            "The item goes back to the enterprise; its limits have not begun. The "
            "contacts of the enterprise and the service agent will be sent this list."
        ),
        done=_("The enterprise has been notified of what is missing."),
        national=(6,),
    ),
    ItemAct(
        "decline",
        rule=item_rule([S.SUBMITTED], DEPARTMENT | CENTRE),
        operation=intake.decline,
        form=DeclineForm,
        serializer=DeclineItemSerializer,
        label=_("Do not accept"),
        consequence=_(
            "The item ends here; the enterprise may apply again. The contacts of the "
            "enterprise and the service agent will be sent the reason."
        ),
        done=_(
            "The item has not been accepted; the enterprise has been notified of the reason."
        ),
        danger=True,
        national=(5,),
    ),
    ItemAct(
        "grant",
        # The departments decide; the centre only on its own services.
        rule=item_rule([S.ACCEPTED], DEPARTMENT | CENTRE, is_no_joint_service, own=True),
        leads=review.can_be_decided,
        operation=review.grant,
        form=GrantForm,
        serializer=GrantSerializer,
        label=_("Grant"),
        consequence=_(
            "The clock stops and what depends on it may open. The contacts of the "
            "enterprise and the service agent will be notified."
        ),
        done=_("The item has been granted; the enterprise has been notified."),
        national=(11,),
        several=Several(_("Grant several"), GrantForAll),
    ),
    ItemAct(
        "refuse",
        rule=item_rule([S.ACCEPTED], DEPARTMENT | CENTRE, own=True),
        operation=review.refuse,
        form=ReasonForm,
        serializer=ReasonSerializer,
        label=_("Refuse"),
        consequence=_(
            "The clock stops. The contacts of the enterprise and the service agent "
            "will be sent the reason."
        ),
        done=_("The item has been refused; the enterprise has been notified of the reason."),
        danger=True,
        national=(13,),
    ),
    ItemAct(
        "suspend",
        rule=item_rule([S.ACCEPTED], DEPARTMENT | CENTRE, own=True),
        leads=never,
        operation=review.suspend,
        form=SuspendForm,
        serializer=SuspendSerializer,
        label=_("Stop the clock"),
        consequence=_(
            "A special procedure: its days count against no limit. The contacts of the "
            "enterprise and the service agent will be sent the ground, the length and "
            "the notice."
        ),
        done=_(
            "The clock has been stopped; the enterprise has been notified of the expected date."
        ),
        national=(9,),
    ),
    ItemAct(
        "resume",
        rule=item_rule([S.SUSPENDED], DEPARTMENT | CENTRE, own=True),
        operation=review.resume,
        form=NoteForm,
        serializer=NoteSerializer,
        label=_("Resume the clock"),
        consequence=_(
            "Both due dates move by the days that the clock stood still. The contacts "
            "of the enterprise and the service agent will be sent the new dates."
        ),
        done=_("The clock has been resumed; the enterprise has been notified of the new date."),
        words=_("clock resumed"),
        national=(10,),
    ),
    ItemAct(
        "extend",
        rule=item_rule([S.ACCEPTED], HEADS, can_be_extended, own=True),
        leads=never,
        operation=review.extend,
        form=ExtendForm,
        serializer=ExtendSerializer,
        label=_("Extend"),
        consequence=_(
            "Both limits are extended, once. The contacts of the enterprise and the "
            "service agent will be sent the reason and the new date."
        ),
        done=_(
            "The limits have been extended; the enterprise has been notified of the reason."
        ),
        words=_("limits extended"),
        stays=True,
    ),
    ItemAct(
        "transfer",
        rule=item_rule(IN_DEPARTMENT, DEPARTMENT | CENTRE, is_applied_for, own=True),
        leads=never,
        operation=review.transfer,
        form=TransferForm,
        serializer=TransferSerializer,
        label=_("Transfer to a colleague"),
        consequence=_(
            "The item stays with the department; its limits run on. Only the colleague "
            "is notified."
        ),
        done=_("The item has been transferred; the colleague has been notified."),
        words=_("transferred to a colleague"),
        stays=True,
        several=Several(_("Transfer several to a colleague"), TransferForAll),
    ),
    ItemAct(
        "consult",
        rule=item_rule([S.SUBMITTED, S.PRE_REVIEW, S.ACCEPTED], DEPARTMENT | CENTRE, own=True),
        leads=never,
        operation=consultations.consult,
        form=ConsultForm,
        serializer=ConsultSerializer,
        label=_("Consult another department"),
        consequence=_(
            "The department consulted has seven working days; failure to answer is "
            "recorded. The item's own limits continue. The officers and heads of the "
            "department consulted will be notified."
        ),
        done=_("The department has been consulted."),
        words=_("another department consulted"),
        stays=True,
    ),
    ItemAct(
        "set_visit",
        rule=item_rule([S.ACCEPTED], DEPARTMENT | CENTRE, is_joint_inspection, own=True),
        operation=inspection.set_visit,
        form=VisitForm,
        serializer=VisitSerializer,
        label=_("Arrange the site visit"),
        consequence=_(
            "All departments look at the site together. The officers of the parts, the "
            "contacts of the enterprise and the service agent will be notified."
        ),
        done=_("The site visit has been arranged; all participants have been notified."),
        words=_("site visit arranged"),
        stays=True,
    ),
    ItemAct(
        "reopen",
        rule=item_rule([S.REFUSED], HEADS, own=True),
        operation=review.reopen,
        form=ReasonForm,
        serializer=ReasonSerializer,
        label=_("Revoke the refusal"),
        consequence=_(
            "The review goes on; the time since the refusal counts against no limit. "
            "The contacts of the enterprise and the service agent will be sent the "
            "reason."
        ),
        done=_("The review goes on; the enterprise has been notified."),
        words=_("refusal revoked"),
    ),
    ItemAct(
        "deliver",
        rule=item_rule([S.GRANTED], DEPARTMENT | CENTRE, is_applied_for),
        operation=review.deliver,
        form=DeliverForm,
        serializer=DeliverSerializer,
        label=_("Deliver"),
        consequence=_(
            "The result is handed over and the item is closed. The contacts of the "
            "enterprise and the service agent will be notified."
        ),
        done=_("The result has been delivered; the enterprise has been notified."),
    ),
    ItemAct(
        "complete_result",
        rule=item_rule([S.DELIVERED], DEPARTMENT | CENTRE, is_applied_for, lacks_result),
        leads=never,
        operation=completion.complete_result,
        form=DeliverForm,
        serializer=DeliverSerializer,
        label=_("Complete the result"),
        consequence=_(
            "Number and file are added to what was delivered without them; the delivery and its "
            "day stay as they are. The contacts of the enterprise and the service agent will be "
            "notified."
        ),
        done=_("The result has been completed."),
        words=_("result completed"),
        stays=True,
    ),
    ItemAct(
        "record",
        rule=item_rule([S.READY], CENTRE, is_milestone),
        operation=service.record,
        form=RecordForm,
        serializer=RecordSerializer,
        label=_("Record as reached"),
        consequence=_(
            "The project's phase follows and what depends on it may open. The contacts "
            "of the enterprise and the service agent will be notified."
        ),
        done=_("The milestone has been recorded; the enterprise has been notified."),
    ),
    ItemAct(
        "mark_not_applicable",
        rule=item_rule([S.PLANNED, S.READY], CENTRE),
        leads=never,
        operation=service.mark_not_applicable,
        form=ReasonForm,
        serializer=ReasonSerializer,
        label=_("Mark as not applicable"),
        consequence=_(
            "From now on it counts as met, and what depends on it may open. The "
            "contacts of the enterprise and the service agent will be sent the reason."
        ),
        done=_("Marked as not applicable; the enterprise has been notified."),
        several=Several(_("Mark several as not applicable"), ReasonForAll),
    ),
    ItemAct(
        "undo_not_applicable",
        rule=item_rule([S.NOT_APPLICABLE], CENTRE),
        operation=service.undo_not_applicable,
        form=ReasonForm,
        serializer=ReasonSerializer,
        label=_("Reinstate"),
        consequence=_(
            "The item is planned again. If it can be applied for at once, the contacts "
            "of the enterprise will be notified."
        ),
        done=_("The item is planned again."),
        words=_("reinstated"),
    ),
]
