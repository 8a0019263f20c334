"""What the window is asked when it answers an application or names an agent."""

from functools import partial

from django import forms
from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _

from agents import operations
from agents.models import ServiceAgent
from approvals.items.operations import Exemption, suggested_plan
from approvals.models import ApprovalType, Stage
from huadu_portal.accounts.models import without_password
from huadu_portal.clock import civil_day, now
from huadu_portal.ui.admin import Door
from projects import operations as projects
from projects.forms import MaterialRequests
from projects.models import Application, ApplicationStatus, MaterialKind
from projects.operations import held_for_application

text = partial(forms.CharField, max_length=5000, strip=True)
NONE = ""


class AgentChoice(forms.ModelChoiceField):
    """An agent, with how much is on their hands."""

    widget = forms.RadioSelect

    def __init__(self, **options):
        # Those whose accounts are not in use yet come last.
        agents = (
            ServiceAgent.objects.serving()
            .with_load()
            .select_related("user")
            .order_by(
                Case(When(without_password("user__"), 1), default=0), "load", "user__name"
            )
        )
        options.setdefault("label", _("service agent"))
        options.setdefault("error_messages", {"required": _("Please choose a service agent.")})
        super().__init__(agents, empty_label=None, **options)

    def nobody(self) -> str:
        """What to do where there is nobody to choose; "" where there is somebody."""
        return "" if self.queryset.exists() else operations.why_no_agent()

    def clean(self, value):
        if not value and (sentence := self.nobody()):
            raise forms.ValidationError(sentence)
        return super().clean(value)

    def label_from_instance(self, agent):
        words = [str(agent), _("%(load)s of %(ceiling)s projects") % vars_of(agent)]
        if agent.load >= agent.ceiling:
            words.append(str(_("over the ceiling")))
        if agent.user.awaits_password:
            words.append(str(_("account not activated: cannot sign in yet")))
        if agent.is_on_duty:
            words.append(str(_("on duty")))
        return " · ".join(words)


def vars_of(agent: ServiceAgent) -> dict[str, int]:
    return {"load": agent.load, "ceiling": agent.ceiling}


class VersionForm(forms.Form):
    """What every act carries: the version that the person saw."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args, thing, **kwargs):
        kwargs["initial"] = {"version": thing.version} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.thing = thing


class LinesField(forms.CharField):
    """One thing a line; the value is a list."""

    def __init__(self, **options):
        widget = forms.Textarea(attrs={"rows": 7, "data-lines": ""})
        super().__init__(max_length=5000, widget=widget, **options)

    def clean(self, value):
        lines = super().clean(value).splitlines()
        return [line.strip() for line in lines if line.strip()]


class ReturnForm(MaterialRequests, VersionForm):
    """One list of everything that is missing; what was not uploaded is filled in."""

    missing = LinesField(
        label=_("what is missing"),
        required=False,
        help_text=_(
            "One item per line. Please list everything: corrections may be requested only once."
        ),
    )
    note = text(label=_("note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, thing, **kwargs):
        gaps = "\n".join(gaps_of(thing))
        super().__init__(*args, thing=thing, initial={"missing": gaps}, **kwargs)
        kinds = MaterialKind.objects.filter(with_application=True)
        self.offer(kinds, held_for_application(thing, civil_day(now())))
        self.order_fields(["version", "kinds", *self.reasons, "missing", "note"])

    def clean(self):
        cleaned = super().clean()
        if not cleaned["materials"] and not cleaned.get("missing"):
            self.add_error("missing", _("Please say what is missing."))
        return cleaned

    # What firms most often leave out, a click away.
    common_gaps = [
        _("The business licence is not legible; please scan it again."),
        _("The company's seal is missing on the application."),
        _("The signature page of the investment agreement is missing."),
        _("The proof of land is missing or does not identify the site."),
        _("The sources of funds do not add up to the total investment."),
        _("The identity document of the person authorised is missing."),
    ]


def gaps_of(application: Application) -> list[str]:
    """Required materials that are not there, or have a virus."""
    there = application.documents.as_handed_in().without_infected().values("kind")
    wanted = MaterialKind.objects.filter(with_application=True, is_required=True)
    return [kind.name for kind in wanted.exclude(pk__in=there)]


class DeclineForm(VersionForm):
    reason = text(label=_("reasons"), widget=forms.Textarea(attrs={"rows": 4}))
    remedy = text(
        label=_("options of the enterprise"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TakeOnForm(VersionForm):
    """The approvals the project needs, and who accompanies it.

    A type suggested and left out has to be given a reason: it is recorded as 不涉及.
    Of a group of variants one is chosen; none also asks for a reason.
    """

    agent = AgentChoice()

    def __init__(self, *args, thing, **kwargs):
        super().__init__(*args, thing=thing, **kwargs)
        self.suggested = suggested_plan(thing)
        self.types = list(ApprovalType.objects.select_related("department"))
        self.groups = {}
        for entry in self.types:
            if entry.variant_group:
                self.groups.setdefault(entry.variant_group, []).append(entry)
            else:
                self._add_single(entry)
        for group, variants in self.groups.items():
            self._add_group(group, variants)

    def _add_single(self, entry):
        is_suggested = entry.code in self.suggested
        self.fields[f"plan_{entry.code}"] = forms.BooleanField(
            label=str(entry), required=False, initial=is_suggested
        )
        if is_suggested:
            self._add_reason(entry.code)

    def _add_group(self, group, variants):
        chosen = [entry.code for entry in variants if entry.code in self.suggested]
        choices = [(entry.code, str(entry)) for entry in variants]
        self.fields[f"variant_{group}"] = forms.ChoiceField(
            label=_("one of"),
            choices=[*choices, (NONE, _("none of these apply"))],
            required=False,
            initial=chosen[0] if chosen else NONE,
            widget=forms.RadioSelect,
        )
        if chosen:
            self._add_reason(group)

    def _add_reason(self, name):
        self.fields[f"reason_{name}"] = forms.CharField(
            label=_("why it does not apply"), max_length=300, required=False
        )

    @property
    def stages(self):
        """What is offered, stage by stage, in the order of the catalogue."""
        rows = {stage: [] for stage in Stage}
        shown = set()
        for entry in self.types:
            group = entry.variant_group
            if group not in shown:
                rows[Stage(entry.stage)].append(self._row(entry))
            if group:
                shown.add(group)
        return [(stage.label, found) for stage, found in rows.items() if found]

    def _row(self, entry):
        name = entry.variant_group or entry.code
        kind = "variant" if entry.variant_group else "plan"
        reason = f"reason_{name}"
        return {
            "type": entry,
            "variants": self.groups.get(entry.variant_group, []),
            "field": self[f"{kind}_{name}"],
            "reason": self[reason] if reason in self.fields else None,
        }

    def clean(self):
        cleaned = super().clean()
        by_code = {entry.code: entry for entry in self.types}
        singles = [e.code for e in self.types if cleaned.get(f"plan_{e.code}")]
        chosen = [cleaned.get(f"variant_{group}") for group in self.groups]
        codes = [*singles, *filter(None, chosen)]
        cleaned["types"] = [by_code[code] for code in codes]
        cleaned["exempt"] = [
            Exemption(by_code[code], self._reason_for(name, cleaned))
            for code, name in self._left_out(codes)
        ]
        return cleaned

    def _left_out(self, codes):
        """Suggested codes that are not planned, with the name of their reason's field."""
        for code in sorted(self.suggested - set(codes)):
            group = next(e.variant_group for e in self.types if e.code == code)
            siblings = {entry.code for entry in self.groups.get(group, [])}
            if not siblings & set(codes):
                yield code, group or code

    def _reason_for(self, name, cleaned):
        reason = (cleaned.get(f"reason_{name}") or "").strip()
        if not reason:
            self.add_error(f"reason_{name}", _("Please state why it does not apply."))
        return reason


