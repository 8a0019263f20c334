"""What the window is asked when it answers an application."""

from functools import partial

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from agents.forms import AgentChoice, agents_to_choose, spread, words_of
from agents.operations import why_no_agent
from approvals.acts.forms.templates import FromTemplate
from approvals.items.operations import Exemption, suggested_plan
from approvals.models import ApprovalType, ReasonTemplate, Stage
from huadu_portal.acts.forms import SeveralForm, VersionForm
from huadu_portal.clock import civil_day, now
from projects.forms import MaterialRequests
from projects.models import Application, MaterialKind
from projects.operations import held_for_application, reused_by_application

text = partial(forms.CharField, max_length=5000, strip=True)


NONE = ""


class LinesField(forms.CharField):
    """One thing a line; the value is a list."""

    def __init__(self, **options):
        widget = forms.Textarea(attrs={"rows": 7, "data-lines": ""})
        super().__init__(max_length=5000, widget=widget, **options)

    def clean(self, value):
        lines = super().clean(value).splitlines()
        return [line.strip() for line in lines if line.strip()]


class ReturnForm(MaterialRequests, FromTemplate, VersionForm):
    """One list of everything that is missing; what was not uploaded is filled in."""

    filled_in, is_list = "missing", True

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
        self.offer_templates(ReasonTemplate.Use.RETURN_APPLICATION)

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if not cleaned["materials"] and not cleaned.get("missing"):
            self.add_error("missing", _("Please state what is missing."))
        return cleaned

    def arguments(self, *, by, at):
        names = ["version", "materials", "missing", "note"]
        return {name: self.cleaned_data[name] for name in names}

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
    kept = reused_by_application(application, civil_day(now()))
    wanted = MaterialKind.objects.filter(with_application=True, is_required=True)
    return [kind.name for kind in wanted.exclude(pk__in=there).exclude(pk__in=kept)]


class DeclineApplicationForm(FromTemplate, VersionForm):
    filled_in = "reason"

    reason = text(label=_("reasons"), widget=forms.Textarea(attrs={"rows": 4}))
    remedy = text(
        label=_("options of the enterprise"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_templates(ReasonTemplate.Use.DECLINE_APPLICATION)


class TakeOnForm(VersionForm):
    """The approvals the project needs, and who accompanies it.

    A type suggested and left out has to be given a reason: it is recorded as 不涉及.
    Of a group of variants one is chosen; none also asks for a reason.
    """

    agent = AgentChoice()
    # Of a firm whose licence nobody has checked yet.
    licence_checked = forms.BooleanField(
        label=_(
            "I have checked the business licence: name, code and legal representative agree."
        ),
        error_messages={
            "required": _("Please check the business licence first, and confirm it here.")
        },
    )

    def __init__(self, *args, thing, **kwargs):
        super().__init__(*args, thing=thing, **kwargs)
        if thing.enterprise.is_proved:
            del self.fields["licence_checked"]
        self.suggested = suggested_plan(thing)
        self.types = list(ApprovalType.objects.select_related("department"))
        self.groups: dict[str, list[ApprovalType]] = {}
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
        rows: dict[Stage, list[dict]] = {stage: [] for stage in Stage}
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
        super().clean()
        cleaned = self.cleaned_data
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

    def arguments(self, *, by, at):
        names = ["version", "agent", "types", "exempt", "licence_checked"]
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def _left_out(self, codes):
        """Suggested codes that are not planned, with the name of their reason's field."""
        for code in sorted(self.suggested - set(codes)):
            group = next(e.variant_group for e in self.types if e.code == code)
            siblings = {entry.code for entry in self.groups.get(group, [])}
            if not siblings & set(codes):
                yield code, group or code

    def _named(self, name):
        """The approval, or the variants of a group, that a reason is asked for."""
        types = self.groups.get(name) or [each for each in self.types if each.code == name]
        return pgettext("between alternatives", " or ").join(map(str, types))

    def _reason_for(self, name, cleaned):
        reason = (cleaned.get(f"reason_{name}") or "").strip()
        if not reason:
            sentence = _("Please state why “%(approval)s” does not apply.")
            self.add_error(f"reason_{name}", sentence % {"approval": self._named(name)})
        return reason


class BulkTakeOnForm(SeveralForm):
    """An agent for each: whoever has the fewest projects is next, and the window may change it."""

    licence_checked = forms.BooleanField(
        label=_("I have checked the business licences of all enterprises not verified yet."),
        required=False,
        help_text=_("Without it, applications of such enterprises are left out."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if all(thing.enterprise.is_proved for thing in self.things):
            del self.fields["licence_checked"]
        self.agents = {str(agent.pk): agent for agent in agents_to_choose()}
        choices = [(key, words_of(agent)) for key, agent in self.agents.items()]
        for thing, agent in spread(self.things, self.agents.values()):
            self.fields[self._name_of(thing)] = forms.ChoiceField(
                label=str(thing),
                choices=[(NONE, _("Please choose")), *choices],
                initial=str(agent.pk) if agent else NONE,
                required=False,
            )

    @staticmethod
    def _name_of(thing):
        return f"agent_{thing.pk}"

    def beside(self, thing):
        return self[self._name_of(thing)]

    def clean(self):
        super().clean()
        sentence = _("Please choose a service agent.") if self.agents else why_no_agent()
        for thing in self.things:
            name = self._name_of(thing)
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return self.cleaned_data

    def arguments_for(self, thing):
        """With the approvals that are suggested for each."""
        types = ApprovalType.objects.filter(code__in=suggested_plan(thing))
        agent = self.agents[self.cleaned_data[self._name_of(thing)]]
        checked = self.cleaned_data.get("licence_checked", False)
        return {"agent": agent, "types": list(types), "licence_checked": checked}


class BulkReturnForm(SeveralForm):
    missing = LinesField(
        label=_("what is missing"), help_text=_("All of them receive the same list.")
    )


class BulkDeclineForm(SeveralForm):
    reason = text(label=_("reasons"), widget=forms.Textarea(attrs={"rows": 4}))
    remedy = text(
        label=_("options of the enterprise"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
