"""The acts of a pre-review on an item, and those on a joint case as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.acts import NoteForm, ReasonForm
from approvals.acts.forms.materials import AnswerForm
from approvals.acts.forms.several import NoteForAll
from approvals.acts.kinds import ItemAct
from approvals.acts.serializers import NoteSerializer, ReasonSerializer, RevisionSerializer
from approvals.items.operations.history import lock_project
from approvals.items.rights import (
    CENTRE,
    COUNTER,
    DEPARTMENT,
    FIRM,
    S,
    is_in_pre_review,
    item_rule,
    may_submit_for_firm,
)
from approvals.joint.forms import ChangeFactForm, EndForm, OpenCaseForm, RegisterLandForm
from approvals.joint.models import JointCase
from approvals.joint.operations import cases, pre_review
from approvals.joint.rights import is_before_land
from approvals.joint.serializers import (
    ChangeFactSerializer,
    EndCaseSerializer,
    OpenCaseSerializer,
    RegisterLandSerializer,
)
from huadu_portal.acts import Acts, GuardedAct, Rule, Several
from projects.models import Project

# On an item.
PRE_REVIEW_ACTS = [
    ItemAct(
        "revise",
        rule=item_rule(
            [S.CORRECTING], FIRM | COUNTER, is_in_pre_review, who=[may_submit_for_firm]
        ),
        operation=pre_review.revise,
        form=AnswerForm,
        serializer=RevisionSerializer,
        label=_("Submit for pre-review again"),
        consequence=_("The department gives its opinion anew. Its officer will be notified."),
        done=_("The item is in pre-review again; the department has been notified."),
        words=_("resubmitted for pre-review"),
    ),
    ItemAct(
        "pre_approve",
        rule=item_rule([S.PRE_REVIEW], DEPARTMENT | CENTRE, own=True),
        operation=pre_review.pre_approve,
        form=NoteForm,
        serializer=NoteSerializer,
        label=capfirst(_("pre-review passed")),
        consequence=_(
            "A favourable opinion beforehand, no certificate. The contacts of the "
            "enterprise and the service agent will be notified; the window too, if it "
            "is the last one."
        ),
        done=_("The opinion has been given; the enterprise has been notified."),
        several=Several(_("Pass several in pre-review"), NoteForAll),
    ),
    ItemAct(
        "pre_object",
        rule=item_rule([S.PRE_REVIEW], DEPARTMENT | CENTRE, own=True),
        operation=pre_review.pre_object,
        form=ReasonForm,
        serializer=ReasonSerializer,
        label=_("Send back in pre-review"),
        consequence=_(
            "The item goes back to the enterprise, which makes the changes that you "
            "name. No notice of correction by law. The contacts of the enterprise and "
            "the service agent will be sent the reason."
        ),
        done=_(
            "The opinion has been given; the enterprise has been notified of the "
            "required changes."
        ),
        words=_("sent back in pre-review"),
    ),
]


@dataclass(frozen=True, kw_only=True)
class ProjectAct(GuardedAct):
    """An act on a project, which all acts on its items wait for."""

    def lock(self, project: Project) -> Project:
        return lock_project(project.pk)


OPEN_CASE = ProjectAct(
    "open_case",
    # By the firm's signature, or with its signed paper.
    rule=Rule(frozenset(FIRM | CENTRE)),
    operation=cases.open_case,
    form=OpenCaseForm,
    serializer=OpenCaseSerializer,
    label=_("Begin the joint case"),
    consequence=_(
        "The departments give their opinions beforehand on what you keep in your "
        "materials; their officers, the contacts of your enterprise and the service "
        "agent will be notified."
    ),
    done=_("The joint case has begun; everyone has been notified."),
)
PROJECT_ACTS = Acts(OPEN_CASE)


@dataclass(frozen=True, kw_only=True)
class CaseAct(GuardedAct):
    """An act on a joint case as a whole."""

    otherwise: Any = _("The pre-review of this case is over.")

    def lock(self, case: JointCase) -> JointCase:
        """The case as it is, behind its project."""
        project = lock_project(case.project_id)
        locked = JointCase.objects.select_related("bundle", "service").get(pk=case.pk)
        locked.project = project
        return locked

    def version_of(self, case: JointCase) -> int:
        return case.version


def case_rule(roles: Iterable[str]) -> Rule:
    return Rule(frozenset(roles), only=(is_before_land,))


CASE_ACTS = Acts(
    CaseAct(
        "register_land",
        # The land's papers come to the window; the firm cannot vouch for its own.
        rule=case_rule(CENTRE),
        operation=cases.register_land,
        form=RegisterLandForm,
        serializer=RegisterLandSerializer,
        label=_("Register the land"),
        consequence=_(
            "All items with a favourable opinion turn formal at once and the joint "
            "limit begins; the others leave the case and go the ordinary way. The "
            "contacts of the enterprise, the service agent and the officers will be "
            "notified."
        ),
        done=_("The land is registered; formal review has begun."),
    ),
    CaseAct(
        "change_fact",
        rule=case_rule(FIRM | CENTRE),
        operation=cases.change_fact,
        form=ChangeFactForm,
        serializer=ChangeFactSerializer,
        label=_("Report a changed fact"),
        consequence=_(
            "Exactly the opinions that rest on it become void and are given anew. "
            "Their officers, and the contacts of the enterprise if one is lost, will "
            "be notified."
        ),
        done=_("The change is recorded; the officers it concerns have been notified."),
    ),
    CaseAct(
        "end_case",
        rule=case_rule(FIRM | CENTRE),
        operation=cases.end_case,
        form=EndForm,
        serializer=EndCaseSerializer,
        label=_("End the case"),
        consequence=_(
            "No opinion holds any longer; all items go the ordinary way. The contacts "
            "of the enterprise, the service agent and the officers will be notified."
        ),
        done=_("The joint case has been ended."),
        danger=True,
    ),
)
