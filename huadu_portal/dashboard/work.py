"""What waits for a person today: the start page of the staff desk.

One query per kind of thing, however many figures it gives.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals.models import (
    ApprovalItem,
    Card,
    Commitment,
    HelpRequest,
    Status,
    SupervisionOrder,
)
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.notifications.models import UNSENT, Delivery
from projects.models import Application, ApplicationStatus, Membership, Project

ROWS = 8


@dataclass(frozen=True)
class Figure:
    """A number that leads to its rows; `tone` is calm, near or late."""

    label: str | Promise
    count: int
    url: str
    tone: str = "calm"


def today(user: User, at: datetime) -> dict[str, Any]:
    """Figures and the first rows of what this person has to do."""
    day = civil_day(at)
    return {
        "figures": [
            *_applications(user, day),
            *_items(user, day),
            *_commitments(user, day),
            *_pushed(user, day),
            *_projects(user),
            *_memberships(user),
            *_mails(user),
            *_accounts(user),
        ],
        "next_applications": _next_applications(user),
        "next_items": _next_items(user),
        "today": day,
    }


def _url(name: str, **query: str) -> str:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return f"{reverse(f'admin:{name}_changelist')}?{asked}"


def _late(count: int) -> str:
    return "late" if count else "calm"


def _near(count: int) -> str:
    return "near" if count else "calm"


def _applications(user: User, day: date) -> list[Figure]:
    if not user.has_perm("projects.triage_application"):
        return []
    page = "projects_application"
    waiting = Application.objects.visible_to(user).waiting()
    found = waiting.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=day)))
    late = _url(page, tab=ApplicationStatus.SUBMITTED.value, overdue="yes")
    return [
        Figure(_("applications waiting"), found["all"], _url(page, tab="submitted")),
        Figure(_("answers overdue"), found["late"], late, _late(found["late"])),
    ]


def _items(user: User, day: date) -> list[Figure]:
    if not user.has_perm("approvals.view_approvalitem"):
        return []
    page, whose = "approvals_approvalitem", {}
    items = ApprovalItem.objects.visible_to(user)
    if user.role == User.Role.AGENT:
        items, whose = items.filter(project__agent=user), {"whose": "accompanied"}
    running = Q(status=Status.ACCEPTED)
    found = items.aggregate(
        received=Count("pk", filter=Q(status=Status.SUBMITTED)),
        review=Count("pk", filter=running),
        soon=Count("pk", filter=running & Q(near_on__lte=day, due_on__gte=day)),
        overdue=Count("pk", filter=running & Q(due_on__lt=day)),
        correcting=Count("pk", filter=Q(status=Status.CORRECTING)),
        deliver=Count("pk", filter=Q(status=Status.GRANTED)),
    )
    labels = {
        "received": (_("items to accept"), "calm"),
        "review": (_("items under review"), "calm"),
        "soon": (_("items due soon"), _near(found["soon"])),
        "overdue": (_("items overdue"), _late(found["overdue"])),
        "correcting": (_("corrections out"), "calm"),
        "deliver": (_("results to deliver"), "calm"),
    }
    return [
        Figure(label, found[tab], _url(page, tab=tab, **whose), tone)
        for tab, (label, tone) in labels.items()
    ]


def _commitments(user: User, day: date) -> list[Figure]:
    if not user.has_perm("approvals.view_commitment"):
        return []
    missed = Commitment.objects.visible_to(user).missed(day).count()
    url = _url("approvals_commitment", tab="missed")
    return [Figure(_("commitments missed"), missed, url, _late(missed))]


def _pushed(user: User, day: date) -> list[Figure]:
    """What has to be answered: orders by departments, requests and appeals by the centre."""
    figures = []
    if user.is_of_department:
        orders = SupervisionOrder.objects.visible_to(user).unanswered()
        url = _url("approvals_supervisionorder", tab="open")
        count = orders.count()
        figures.append(Figure(_("supervision orders to answer"), count, url, _late(count)))
    if user.role in {User.Role.WINDOW, User.Role.CENTRE_HEAD, User.Role.AGENT}:
        asked = HelpRequest.objects.visible_to(user).unanswered()
        if user.role == User.Role.AGENT:
            asked = asked.filter(item__project__agent=user)
        url, count = _url("approvals_helprequest", tab="open"), asked.count()
        figures.append(Figure(_("requests for coordination"), count, url, _near(count)))
    if user.role == User.Role.CENTRE_HEAD:
        count = Card.objects.visible_to(user).disputed().count()
        url = _url("approvals_card", tab="disputed")
        figures.append(Figure(_("appeals to decide"), count, url, _near(count)))
    return figures


def _projects(user: User) -> list[Figure]:
    if user.role != User.Role.AGENT:
        return []
    mine = Project.objects.filter(agent=user).count()
    return [Figure(_("my projects"), mine, _url("projects_project", tab="mine"))]


def _memberships(user: User) -> list[Figure]:
    if not user.has_perm("projects.agree_membership"):
        return []
    asked = Membership.objects.filter(state=Membership.State.ASKED).count()
    url = _url("projects_membership", tab=Membership.State.ASKED.value)
    return [Figure(_("requests to act for an enterprise"), asked, url)]


def _mails(user: User) -> list[Figure]:
    if not user.has_perm("notifications.view_delivery"):
        return []
    page, state = "notifications_delivery", Delivery.State
    found = Delivery.objects.aggregate(
        waiting=Count("pk", filter=Q(state__in=[state.PENDING, state.LEASED])),
        dead=Count("pk", filter=Q(state=state.DEAD)),
        unsent=Count("pk", filter=UNSENT),
    )
    dead, unsent = found["dead"], found["unsent"]
    figures = [
        Figure(_("mails waiting"), found["waiting"], _url(page, tab="waiting")),
        Figure(_("mails given up"), dead, _url(page, tab="dead"), _late(dead)),
    ]
    # Only where there was no server for a time.
    if unsent:
        url = _url(page, tab="unsent")
        figures.append(Figure(_("mails not sent (no mail server)"), unsent, url, _near(unsent)))
    return figures


def _accounts(user: User) -> list[Figure]:
    if not user.has_perm("accounts.change_user"):
        return []
    staff = User.objects.filter(is_active=True).exclude(role=User.Role.ENTERPRISE)
    bare = staff.exclude(pk__in=Authenticator.objects.values("user")).count()
    page = "accounts_user"
    return [
        Figure(_("staff accounts"), staff.count(), _url(page, tab="staff")),
        Figure(_("without a second factor"), bare, _url(page, tab="bare"), _near(bare)),
    ]


def _next_applications(user: User) -> list[Application]:
    if not user.has_perm("projects.triage_application"):
        return []
    waiting = Application.objects.visible_to(user).waiting()
    return list(waiting.select_related("enterprise").order_by("submitted_at", "pk")[:ROWS])


def _next_items(user: User) -> list[ApprovalItem]:
    """What is under review or waits to be accepted, what is due first in front."""
    if not user.has_perm("approvals.view_approvalitem"):
        return []
    items = ApprovalItem.objects.visible_to(user)
    if user.role == User.Role.AGENT:
        items = items.filter(project__agent=user)
    waiting = items.filter(status__in=[Status.SUBMITTED, Status.ACCEPTED])
    due = F("due_on").asc(nulls_last=True)
    related = ["project", "approval_type", "officer"]
    return list(waiting.select_related(*related).order_by(due, "submitted_at", "pk")[:ROWS])
