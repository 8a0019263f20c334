"""How the window chooses a service agent."""

from collections.abc import Iterable
from heapq import heapify, heapreplace
from typing import TypeVar

from django import forms
from django.db.models import Case, F, QuerySet, When
from django.utils.translation import gettext_lazy as _

from agents import operations
from agents.models import ServiceAgent
from huadu_portal.accounts.models import without_password
from huadu_portal.acts import ActForm
from huadu_portal.ui.form_choices import offer_rows

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

    Of those with as many, whoever has been given fewer of these. Whoever cannot sign in yet is
    given something only where nobody else is there.
    """
    everybody = list(agents)
    able = [agent for agent in everybody if not agent.user.awaits_password] or everybody
    queue = [(agent.load, 0, place) for place, agent in enumerate(able)]
    heapify(queue)
    given: list[tuple[T, ServiceAgent | None]] = []
    for thing in things:
        if not queue:
            given.append((thing, None))
            continue
        load, times, place = queue[0]
        heapreplace(queue, (load + 1, times + 1, place))
        given.append((thing, able[place]))
    return given


def vars_of(agent: ServiceAgent) -> dict[str, int]:
    return {"load": agent.load, "ceiling": agent.ceiling}


class AssignForm(ActForm):
    agent = AgentChoice(label=_("new service agent"))
    reason = forms.CharField(label=_("reason"), max_length=300, required=False)

    def __init__(self, *args, thing, **kwargs):
        super().__init__(*args, thing=thing, **kwargs)
        offer_rows(self, "agent", agents_to_choose().exclude(user=thing.agent_id))
