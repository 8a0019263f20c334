"""督办建议 at the desk: what a head or leader has to decide on first stands first."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from approvals.supervision.acts import PROPOSAL_ACTS
from approvals.supervision.admin.cards import OfItemAdmin, by_department
from approvals.supervision.models import OrderProposal, ProposalState
from approvals.supervision.models.proposals import NEEDED
from huadu_portal.accounts.models import Department, User
from huadu_portal.clock import civil_day, now
from huadu_portal.ui import components
from huadu_portal.ui.changelists import Tab, TabFilter

OPEN = NEEDED & Q(decided_at=None)


@admin.register(OrderProposal)
class OrderProposalAdmin(OfItemAdmin):
    """Supervision orders that the ladder proposes."""

    list_display = [
        "project_name",
        "type_name",
        "department_name",
        "proposed_at",
        "due_on",
        "state_shown",
        "decided_by",
    ]
    list_display_links = ["project_name"]
    ordering = ["due_on", "pk"]
    list_select_related = [*OfItemAdmin.list_select_related, "decided_by"]
    detail_related = [
        "item__project",
        "item__approval_type",
        "department",
        "decided_by",
        "order",
        "reminder",
    ]
    acts = PROPOSAL_ACTS
    several = ["issue", "decline"]

    def get_list_filter(self, request):
        return [TabFilter, *by_department(request.user)]

    def tabs(self, request):
        return {
            "open": Tab(_("to be decided on"), OPEN),
            "late": Tab(_("decision overdue"), OPEN & Q(due_on__lt=civil_day(now()))),
            "issued": Tab(_("order issued"), Q(order__isnull=False)),
            "declined": Tab(_("no order issued"), Q(decided_at__isnull=False, order=None)),
            "all": Tab(_("all"), Q()),
        }

    @display(description=_("state"))
    def state_shown(self, proposal):
        return components.tag(proposal.state)

    def facts(self, proposal):
        return [
            (_("state"), components.tag(proposal.state)),
            (_("department"), proposal.department),
            (_("cause"), proposal.reminder.get_rung_display()),
            (_("what is demanded"), proposal.demand),
            (_("proposed"), proposal.proposed_at),
            (_("decision due"), proposal.due_on),
            (_("waits for"), deciders(proposal)),
            (_("decided at"), proposal.decided_at),
            (_("decision by"), proposal.decided_by),
            (_("supervision order"), proposal.order and proposal.order.number),
            (_("why no order was issued"), proposal.reason),
        ]


def deciders(proposal):
    """Those who decide, as long as it is to be decided on."""
    if proposal.state != ProposalState.OPEN:
        return ""
    is_own = proposal.department.kind == Department.Kind.CENTRE
    roles = [User.Role.LEADER] if is_own else [User.Role.CENTRE_HEAD, User.Role.LEADER]
    return " / ".join(str(role.label) for role in roles)
