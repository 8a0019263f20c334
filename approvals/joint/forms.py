"""What is asked when a joint case is opened, and at each act on it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.acts import store_file
from approvals.acts.forms.fields import CheckedFileField, note_field
from approvals.joint.models import Fact, JointBundle, JointCase
from approvals.joint.operations.cases import COMMITMENT_KIND, LAND_KIND
from huadu_portal.accounts.models import User
from huadu_portal.acts.forms import ActForm, VersionForm
from huadu_portal.ui.form_choices import offer_rows
from projects.models import DocumentSource, Project


class OpenCaseForm(ActForm):
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

    def __init__(self, *args: Any, thing: Project, by: User, **kwargs: Any):
        super().__init__(*args, thing=thing, **kwargs)
        offer_rows(self, "bundle", JointBundle.objects.suiting(thing))
        # A firm's people sign by signing in; the centre acts on paper.
        self.fields["commitment"].required = by.is_staff

    def arguments(self, *, by, at):
        values = dict(self.cleaned_data)
        if upload := values["commitment"]:
            values["commitment"] = store_file(
                self.thing,
                upload,
                by=by,
                at=at,
                kind=COMMITMENT_KIND,
                source=DocumentSource.ITEM,
            )
        return values


class CaseForm(VersionForm):
    """What every act on a case carries."""

    def __init__(self, *args: Any, thing: JointCase, **kwargs: Any):
        super().__init__(*args, thing=thing, **kwargs)
        self.case = thing


class RegisterLandForm(CaseForm):
    land_paper = CheckedFileField(
        label=_("land contract"),
        help_text=_("Serves all items of the case that ask for it."),
    )
    commit_by = forms.DateField(
        label=_("materials that may follow are due by"),
        required=False,
        help_text=_("Only needed if a material that may follow later is missing."),
    )

    def arguments(self, *, by, at):
        values = dict(self.cleaned_data)
        values["land_paper"] = store_file(
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
        super().clean()
        cleaned = self.cleaned_data
        is_area = cleaned.get("fact") in {Fact.LAND_AREA, Fact.FLOOR_AREA}
        if cleaned.get("figure") is not None and not is_area:
            self.add_error("figure", _("A figure is asked only for a changed area."))
        return cleaned


class EndForm(CaseForm):
    note = note_field(label=_("reason"))
