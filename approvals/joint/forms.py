"""What is asked when a joint case is opened, at each act on it, and in its pre-review."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.acts import NoteForm, ReasonForm, keep
from approvals.acts.forms.doors import ActDoor
from approvals.acts.forms.fields import CheckedFileField, note_field
from approvals.acts.forms.materials import ResubmitForm
from approvals.items.rights import Act
from approvals.joint import operations
from approvals.joint.models import Fact, JointBundle, JointCase
from approvals.joint.operations.cases import COMMITMENT_KIND, LAND_KIND
from approvals.joint.rights import CaseAct
from huadu_portal.accounts.models import User
from projects.models import DocumentSource, Project


class OpenCaseForm(forms.Form):
    """Which bundle, and who bears the risk that the land is not won."""

    bundle = forms.ModelChoiceField(
        JointBundle.objects.all(),
        label=_("joint bundle"),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    risk_accepted = forms.BooleanField(
        label=_(
            "The enterprise knows that opinions are no certificates, and bears the risk that "
            "it does not acquire the land."
        ),
        error_messages={"required": _("Without the risk commitment there is no pre-review.")},
    )
    commitment = CheckedFileField(
        label=_("signed risk commitment"),
        required=False,
        help_text=_("Kept among the enterprise's materials."),
    )

    def __init__(self, *args, project: Project, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.project, self.by = project, by
        # A firm's people sign by signing in; the centre acts on paper.
        self.fields["commitment"].required = by.is_staff

    @transaction.atomic
    def perform(self, *, by: User, at: datetime) -> JointCase:
        values = dict(self.cleaned_data)
        if upload := values["commitment"]:
            values["commitment"] = keep(
                self.project,
                upload,
                by=by,
                at=at,
                kind=COMMITMENT_KIND,
                source=DocumentSource.ITEM,
            )
        return operations.open_case(self.project, by=by, at=at, **values)


class CaseForm(forms.Form):
    """What every act carries: the version of the case that the person saw."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args, thing: JointCase, **kwargs):
        kwargs["initial"] = {"version": thing.version} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.case = thing

    def arguments(self, *, by: User, at: datetime) -> dict[str, Any]:
        """What the operation is called with; files are stored on the way."""
        return dict(self.cleaned_data)


class RegisterLandForm(CaseForm):
    land_paper = CheckedFileField(
        label=_("land contract"),
        help_text=_("Serves all items of the case that ask for it."),
    )
    commit_by = forms.DateField(
        label=_("what may follow later is brought by"),
        required=False,
        help_text=_("Only needed if a material lacks that may follow later."),
    )

    def arguments(self, *, by, at):
        values = dict(self.cleaned_data)
        values["land_paper"] = keep(
            self.case.project,
            values["land_paper"],
            by=by,
            at=at,
            kind=LAND_KIND,
            source=DocumentSource.ITEM,
        )
        return values


class ChangeFactForm(CaseForm):
    fact = forms.ChoiceField(label=_("what has changed"), choices=Fact.choices)
    figure = forms.DecimalField(
        label=_("new area (land in mu, floors in m²)"),
        required=False,
        min_value=0,
        max_digits=11,
        decimal_places=2,
        help_text=_("Only for a changed area; the project's figure follows."),
    )
    note = note_field(label=_("from what to what"))

    def clean(self):
        cleaned = super().clean()
        is_area = cleaned.get("fact") in {Fact.LAND_AREA, Fact.FLOOR_AREA}
        if cleaned.get("figure") is not None and not is_area:
            self.add_error("figure", _("A figure is asked only for a changed area."))
        return cleaned


class EndForm(CaseForm):
    note = note_field(label=_("reason"))


@dataclass(frozen=True)
class CaseDoor:
    """How an act on a joint case is offered, on the page and at the desk."""

    form: type[CaseForm]
    operation: Callable[..., JointCase]
    label: str | Promise
    # Before it is pressed: what follows and who is written to.
    consequence: str | Promise
    done: str | Promise
    danger: bool = False

    @transaction.atomic
    def perform(self, case: JointCase, form: CaseForm, *, by: User, at: datetime) -> JointCase:
        return self.operation(case, by=by, at=at, **form.arguments(by=by, at=at))


CASE_FORMS: dict[CaseAct, CaseDoor] = {
    CaseAct.REGISTER_LAND: CaseDoor(
        RegisterLandForm,
        operations.register_land,
        _("Register the land"),
        _(
            "All items with a favourable opinion turn formal at once and the joint limit "
            "begins; the others leave the case and go the ordinary way. The enterprise's "
            "people, the service agent and the officers will be written to."
        ),
        _("The land is registered; formal review has begun."),
    ),
    CaseAct.CHANGE_FACT: CaseDoor(
        ChangeFactForm,
        operations.change_fact,
        _("Tell of a changed fact"),
        _(
            "Exactly the opinions that rest on it become void and are given anew. Their "
            "officers, and the enterprise's people if one is lost, will be written to."
        ),
        _("The change is recorded; the officers it concerns have been told."),
    ),
    CaseAct.END: CaseDoor(
        EndForm,
        operations.end_case,
        _("End the case"),
        _(
            "No opinion holds any longer; all items go the ordinary way. The enterprise's "
            "people, the service agent and the officers will be written to."
        ),
        _("The joint case has been ended."),
        danger=True,
    ),
}


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
