"""What every act carries, and those that ask for little."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.files import File
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.fields import CheckedFileField, note_field
from approvals.acts.forms.templates import FromTemplate
from approvals.acts.operations.outstanding_materials import outstanding_materials
from approvals.acts.operations.review import late_extension_sentence
from approvals.catalogue import guides
from approvals.catalogue.models import Ground
from approvals.catalogue.packaged import EXTRA_KINDS
from approvals.items.models import ApprovalItem
from approvals.items.readiness import Readiness, readiness_of_item
from approvals.vault.needs import held_for_item
from huadu_portal.accounts.models import Department, User
from huadu_portal.acts.forms import VersionForm
from huadu_portal.clock import civil_day, now
from huadu_portal.ui.form_choices import offer_choices, offer_rows
from huadu_portal.workdays.models import Unit
from huadu_portal.workdays.published import calendar
from projects.forms import MaterialRequests
from projects.models import Document, DocumentSource, MaterialKind, Project
from projects.operations import add_document

RESULT_KIND, OTHER_KIND = EXTRA_KINDS


class ItemForm(VersionForm):
    """What every act on an item carries."""

    def __init__(self, *args: Any, thing: ApprovalItem, **kwargs: Any):
        super().__init__(*args, thing=thing, **kwargs)
        self.item = thing


class BeginningForm(ItemForm):
    """For an act that begins what other approvals should come before."""

    @cached_property
    def readiness(self) -> Readiness | None:
        return readiness_of_item(self.item, civil_day(now()))


class NoteForm(ItemForm):
    note = note_field(label=_("note"), required=False)


class CorrectionForm(MaterialRequests, FromTemplate, ItemForm):
    filled_in, is_list = "missing", True
    missing = note_field(
        label=_("what else is missing or wrong"),
        required=False,
        max_length=5000,
        help_text=_(
            "One item per line. Please list everything: corrections may be requested only once."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    note = note_field(label=_("note"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        requirements = self.item.approval_type.requirements
        kinds = MaterialKind.objects.filter(pk__in=requirements.values("kind"))
        pks = {kind.pk for kind in kinds}
        self.offer(kinds, held_for_item(self.item, pks, civil_day(now())))
        self.order_fields(["version", "kinds", *self.reasons, "missing", "note"])
        self.offer_templates(self.act, self.item.department_id)

    def clean_missing(self) -> list[str]:
        lines = self.cleaned_data["missing"].splitlines()
        return [line.strip() for line in lines if line.strip()]

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if not cleaned.get("materials") and not cleaned.get("missing"):
            self.add_error("missing", _("Please state what is missing."))
        return cleaned

    def arguments(self, *, by, at):
        names = ["version", "materials", "missing", "note"]
        return {name: self.cleaned_data[name] for name in names}


class ReasonForm(FromTemplate, ItemForm):
    note = note_field(label=_("reason"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.offer_templates(self.act, self.item.department_id)


class DeclineForm(ReasonForm):
    not_required = forms.BooleanField(label=_("by law no approval is needed"), required=False)


class SuspendForm(FromTemplate, ItemForm):
    """The ground, how long it takes, and the notice to the firm (第45条)."""

    ground = forms.ChoiceField(label=_("ground"), choices=[])
    expected_days = forms.IntegerField(label=_("expected length"), min_value=1, max_value=365)
    expected_unit = forms.ChoiceField(
        label=_("counted in"), choices=Unit.choices, initial=Unit.WORKING
    )
    file = CheckedFileField(
        label=_("notice to the enterprise"),
        help_text=_("The enterprise can download it."),
    )
    note = note_field(label=_("note"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        may_stop_on = self.item.approval_type.may_stop_on
        offer_choices(
            self,
            "ground",
            [(value, label) for value, label in Ground.choices if may_stop_on(value)],
        )
        self.offer_templates(self.act, self.item.department_id)

    def arguments(self, *, by, at):
        values = dict(self.cleaned_data)
        values["notice_file"] = store_file(
            self.item.project,
            values.pop("file"),
            by=by,
            at=at,
            kind=RESULT_KIND,
            source=DocumentSource.DELIVERED,
        )
        return values


class ExtendForm(ReasonForm):
    days = forms.IntegerField(label=_("extended by (days)"), min_value=1)

    field_order = ["version", "late", "days", "template", "note"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        most = self.item.approval_type.max_extension_days
        self.fields["days"] = forms.IntegerField(
            label=_("extended by (days)"), min_value=1, max_value=most
        )
        if ended_on := self.item.ended_limit(civil_day(now())):
            self.fields["late"] = forms.BooleanField(
                label=_("extend late"), help_text=late_extension_sentence(ended_on)
            )
        self.order_fields(self.field_order)
        self.fields["note"].label = _("reason, as sent to the enterprise")


def colleague_field() -> forms.ModelChoiceField:
    """Whom is said by the form, once it knows the department."""
    return forms.ModelChoiceField(
        User.objects.none(),
        label=_("colleague who takes it over"),
        empty_label=_("Please choose"),
    )


class TransferForm(ItemForm):
    to = colleague_field()
    note = note_field(label=_("note"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer_rows(self, "to", colleagues_of(self.item))


def colleagues_of(item: ApprovalItem) -> QuerySet[User]:
    """Who else in the item's department may handle it."""
    return handlers_of(item.department_id).exclude(pk=item.officer_id)


