"""What can be done about filings at the window, and about notices that are handed over."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.models import User
from huadu_portal.acts import Acts, GuardedAct, Rule, never
from projects.filing_serializers import ContactEmailSerializer, HandOverSerializer
from projects.forms.assisted_filing import ContactEmailForm, HandOverForm
from projects.models import Application, CounterNotice
from projects.operations import assisted_filing, counter_notices, may_file
from projects.operations.applications import lock


def is_of_firm(user: User, _application: Application) -> bool:
    return not user.is_staff


def awaits_confirmation(_user: User, application: Application) -> bool:
    """Filed at the window, and nobody of the firm has confirmed it."""
    is_filed = application.is_assisted and application.number is not None
    return is_filed and application.confirmed_at is None


def may_file_for_firm(user: User, application: Application) -> bool:
    return user.is_staff and may_file(user, application)


def may_hand_over(user: User, _notice: CounterNotice) -> bool:
    return user.has_perm("projects.hand_over_counternotice")


def is_not_handed_over(_user: User, notice: CounterNotice) -> bool:
    return not notice.is_handed_over


@dataclass(frozen=True, kw_only=True)
class FilingAct(GuardedAct):
    """An act on an application that was filed at the window."""

    otherwise: Any = _("This application has been confirmed, or was not filed at the window.")

    def lock(self, thing: Application) -> Application:
        return lock(thing)


@dataclass(frozen=True, kw_only=True)
class NoticeAct(GuardedAct):
    """An act on a notice for a firm without an account."""

    otherwise: Any = _("This notice has been handed over already.")

    def lock(self, thing: CounterNotice) -> CounterNotice:
        rows = CounterNotice.objects.select_for_update(of=["self"], no_key=True)
        return rows.select_related("enterprise").get(pk=thing.pk)


CONFIRM_FILING = FilingAct(
    "confirm_filing",
    rule=Rule(who=(is_of_firm,), only=(awaits_confirmation,)),
    operation=assisted_filing.confirm_filing,
    label=_("Confirm the filing"),
    consequence=_(
        "You confirm that the window filed this application for your enterprise as stated. "
        "Nothing else changes, and no notification is sent."
    ),
    done=_("You have confirmed the filing."),
)
CHANGE_CONTACT_EMAIL = FilingAct(
    "change_contact_email",
    rule=Rule(who=(may_file_for_firm,)),
    leads=never,
    operation=assisted_filing.change_contact_email,
    form=ContactEmailForm,
    serializer=ContactEmailSerializer,
    label=_("Change the address for notices"),
    consequence=_(
        "From now on notices for the enterprise are mailed to this address; without one they are "
        "handed over by the window. No notification is sent."
    ),
    done=_("The address for notices has been changed."),
)
FILING_ACTS = Acts(CONFIRM_FILING, CHANGE_CONTACT_EMAIL)
NOTICE_ACTS = Acts(
    NoticeAct(
        "hand_over",
        rule=Rule(who=(may_hand_over,), only=(is_not_handed_over,)),
        operation=counter_notices.record_hand_over,
        form=HandOverForm,
        serializer=HandOverSerializer,
        label=_("Record as handed over"),
        consequence=_("It is recorded with your name and the time. No notification is sent."),
        done=_("The notice has been recorded as handed over."),
    ),
)
