"""How the window chooses a service agent, and a project's facts and its going on are changed."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeVar

from django import forms
from django.db.models import Case, F, Field, QuerySet, When
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agents import operations
from agents.models import ServiceAgent
from huadu_portal.accounts.forms import MobileField
from huadu_portal.accounts.models import User, without_password
from huadu_portal.acts import ActForm
from huadu_portal.acts.forms import VersionForm
from huadu_portal.rows import field_of
from huadu_portal.ui.form_choices import offer_rows
from projects.forms import PlainTexts, form_field
from projects.models import PROJECT_FIELDS, Project
from projects.operations import editable_by, halt_of

T = TypeVar("T")


def agents_to_choose() -> QuerySet[ServiceAgent]:
    """Those whose accounts are not in use yet come last."""
    agents = ServiceAgent.objects.serving().with_load().select_related("user")
    return agents.order_by(
        Case(When(without_password("user__"), 1), default=0), F("load"), "user__name"
    )


class AgentChoice(forms.ModelChoiceField):
    """An agent, with how many projects they have."""

    widget = forms.RadioSelect

    def __init__(self, **options):
        options.setdefault("label", _("service agent"))
        options.setdefault("error_messages", {"required": _("Please choose a service agent.")})
        super().__init__(agents_to_choose(), empty_label=None, **options)

    def nobody(self) -> str:
        """What to do where there is nobody to choose; "" where there is somebody."""
        agents = self.queryset
        return "" if agents is not None and agents.exists() else operations.why_no_agent()

    def clean(self, value):
        if not value and (sentence := self.nobody()):
            raise forms.ValidationError(sentence)
        return super().clean(value)

    def label_from_instance(self, agent):
        return words_of(agent)


def words_of(agent: ServiceAgent) -> str:
    """Who it is, how much they accompany, and what speaks against them."""
    words = [str(agent), _("%(load)s of %(ceiling)s projects") % vars_of(agent)]
    if agent.load >= agent.ceiling:
        words.append(str(_("ceiling reached")))
    if agent.user.awaits_password:
        words.append(str(_("account not activated: cannot sign in yet")))
    if agent.is_on_duty:
        words.append(str(_("on duty")))
    return " · ".join(words)


def spread(
    things: Iterable[T], agents: Iterable[ServiceAgent]
) -> list[tuple[T, ServiceAgent | None]]:
    """Each thing with the agent who has the fewest projects by then; None where there is nobody.

    Of those with as many, whoever has been given fewer of these. Whoever cannot sign in yet comes
    after the others, and after both whoever has reached the ceiling.
    """
    everybody, times = list(agents), Counter[ServiceAgent]()

    def rank(agent: ServiceAgent) -> tuple[bool, bool, int, int]:
        load = agent.load + times[agent]
        return load >= agent.ceiling, agent.user.awaits_password, load, times[agent]

    given: list[tuple[T, ServiceAgent | None]] = []
    for thing in things:
        agent = min(everybody, key=rank, default=None)
        given.append((thing, agent))
        if agent:
            times[agent] += 1
    return given


def vars_of(agent: ServiceAgent) -> dict[str, int]:
    return {"load": agent.load, "ceiling": agent.ceiling}


class AssignForm(ActForm):
    agent = AgentChoice(label=_("new service agent"))
    reason = forms.CharField(label=_("reason"), max_length=300, required=False)

    def __init__(self, *args, thing, **kwargs):
        super().__init__(*args, thing=thing, **kwargs)
        offer_rows(self, "agent", agents_to_choose().exclude(user=thing.agent_id))


# ---- Facts of a project, and whether it goes on ------------------------------------------------


def edit_field(field: Field) -> forms.Field:
    """How a field is edited; one that was left open by the project may stay so."""
    if field.name in PROJECT_FIELDS:
        # With its unit in the label: at the desk none stands behind the control.
        typed = form_field(field)
        assert typed is not None, "each has a form field"
        typed.widget.attrs.pop("data-unit", None)
    elif field.name == "contact_mobile":
        typed = MobileField(max_length=20)
    else:
        typed = field.formfield()
    assert typed is not None, "each field of a project is typed"
    typed.label = capfirst(field.verbose_name)
    typed.required = typed.required and not field.blank
    return typed


class EditProjectForm(PlainTexts, VersionForm):
    """The fields that the person may edit, as they are now."""

    note = forms.CharField(label=_("reason"), max_length=500, required=False)

    def __init__(self, *args: Any, thing: Project, by: User, **kwargs: Any):
        self.names = editable_by(by, thing)
        initial = {name: thing.serializable_value(name) for name in self.names}
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, thing=thing, **kwargs)
        asked = {name: edit_field(field_of(Project, name)) for name in self.names}
        # The reason stands last.
        note = self.fields.pop("note")
        self.fields |= asked | {"note": note}

    def arguments(self, *, by: Any, at: Any) -> dict[str, Any]:
        said = self.cleaned_data
        changes = {name: _one_line_end(said[name]) for name in self.names}
        return {"version": said["version"], "changes": changes, "note": said["note"]}


def _one_line_end(value: Any) -> Any:
    """A browser sends each end of a line as two characters, which is no change."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


class HaltForm(VersionForm):
    reason = forms.CharField(
        label=_("reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class PauseForm(HaltForm):
    expected_until = forms.DateField(
        label=_("expected end of the pause"),
        help_text=_("It is reviewed on that day, and after 90 days at the latest."),
    )


class RenewPauseForm(VersionForm):
    expected_until = forms.DateField(
        label=_("expected end of the pause"),
        help_text=_("It is reviewed on that day, and after 90 days at the latest."),
    )
    note = forms.CharField(label=_("note"), max_length=500, required=False)

    def __init__(self, *args: Any, thing: Project, **kwargs: Any):
        if halt := halt_of(thing):
            kwargs["initial"] = {"expected_until": halt.expected_until}
        super().__init__(*args, thing=thing, **kwargs)


class ResumeForm(VersionForm):
    note = forms.CharField(label=_("note"), max_length=500, required=False)


def chiefs_to_choose() -> QuerySet[User]:
    chiefs = User.objects.filter(role=User.Role.CHIEF_OFFICER, is_active=True)
    return chiefs.order_by("name", "username")


class AppointForm(VersionForm):
    chief = forms.ModelChoiceField(
        User.objects.none(),
        label=_("chief project service officer"),
        required=False,
        widget=forms.RadioSelect,
        empty_label=_("nobody: the appointment ends"),
    )
    reason = forms.CharField(label=_("reason"), max_length=300, required=False)

    def __init__(self, *args, thing, **kwargs):
        super().__init__(*args, thing=thing, **kwargs)
        offer_rows(self, "chief", chiefs_to_choose())
        self.fields["chief"].initial = thing.chief_officer_id
