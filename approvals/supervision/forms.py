"""What is asked by the acts that push an item, by cards and orders, and by a new ladder."""

import json
from collections.abc import Sequence
from hashlib import sha256

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.acts import NoteForm, ReasonForm
from approvals.acts.forms.doors import ActDoor
from approvals.acts.forms.fields import note_field
from approvals.items.rights import Act
from approvals.supervision import operations
from approvals.supervision.models import AMONG_STAFF, OF_DEPARTMENT, Hearer, Ladder, LadderRung
from approvals.supervision.operations.ladders import check_text
from huadu_portal.accounts.models import Department
from huadu_portal.notifications.models import Delivery
from huadu_portal.ui.admin import ConfirmForm, Door
from projects.choices import Grade


class StopLadderForm(ReasonForm):
    until = forms.DateField(
        label=_("reminders go on from"), widget=forms.DateInput(attrs={"type": "date"})
    )

    field_order = ["version", "until", "note"]


PUSH_FORMS: dict[Act, ActDoor] = {
    Act.EXPLAIN: ActDoor(
        ReasonForm,
        operations.explain,
        _("Explain the delay"),
        _("The explanation stands in the history; the heads of the department will read it."),
        _("The delay has been explained; the heads have been told."),
    ),
    Act.ASK_HELP: ActDoor(
        ReasonForm,
        operations.ask_help,
        _("Ask for coordination"),
        _(
            "The window, the service agent and the chief officer will be written to; an "
            "answer is due within three working days. The limits run on."
        ),
        _("Coordination has been asked for."),
    ),
    Act.NUDGE: ActDoor(
        NoteForm,
        operations.nudge,
        _("Ask after it"),
        _("Once a working day. The officer in charge will be written to."),
        _("The officer has been asked."),
    ),
    Act.ORDER: ActDoor(
        ReasonForm,
        operations.order,
        _("Give a supervision order"),
        _(
            "A reply is due within three working days; without one a red card follows. The "
            "officer and the heads of the department will be written to."
        ),
        _("The order has been given; the department has been told."),
        danger=True,
    ),
    Act.STOP_LADDER: ActDoor(
        StopLadderForm,
        operations.stop_ladder,
        _("Stop the reminders"),
        _(
            "Until that day nobody is reminded of this item and no card is shown; its limits "
            "run on. The officer in charge will be sent the reason."
        ),
        _("The reminders have been stopped."),
    ),
    Act.LIFT_STOP: ActDoor(
        NoteForm,
        operations.lift_stop,
        _("Let the reminders go on"),
        _("Whatever has been reached meanwhile is told at once. Nobody is written to now."),
        _("The reminders go on."),
    ),
}


class AppealForm(ConfirmForm):
    text = note_field(label=_("why the card should not stand"))


class DecideForm(ConfirmForm):
    cancel = forms.TypedChoiceField(
        label=_("decision"),
        choices=[
            ("", _("Please choose")),
            ("no", _("the card stands")),
            ("yes", _("cancel it")),
        ],
        coerce=lambda value: value == "yes",
    )
    text = note_field(label=_("reason"))


class CancelForm(ConfirmForm):
    text = note_field(label=_("why it is cancelled"))


class ReplyForm(ConfirmForm):
    text = note_field(label=_("reply"))


CARD_DOORS = {
    "appeal": Door(
        AppealForm,
        operations.appeal,
        _("Appeal against it"),
        _("Once only. The center's head will be written to and decides."),
        _("The appeal has been handed in."),
    ),
    "decide": Door(
        DecideForm,
        operations.decide,
        _("Decide on the appeal"),
        _("The department's head will be written to. A cancelled card counts for nothing."),
        _("It has been decided on the appeal."),
    ),
    "cancel": Door(
        CancelForm,
        operations.cancel,
        _("Cancel the card"),
        _(
            "It stays in the history with the reason, and counts for nothing. The "
            "department's head will be written to."
        ),
        _("The card has been cancelled."),
        danger=True,
    ),
}
ORDER_DOORS = {
    "receive": Door(
        ConfirmForm,
        operations.receive_order,
        _("Confirm receipt"),
        _("Whoever gave it sees that it has been read. Nobody is written to."),
        _("Receipt has been confirmed."),
    ),
    "answer": Door(
        ReplyForm,
        operations.answer_order,
        _("Answer"),
        _("Whoever gave the order will be sent the reply; by a rung, the center's head."),
        _("The order has been answered."),
    ),
}
HELP_DOORS = {
    "answer": Door(
        ReplyForm,
        operations.answer_help,
        _("Answer"),
        _("The officer who asked will be written to."),
        _("The request has been answered."),
    ),
}


