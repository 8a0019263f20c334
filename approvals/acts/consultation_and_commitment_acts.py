"""The acts on a consultation and on a commitment, as `acts.py` has those on an item."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.commitment import KeepForm
from approvals.acts.forms.opinion import OpinionForm
from approvals.acts.kinds import CommitmentAct, OfItemAct
from approvals.acts.models import Commitment
from approvals.acts.operations import commitments, consultations
from approvals.acts.rights import is_brought, is_consulted, is_owed, is_unanswered, may_keep
from approvals.acts.serializers import KeepSerializer, OpinionSerializer
from huadu_portal.acts import Acts, Rule

CONSULTATION_ACTS = Acts(
    OfItemAct(
        "answer",
        rule=Rule(who=(is_consulted,), only=(is_unanswered,)),
        operation=consultations.give_opinion,
        form=OpinionForm,
        serializer=OpinionSerializer,
        label=_("Give the opinion"),
        consequence=_("The officer who asked will be notified."),
        done=_("Your opinion has been given; the officer has been notified."),
        otherwise=_("This has been answered already."),
        related="department",
    ),
)


def why_not_kept(commitment: Commitment) -> LazyText:
    if commitment.fulfilled_at:
        return _("This commitment has already been kept.")
    if commitment.is_open:
        return _("It is kept by the decision on the approval itself.")
    return _("The item has ended; the commitment no longer applies.")


COMMITMENT_ACTS = Acts(
    CommitmentAct(
        "keep",
        rule=Rule(who=(may_keep,), only=(is_owed, is_brought)),
        operation=commitments.keep_commitment,
        form=KeepForm,
        serializer=KeepSerializer,
        label=_("Submit material"),
        consequence=_(
            "It is added to the item's materials; the department's officer will be notified."
        ),
        done=_("The committed material has been submitted; the department has been notified."),
        otherwise=why_not_kept,
        related="material",
    ),
)
