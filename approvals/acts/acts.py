"""The acts on an item, on an asked opinion and on a promise: who may do each and when, what it
asks and does, and what is said of it.
"""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.acts import (
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
from approvals.acts.forms.commitment import KeepForm
from approvals.acts.forms.materials import ResubmitForm, SubmitForm
from approvals.acts.forms.opinion import OpinionForm
from approvals.acts.forms.several import NoteForAll, ReasonForAll, TransferForAll
from approvals.acts.kinds import CommitmentAct, ItemAct, OfItemAct
from approvals.acts.models import Commitment
from approvals.acts.operations import (
    commitments,
    consultations,
    inspection,
    intake,
    review,
    service,
)
from approvals.acts.rights import is_consulted, is_owed, is_unanswered, may_keep
from approvals.acts.serializers import (
    ConsultSerializer,
    CorrectionSerializer,
    DeclineItemSerializer,
    DeliverSerializer,
    ExtendSerializer,
    KeepSerializer,
    MaterialsSerializer,
    NoteSerializer,
    OpinionSerializer,
    ReasonSerializer,
    RecordSerializer,
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
    item_rule,
    may_be_ended,
)
from huadu_portal.accounts.roles import HEADS
from huadu_portal.acts import Acts, Rule, Several

# In the order in which their buttons stand.
ACTS = [
    ItemAct(
        "submit",
        rule=item_rule([S.READY], FIRM, is_applied_for),
        operation=intake.submit,
        form=SubmitForm,
        serializer=SubmitSerializer,
        label=_("Hand in"),
        consequence=_(
            "The department answers within its notice limit whether it accepts the item. "
            "Its officers will be written to."
        ),
        done=_("The item has been handed in; the department has been told."),
        national=(1,),
    ),
    ItemAct(
        "resubmit",
        rule=item_rule([S.CORRECTING], FIRM, is_formal),
        operation=intake.resubmit,
        form=ResubmitForm,
        serializer=MaterialsSerializer,
        label=_("Hand in again"),
        consequence=_(
            "The department looks at it anew, within a new notice limit. "
            "Its officers will be written to."
        ),
        done=_("The item has been handed in again; the department has been told."),
        words=_("handed in again"),
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
            "The item ends here. If it has been handed in, the department's officers "
            "will be written to, and the enterprise's people if the window closes it."
        ),
        done=_("The item has been withdrawn."),
        danger=True,
    ),
    ItemAct(
        "apply_anew",
        rule=item_rule(OVER, FIRM | CENTRE),
        operation=service.apply_anew,
        form=NoteForm,
        serializer=NoteSerializer,
        label=_("Apply anew"),
        consequence=_(
            "The approval is planned again as a new item; this one stays as it ended. "
            "The enterprise's people will be written to as soon as it can be handed in."
        ),
        done=_("The approval is planned again."),
    ),
    ItemAct(
        "accept",
        rule=item_rule([S.SUBMITTED], DEPARTMENT | CENTRE),
        operation=intake.accept,
        form=NoteForm,
        serializer=NoteSerializer,
        label=_("Accept"),
        consequence=_(
            "The limits begin to run. The enterprise's people and the service agent "
            "will be written to."
        ),
        done=_("The item has been accepted; the enterprise has been told."),
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
        label=_("Ask for correction"),
        consequence=_(
            "The item goes back to the enterprise; its limits have not begun. The "
            "enterprise's people and the service agent will be sent this list."
        ),
        done=_("The enterprise has been told what is missing."),
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
            "The item ends here; the enterprise may apply anew. Its people and the "
            "service agent will be sent the reason."
        ),
        done=_("The item has not been accepted; the enterprise has been told why."),
        danger=True,
        national=(5,),
    ),
    ItemAct(
        "suspend",
        rule=item_rule([S.ACCEPTED], DEPARTMENT | CENTRE, own=True),
        operation=review.suspend,
        form=SuspendForm,
        serializer=SuspendSerializer,
        label=_("Stop the clock"),
        consequence=_(
            "A special procedure: its days count against no limit. The enterprise's people "
            "and the service agent will be sent the ground, the length and the notice."
        ),
        done=_("The clock stands still; the enterprise has been told until when."),
        national=(9,),
    ),
    ItemAct(
        "resume",
        rule=item_rule([S.SUSPENDED], DEPARTMENT | CENTRE, own=True),
        operation=review.resume,
        form=NoteForm,
        serializer=NoteSerializer,
        label=_("Let the clock run on"),
        consequence=_(
            "Both due dates move by the days that the clock stood still. The enterprise's "
            "people and the service agent will be sent the new dates."
        ),
        done=_("The clock runs on; the enterprise has been told the new date."),
        words=_("clock runs on"),
        national=(10,),
    ),
    ItemAct(
        "extend",
        rule=item_rule([S.ACCEPTED], HEADS, can_be_extended, own=True),
        operation=review.extend,
        form=ExtendForm,
        serializer=ExtendSerializer,
        label=_("Extend"),
        consequence=_(
            "Both limits are extended, once. The enterprise's people and the service agent "
            "will be sent the reason and the new date."
        ),
        done=_("The limits have been extended; the enterprise has been told why."),
        words=_("limits extended"),
        stays=True,
    ),
    ItemAct(
        "transfer",
        rule=item_rule(IN_DEPARTMENT, DEPARTMENT | CENTRE, is_applied_for, own=True),
        operation=review.transfer,
        form=TransferForm,
        serializer=TransferSerializer,
        label=_("Hand to a colleague"),
        consequence=_(
            "The item stays with the department; its limits run on. Only the colleague is told."
        ),
        done=_("The item has been handed over; the colleague has been told."),
        words=_("handed to a colleague"),
        stays=True,
        several=Several(_("Hand several to a colleague"), TransferForAll),
    ),
    ItemAct(
        "consult",
        rule=item_rule([S.SUBMITTED, S.PRE_REVIEW, S.ACCEPTED], DEPARTMENT | CENTRE, own=True),
        operation=consultations.consult,
        form=ConsultForm,
        serializer=ConsultSerializer,
        label=_("Ask another department"),
        consequence=_(
            "The department asked has seven working days; silence is recorded. The item's "
            "own limits run on. The officers and heads asked will be written to."
        ),
        done=_("The department has been asked."),
        words=_("another department asked"),
        stays=True,
    ),
    ItemAct(
        "set_visit",
        rule=item_rule([S.ACCEPTED], DEPARTMENT | CENTRE, is_joint_inspection, own=True),
        operation=inspection.set_visit,
        form=VisitForm,
        serializer=VisitSerializer,
        label=_("Set the joint visit"),
        consequence=_(
            "All departments look at the site together. The officers of the parts, the "
            "enterprise's people and the service agent will be written to."
        ),
        done=_("The visit is set; all who come have been told."),
        words=_("site visit set"),
        stays=True,
    ),
    ItemAct(
        "grant",
        # The departments decide; the centre only on its own services.
        rule=item_rule([S.ACCEPTED], DEPARTMENT | CENTRE, own=True),
        operation=review.grant,
        form=NoteForm,
        serializer=NoteSerializer,
        label=_("Grant"),
        consequence=_(
            "The clock stops and what depends on it may open. The enterprise's people "
            "and the service agent will be written to."
        ),
        done=_("The item has been granted; the enterprise has been told."),
        national=(11,),
        several=Several(_("Grant several"), NoteForAll),
    ),
    ItemAct(
        "refuse",
        rule=item_rule([S.ACCEPTED], DEPARTMENT | CENTRE, own=True),
        operation=review.refuse,
        form=ReasonForm,
        serializer=ReasonSerializer,
        label=_("Refuse"),
        consequence=_(
            "The clock stops. The enterprise's people and the service agent will be "
            "sent the reason."
        ),
        done=_("The item has been refused; the enterprise has been told why."),
        danger=True,
        national=(13,),
    ),
    ItemAct(
        "reopen",
        rule=item_rule([S.REFUSED], HEADS, own=True),
        operation=review.reopen,
        form=ReasonForm,
        serializer=ReasonSerializer,
        label=_("Take the refusal back"),
        consequence=_(
            "The review goes on; the time since the refusal counts against no limit. The "
            "enterprise's people and the service agent will be sent the reason."
        ),
        done=_("The review goes on; the enterprise has been told."),
        words=_("refusal taken back"),
    ),
    ItemAct(
        "deliver",
        rule=item_rule([S.GRANTED], DEPARTMENT | CENTRE, is_applied_for),
        operation=review.deliver,
        form=DeliverForm,
        serializer=DeliverSerializer,
        label=_("Deliver"),
        consequence=_(
            "The result is handed over and the item is closed. The enterprise's people "
            "and the service agent will be written to."
        ),
        done=_("The result has been delivered; the enterprise has been told."),
    ),
    ItemAct(
        "record",
        rule=item_rule([S.READY], CENTRE, is_milestone),
        operation=service.record,
        form=RecordForm,
        serializer=RecordSerializer,
        label=_("Record as reached"),
        consequence=_(
            "The project's phase follows and what depends on it may open. The "
            "enterprise's people and the service agent will be written to."
        ),
        done=_("The milestone has been recorded; the enterprise has been told."),
    ),
    ItemAct(
        "mark_not_applicable",
        rule=item_rule([S.PLANNED, S.READY], CENTRE),
        operation=service.mark_not_applicable,
        form=ReasonForm,
        serializer=ReasonSerializer,
        label=_("Mark as not applicable"),
        consequence=_(
            "From now on it counts as met, and what depends on it may open. The "
            "enterprise's people and the service agent will be sent the reason."
        ),
        done=_("Marked as not applicable; the enterprise has been told."),
        several=Several(_("Mark several as not applicable"), ReasonForAll),
    ),
    ItemAct(
        "undo_not_applicable",
        rule=item_rule([S.NOT_APPLICABLE], CENTRE),
        operation=service.undo_not_applicable,
        form=ReasonForm,
        serializer=ReasonSerializer,
        label=_("Applies after all"),
        consequence=_(
            "The item is planned again. If it can be applied for at once, the "
            "enterprise's people will be written to."
        ),
        done=_("The item is planned again."),
        words=_("applies after all"),
    ),
]

CONSULTATION_ACTS = Acts(
    OfItemAct(
        "answer",
        rule=Rule(who=(is_consulted,), only=(is_unanswered,)),
        operation=consultations.give_opinion,
        form=OpinionForm,
        serializer=OpinionSerializer,
        label=_("Give the opinion"),
        consequence=_("The officer who asked will be written to."),
        done=_("Your opinion has been given; the officer is told."),
        otherwise=_("This has been answered already."),
        related="department",
    ),
)


def why_not_kept(commitment: Commitment) -> LazyText:
    if commitment.fulfilled_at:
        return _("This promise has been kept already.")
    return _("The item has come to nothing; the promise is no longer owed.")


COMMITMENT_ACTS = Acts(
    CommitmentAct(
        "keep",
        rule=Rule(who=(may_keep,), only=(is_owed,)),
        operation=commitments.keep_commitment,
        form=KeepForm,
        serializer=KeepSerializer,
        label=_("Hand over"),
        consequence=_(
            "It is added to the item's materials; the department's officer will be written to."
        ),
        done=_("The promise has been kept; the department is told."),
        otherwise=why_not_kept,
        related="material",
    ),
)
