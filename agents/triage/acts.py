"""How the window answers an application."""

from django.utils.translation import gettext_lazy as _

from agents.triage import operations
from agents.triage.forms import (
    BulkDeclineForm,
    BulkReturnForm,
    BulkTakeOnForm,
    DeclineApplicationForm,
    ReturnForm,
    TakeOnForm,
)
from agents.triage.serializers import DeclineSerializer, ReturnSerializer, TakeOnSerializer
from huadu_portal.accounts.models import User
from huadu_portal.acts import Act, Acts, Rule, Several
from huadu_portal.acts.rules import Predicate
from projects import operations as projects
from projects.filing_acts import CHANGE_CONTACT_EMAIL
from projects.models import Application, ApplicationStatus

TRIAGE = "projects.triage_application"


def may_triage(user: User, _application: Application) -> bool:
    return user.has_perm(TRIAGE)


def may_become(status: ApplicationStatus) -> Predicate:
    return lambda _user, application: application.may_become(status)


def triage_rule(becomes: ApplicationStatus) -> Rule:
    """By the window, as long as the application may become this."""
    return Rule(who=(may_triage,), offered=(may_become(becomes),))


APPLICATION_ACTS = Acts(
    Act(
        "take_on",
        rule=triage_rule(ApplicationStatus.ACCEPTED),
        operation=operations.take_on,
        form=TakeOnForm,
        serializer=TakeOnSerializer,
        label=_("Take on"),
        consequence=_(
            "A project is created, its approval items are planned and a service agent is "
            "assigned. The contacts of the enterprise and the service agent will be notified."
        ),
        done=_("The application has been taken on; the enterprise has been notified."),
        several=Several(
            _("Take on several"),
            BulkTakeOnForm,
            _(
                "Each becomes a project with the approvals suggested for it and the service agent "
                "beside it: whoever has the fewest projects is proposed. The contacts of each "
                "enterprise and the service agents will be notified."
            ),
            TRIAGE,
        ),
    ),
    Act(
        "return",
        rule=triage_rule(ApplicationStatus.RETURNED),
        operation=projects.return_application,
        form=ReturnForm,
        serializer=ReturnSerializer,
        label=_("Return for correction"),
        consequence=_(
            "The enterprise can change its application and submit it again. Its contacts will "
            "be sent this list."
        ),
        done=_("The application has been returned; the enterprise has been notified."),
        several=Several(
            _("Return several for correction"),
            BulkReturnForm,
            _(
                "Each application is returned to its enterprise, whose contacts will be sent the "
                "list."
            ),
            TRIAGE,
        ),
    ),
    Act(
        "decline",
        rule=triage_rule(ApplicationStatus.DECLINED),
        operation=projects.decline_application,
        form=DeclineApplicationForm,
        serializer=DeclineSerializer,
        label=_("Decline"),
        consequence=_(
            "The application ends here. The contacts of the enterprise will be sent the "
            "reasons and their options."
        ),
        done=_("The application has been declined; the enterprise has been notified."),
        danger=True,
        several=Several(
            _("Decline several"),
            BulkDeclineForm,
            _(
                "Each application ends here; the contacts of each enterprise will be sent the "
                "same text."
            ),
            TRIAGE,
        ),
    ),
    CHANGE_CONTACT_EMAIL,
)
