"""What waits for a person today: the start page of the staff desk.

All figures are counted in one statement; the list below them is worklist.py's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals.models import (
    OPEN,
    ApprovalItem,
    Card,
    Commitment,
    Consultation,
    Lamp,
    OrderProposal,
    ProposalState,
    Status,
    SupervisionOrder,
)
from huadu_portal.accounts.models import ErasureRequest, User
from huadu_portal.clock import civil_day
from huadu_portal.counts import count_in_words, counted
from huadu_portal.dashboard.worklist import DECIDING, TaskPlace, requests_for, tasks_of
from huadu_portal.notifications.models import UNSENT, Delivery
from projects.models import Application, ApplicationStatus, Membership, Project

# Who has projects of their own.
ACCOMPANYING = {User.Role.AGENT, User.Role.CHIEF_OFFICER}


def _calm(count: int) -> str:
    return "calm"


def _near(count: int) -> str:
    return "near" if count else "calm"


def _late(count: int) -> str:
    return "late" if count else "calm"


@dataclass(frozen=True)
class Tile:
    """Rows of which the number is shown, and where they are listed."""

    label: str | Promise
    rows: QuerySet
    url: str
    urgency: Callable[[int], str] = _calm
    # Shown only where there are any.
    if_any: bool = False


@dataclass(frozen=True)
class Figure:
    """A number that leads to its rows; `urgency` is calm, near or late."""

    label: str | Promise
    count: int
    url: str
    urgency: str

    @property
    def count_in_words(self) -> str:
        return count_in_words(self.count)


def today(user: User, at: datetime, after: str = "") -> dict[str, Any]:
    """Figures, and a page of what this person has to do, behind the place that is named."""
    day = civil_day(at)
    tiles = [
        *_applications(user, day),
        *_items(user, day),
        *_commitments(user, day),
        *_pushed(user),
        *_projects(user),
        *_memberships(user),
        *_mails(user),
        *_accounts(user),
    ]
    return {
        "figures": list(_figures(tiles)),
        "tasks": tasks_of(user, TaskPlace.parse(after)),
        "is_first_page": not after,
        "today": day,
    }


def _figures(tiles: list[Tile]) -> Iterator[Figure]:
    counts = counted({str(n): tile.rows for n, tile in enumerate(tiles)})
    for tile, count in zip(tiles, counts.values(), strict=True):
        if count or not tile.if_any:
            yield Figure(tile.label, count, tile.url, tile.urgency(count))


def _url(name: str, **query: str) -> str:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return f"{reverse(f'admin:{name}_changelist')}?{asked}"


def _applications(user: User, day: date) -> list[Tile]:
    if not user.has_perm("projects.triage_application"):
        return []
    page = "projects_application"
    waiting = Application.objects.visible_to(user).waiting()
    missed = Application.objects.visible_to(user).answer_missed(day)
    late = _url(page, tab=ApplicationStatus.SUBMITTED.value, overdue="yes")
    return [
        Tile(_("applications waiting"), waiting, _url(page, tab="submitted")),
        Tile(_("answers overdue"), waiting.filter(due_on__lt=day), late, _late),
        Tile(
            _("answers ever late"), missed, _url(page, tab="all", overdue="ever"), if_any=True
        ),
    ]


def _items(user: User, day: date) -> list[Tile]:
    if not user.has_perm("approvals.view_approvalitem"):
        return []
    page, whose = "approvals_approvalitem", {}
    items = ApprovalItem.objects.visible_to(user)
    if user.role in ACCOMPANYING:
        mine = Project.objects.accompanied_by(user)
        items, whose = items.filter(project__in=mine), {"whose": "accompanied"}
    tiles = [
        ("received", _("items to accept"), items.filter(status=Status.SUBMITTED), _calm),
        ("review", _("items under review"), items.running(), _calm),
        ("soon", _("items due soon"), items.with_lamp(Lamp.YELLOW, day), _near),
        ("overdue", _("items overdue"), items.overdue(day), _late),
        ("correcting", _("corrections out"), items.filter(status=Status.CORRECTING), _calm),
        ("deliver", _("results to deliver"), items.filter(status=Status.GRANTED), _calm),
    ]
    return [
        Tile(label, rows, _url(page, tab=tab, **whose), urgency)
        for tab, label, rows, urgency in tiles
    ]


def _commitments(user: User, day: date) -> list[Tile]:
    if not user.has_perm("approvals.view_commitment"):
        return []
    missed = Commitment.objects.visible_to(user).missed(day)
    url = _url("approvals_commitment", tab="missed")
    return [Tile(_("commitments missed"), missed, url, _late)]


def _pushed(user: User) -> Iterator[Tile]:
    """What has to be answered: consultations and orders by departments, proposals by heads and
    leaders, requests and appeals by the centre."""
    if user.is_of_department:
        consulted = Consultation.objects.unanswered().filter(
            silent_at=None, department=user.department_id, item__status__in=OPEN
        )
        url = reverse("approvals:consultations")
        yield Tile(_("opinions requested"), consulted, url, _near)
        orders = SupervisionOrder.objects.visible_to(user).unanswered()
        url = _url("approvals_supervisionorder", tab="open")
        yield Tile(_("supervision orders to answer"), orders, url, _late)
    if user.role in DECIDING:
        proposals = OrderProposal.objects.visible_to(user).in_state(ProposalState.OPEN)
        url = _url("approvals_orderproposal", tab="open")
        yield Tile(_("proposed orders to decide on"), proposals, url, _late)
    requests = requests_for(user)
    if requests is not None:
        url = _url("approvals_helprequest", tab="open")
        yield Tile(_("requests for coordination"), requests, url, _near)
    if user.role == User.Role.CENTRE_HEAD:
        disputed = Card.objects.visible_to(user).disputed()
        url = _url("approvals_card", tab="disputed")
        yield Tile(_("appeals to decide"), disputed, url, _near)


def _projects(user: User) -> list[Tile]:
    if user.role not in ACCOMPANYING:
        return []
    mine = Project.objects.accompanied_by(user)
    return [Tile(_("my projects"), mine, _url("projects_project", tab="mine"))]


def _memberships(user: User) -> list[Tile]:
    if not user.has_perm("projects.agree_membership"):
        return []
    asked = Membership.objects.filter(state=Membership.State.ASKED, claimed_at=None)
    claims = _url("projects_membership", tab="claims")
    url = _url("projects_membership", tab=Membership.State.ASKED.value)
    return [
        Tile(_("requests to act for an enterprise"), asked, url),
        Tile(
            _("claims to decide on"), Membership.objects.claiming(), claims, _near, if_any=True
        ),
    ]


def _mails(user: User) -> list[Tile]:
    if not user.has_perm("notifications.view_delivery"):
        return []
    page, mails, state = "notifications_delivery", Delivery.objects, Delivery.State
    waiting = mails.waiting()
    # Only where there was no server for a time.
    unsent = Tile(
        _("mails not sent (no mail server)"),
        mails.filter(UNSENT),
        _url(page, tab="unsent"),
        _near,
        if_any=True,
    )
    return [
        Tile(_("mails waiting"), waiting, _url(page, tab="waiting")),
        Tile(
            _("mails given up"), mails.filter(state=state.DEAD), _url(page, tab="dead"), _late
        ),
        unsent,
    ]


def _accounts(user: User) -> list[Tile]:
    if not user.has_perm("accounts.change_user"):
        return []
    staff = User.objects.filter(is_active=True).exclude(role=User.Role.ENTERPRISE)
    without_factor = staff.exclude(pk__in=Authenticator.objects.values("user"))
    page = "accounts_user"
    asked = ErasureRequest.objects.open()
    erasures = _url("accounts_erasurerequest", tab=ErasureRequest.Answer.OPEN.value)
    return [
        Tile(_("staff accounts"), staff, _url(page, tab="staff")),
        Tile(_("without a second factor"), without_factor, _url(page, tab="bare"), _near),
        Tile(_("erasure requests"), asked, erasures, _near, if_any=True),
    ]
