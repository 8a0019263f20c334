"""How the window chooses a service agent."""

from django import forms
from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _

from agents import operations
from agents.models import ServiceAgent
from huadu_portal.accounts.models import without_password
from huadu_portal.acts import ActForm


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


class AssignForm(ActForm):
    agent = AgentChoice(label=_("new service agent"))
    reason = forms.CharField(label=_("reason"), max_length=300, required=False)

    def __init__(self, *args, thing, **kwargs):
        super().__init__(*args, thing=thing, **kwargs)
        agents = self.fields["agent"].queryset
        self.fields["agent"].queryset = agents.exclude(user=thing.agent_id)