def handlers_of(department_id):
    """Who in a department may handle an item."""
    roles = [User.Role.OFFICER, User.Role.DEPARTMENT_HEAD, User.Role.WINDOW]
    people = User.objects.filter(department=department_id, role__in=roles, is_active=True)
    return people.order_by("name")


class ConsultForm(ItemForm):
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("department consulted"),
        empty_label=_("Please choose"),
    )
    note = note_field(label=_("question"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        others = Department.objects.exclude(pk=self.item.department_id)
        offer_rows(self, "department", others.order_by("name"))


class GrantForm(ItemForm):
    """What is missing on the day of the decision is named, and asked about."""

    commit_by = forms.DateField(label=_("missing materials to follow by"), required=False)
    note = note_field(label=_("note"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        outstanding = outstanding_materials(self.item, civil_day(now()), calendar())
        self._ask_when(outstanding.tolerable_names)
        self._ask_why(outstanding.hard_names)

    def _ask_when(self, names: str) -> None:
        if not names:
            del self.fields["commit_by"]
            return
        self.fields["commit_by"].help_text = _(
            "They may follow later: %(names)s. Granting makes a commitment of the enterprise "
            "for that day; if it is left empty, for the last day of delivery."
        ) % {"names": names}

    def _ask_why(self, names: str) -> None:
        if names:
            self.fields["note"] = note_field(
                label=_("reason for granting without these materials"),
                help_text=_("Missing or expired: %(names)s.") % {"names": names},
            )

    def clean_commit_by(self) -> date | None:
        day = self.cleaned_data["commit_by"]
        if day and day <= civil_day(now()):
            raise forms.ValidationError(_("Please choose a day after today."))
        return day


class DeliverForm(ItemForm):
    certificate_number = forms.CharField(
        label=_("certificate number"), max_length=100, required=False
    )
    issued_on = forms.DateField(label=_("issued"), required=False)
    valid_until = forms.DateField(label=_("valid until"), required=False)
    document = CheckedFileField(
        label=_("result document"),
        required=False,
        help_text=_("The enterprise can download it, and finds it in its materials."),
    )
    nothing_to_hand_over = forms.BooleanField(
        label=_("There is nothing to hand over (the note gives the reason)"), required=False
    )
    note = note_field(label=_("note"), required=False)

    def clean(self):
        super().clean()
        if self.cleaned_data.get("nothing_to_hand_over"):
            self._check_nothing()
        else:
            self._check_result()
        return self.cleaned_data

    def _check_nothing(self) -> None:
        if any(self.cleaned_data.get(name) for name in ("certificate_number", "document")):
            sentence = _("Please either hand over a result, or choose that there is none.")
            self.add_error("nothing_to_hand_over", sentence)
        if not self.cleaned_data.get("note") and "note" not in self.errors:
            self.add_error(
                "note", _("Please give the reason why there is nothing to hand over.")
            )

    def _check_result(self) -> None:
        asked = {
            "certificate_number": _("Please enter the number of the result document."),
            "document": _("Please add the file of the result document."),
        }
        for name, sentence in asked.items():
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        issued_on, valid_until = map(self.cleaned_data.get, ("issued_on", "valid_until"))
        if issued_on and valid_until and valid_until < issued_on:
            self.add_error("valid_until", _("It cannot expire before it is issued."))

    def arguments(self, *, by, at):
        values = dict(self.cleaned_data)
        upload = values.pop("document")
        if upload:
            # As the material as which it serves later items.
            serves_as = guides.kinds_by_type().get(self.item.approval_type.code, [RESULT_KIND])
            values["document"] = store_file(
                self.item.project,
                upload,
                by=by,
                at=at,
                kind=serves_as[0],
                source=DocumentSource.DELIVERED,
                valid_until=values["valid_until"],
            )
        return values


def store_file(
    project: Project,
    upload: File,
    *,
    by: User,
    at: datetime,
    kind: str,
    source: DocumentSource,
    valid_until: date | None = None,
) -> Document:
    """A file that comes with an act, kept where the firm and its items find it; `kind`: its
    name."""
    return add_document(
        project.enterprise,
        by=by,
        at=at,
        kind=MaterialKind.objects.get(name=kind),
        upload=upload,
        project=project,
        source=source,
        valid_until=valid_until,
    )


class VisitForm(ItemForm):
    visit_at = forms.DateTimeField(
        label=_("day and time"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    place = forms.CharField(label=_("meeting point"), max_length=200)
    note = note_field(label=_("note"), required=False)


class RecordForm(BeginningForm):
    on = forms.DateField(
        label=_("reached on"),
        required=False,
        help_text=_("The day of the fact; today if it is left empty."),
    )
    note = note_field(label=_("note"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.readiness and self.readiness.by_law:
            self.fields["note"] = note_field(
                label=_("reason for recording it although statutory conditions are open"),
                help_text=_("Only the head of the service center may record it now."),
            )