class AssignForm(forms.Form):
    agent = AgentChoice(label=_("new service agent"))
    reason = forms.CharField(label=_("reason"), max_length=300, required=False)

    def __init__(self, *args, thing, **kwargs):
        super().__init__(*args, **kwargs)
        agents = self.fields["agent"].queryset
        self.fields["agent"].queryset = agents.exclude(user=thing.agent_id)


def _take_on(application, *, by, at, version, agent, types, exempt, **_):
    chosen = {"agent": agent, "types": types, "exempt": exempt}
    return operations.take_on(application, by=by, at=at, version=version, **chosen)


def _return(application, *, by, at, version, materials, missing, note, **_):
    said = {"materials": materials, "missing": missing, "note": note}
    return projects.return_application(application, by=by, at=at, version=version, **said)


TAKE_ON, RETURN, DECLINE, ASSIGN = "take_on", "return", "decline", "assign"
APPLICATION_DOORS = {
    TAKE_ON: Door(
        TakeOnForm,
        _take_on,
        _("Take on"),
        _(
            "A project is created, its approval items are planned and a service agent is "
            "assigned. The contacts of the enterprise and the service agent will be notified."
        ),
        _("The application has been taken on; the enterprise has been notified."),
    ),
    RETURN: Door(
        ReturnForm,
        _return,
        _("Return for correction"),
        _(
            "The enterprise can change its application and submit it again. Its contacts will "
            "be sent this list."
        ),
        _("The application has been returned; the enterprise has been notified."),
    ),
    DECLINE: Door(
        DeclineForm,
        projects.decline_application,
        _("Decline"),
        _(
            "The application ends here. The contacts of the enterprise will be sent the "
            "reasons and their options."
        ),
        _("The application has been declined; the enterprise has been notified."),
        danger=True,
    ),
}
# What an application becomes by each.
BECOMES = {
    TAKE_ON: ApplicationStatus.ACCEPTED,
    RETURN: ApplicationStatus.RETURNED,
    DECLINE: ApplicationStatus.DECLINED,
}
PROJECT_DOORS = {
    ASSIGN: Door(
        AssignForm,
        operations.assign,
        _("Assign an agent"),
        _(
            "The project is transferred immediately. The new service agent and the contacts "
            "of the enterprise will be notified."
        ),
        _("The agent has been assigned."),
    ),
}


class BulkTakeOnForm(forms.Form):
    agent = AgentChoice(help_text=_("Will be the service agent of all of them."))


class BulkReturnForm(forms.Form):
    missing = LinesField(
        label=_("what is missing"), help_text=_("All of them receive the same list.")
    )


class BulkDeclineForm(forms.Form):
    reason = text(label=_("reasons"), widget=forms.Textarea(attrs={"rows": 4}))
    remedy = text(
        label=_("options of the enterprise"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


BULK_DOORS = {
    DECLINE: Door(
        BulkDeclineForm,
        projects.decline_application,
        _("Decline several"),
        _(
            "Each application ends here; the contacts of each enterprise will be sent the same "
            "text."
        ),
        _("done"),
        danger=True,
    ),
    TAKE_ON: Door(
        BulkTakeOnForm,
        _take_on,
        _("Take on several"),
        _(
            "Each becomes a project with the approvals suggested for it. The contacts of each "
            "enterprise and the service agent will be notified."
        ),
        _("done"),
    ),
    RETURN: Door(
        BulkReturnForm,
        _return,
        _("Return several for correction"),
        _(
            "Each application is returned to its enterprise, whose contacts will be sent the "
            "list."
        ),
        _("done"),
    ),
}