SHARED = [
    "code",
    "name",
    "name_en",
    "trigger",
    "value",
    "unit",
    "min_days",
    "card",
    "is_urgent",
]
LISTS = ["audience", "channels"]
TEXTS = ["text", "text_en"]


class LadderForm(forms.Form):
    """Why it is changed; for a special ladder also whose it is."""

    note = forms.CharField(label=_("why it is changed"), max_length=200)

    def ladder(self, like: Ladder) -> Ladder:
        """The version that would come into force; unsaved."""
        return Ladder(
            course=like.course,
            department=like.department,
            grade=like.grade,
            note=self.cleaned_data["note"],
        )


class SpecialLadderForm(LadderForm):
    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("only of the department"), required=False
    )
    grade = forms.ChoiceField(
        label=_("only for projects of the grade"),
        choices=[("", _("every grade")), *Grade.choices],
        required=False,
    )

    field_order = ["department", "grade", "note"]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("department") and not cleaned.get("grade"):
            raise ValidationError(_("Please name a department or a grade, or both."))
        return cleaned

    def ladder(self, like):
        new = super().ladder(like)
        new.department = self.cleaned_data["department"]
        new.grade = self.cleaned_data["grade"]
        return new


class RungForm(forms.ModelForm):
    audience = forms.MultipleChoiceField(
        label=_("who is told"),
        choices=Hearer.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    channels = forms.MultipleChoiceField(
        label=_("by these ways only"),
        choices=Delivery.Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None chosen: every way that is set up and that the reader wants."),
    )

    class Meta:
        model = LadderRung
        fields = [*SHARED, *LISTS, *TEXTS]
        labels = {"value": _("days or per cent")}

    def __init__(self, *args, course: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.course = course
        if course not in OF_DEPARTMENT:
            del self.fields["card"]
        if course in AMONG_STAFF:
            hearers = [pair for pair in Hearer.choices if pair[0] != Hearer.FIRM]
            self.fields["audience"].choices = hearers

    def clean_text(self):
        check_text(self.course, self.cleaned_data["text"])
        return self.cleaned_data["text"]

    def clean_text_en(self):
        check_text(self.course, self.cleaned_data["text_en"])
        return self.cleaned_data["text_en"]


class Rungs(BaseFormSet):
    def clean(self):
        if any(self.errors):
            return
        codes = [form.cleaned_data["code"] for form in self.kept]
        if not codes:
            raise ValidationError(_("A ladder needs a rung at least."))
        if len(set(codes)) != len(codes):
            raise ValidationError(_("Two rungs have the same code."))

    @property
    def kept(self):
        """In the order in which they stand, without those left out and the empty one."""
        return [
            form
            for form in self.forms
            if form.has_changed_or_given and not form.cleaned_data.get("DELETE")
        ]

    def rungs(self) -> list[LadderRung]:
        return [LadderRung(**_values(form)) for form in self.kept]


def fingerprint_of(new: Ladder, rungs: Sequence[LadderRung]) -> str:
    """What was shown before it is put in force: whose ladder, and every field of each rung."""
    names = [*SHARED, *LISTS, *TEXTS]
    shown = [[getattr(rung, name) for name in names] for rung in rungs]
    whose = [str(new.department_id), new.grade]
    return sha256(json.dumps([whose, shown]).encode()).hexdigest()


def _values(form: RungForm) -> dict:
    names = [name for name in [*SHARED, *LISTS, *TEXTS] if name in form.fields]
    return {name: form.cleaned_data[name] for name in names}


class GivenRungForm(RungForm):
    """A rung of the formset: one that was there, or one that is typed into the empty line."""

    @property
    def has_changed_or_given(self):
        return bool(self.cleaned_data.get("code"))


RungFormSet = formset_factory(GivenRungForm, formset=Rungs, extra=1, can_delete=True)


def rung_forms(like: Ladder, data=None) -> Rungs:
    """The rungs as they are, or as typed."""
    initial = [
        {name: getattr(rung, name) for name in [*SHARED, *LISTS, *TEXTS]}
        for rung in like.rungs.all()
    ]
    return RungFormSet(
        data, initial=initial, prefix="rungs", form_kwargs={"course": like.course}
    )
