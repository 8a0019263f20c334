"""SV-03: the center's service that begins with a joint case and ends with its opinions.

It is not applied for: opening the case accepts it, the summary of the opinions is its result
(docs/decisions/0043).
"""

from datetime import datetime

from approvals.acts.operations.submitted_materials import give, held_materials
from approvals.items.events import OPEN_JOINT, SUM_UP
from approvals.items.models import OVER, ApprovalItem, Status
from approvals.items.operations.dates import DELIVERY_DAYS, start_clock, stop_clock
from approvals.items.operations.history import lock_item, move
from approvals.items.operations.planning import advance_project, plan_again
from approvals.joint.models import JointCase, PreOpinion
from approvals.joint.operations.papers import issue_joint_summary
from approvals.papers.models import ItemPaper
from approvals.papers.operations import certify, issue_for
from approvals.vault.needs import needs_of_item
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.papers.models import Paper, PaperKind
from huadu_portal.papers.numbers import item_number
from huadu_portal.workdays.published import calendar
from projects.models import Project

# From these, opening a case accepts it; one that is under review already goes on.
ACCEPTED_FROM = [Status.PLANNED, Status.READY, Status.SUBMITTED]


def begin_service(
    project: Project, *, by: User, at: datetime, note: str
) -> ApprovalItem | None:
    """Accept the service's item of the locked project, and return it.

    None where the project has none that a case could end: not planned, not applicable,
    delivered before.
    """
    found = project.items.filter(approval_type__begins_joint_case=True)
    newest = found.order_by("pk").last()
    if newest is None:
        return None
    item = lock_item(newest)
    if item.status in OVER:
        item = lock_item(plan_again(item, by=by, at=at))
    if item.status in ACCEPTED_FROM:
        _accept(item, by=by, at=at, note=note)
    return item if item.status in {Status.ACCEPTED, Status.SUSPENDED} else None


def _accept(item: ApprovalItem, *, by: User, at: datetime, note: str) -> None:
    day, published = civil_day(at), calendar()
    item.number = item.number or item_number(day, item.approval_type.code.removeprefix("HD-"))
    item.submitted_at = item.submitted_at or at
    start_clock(item, at, published)
    move(item, Status.ACCEPTED, act=OPEN_JOINT, by=by, at=at, note=note)
    give({item: held_materials(needs_of_item(item, day, published))})
    issue_for(item, PaperKind.ACCEPTANCE, at=at, note=note)


def sum_up_if_missing(case: JointCase, *, by: User, at: datetime) -> None:
    """At the registration of the land at the latest, with what opinions there are."""
    if case.is_still_to_sum_up:
        sum_up(case, by=by, at=at)


def sum_up(case: JointCase, *, by: User | None, at: datetime) -> None:
    """Issue the summary of the opinions; it delivers the service, if that is still to come."""
    opinions = PreOpinion.objects.filter(case=case, voided_at=None).select_related(
        "item__approval_type", "item__department"
    )
    opinions = opinions.exclude(item__status=Status.WITHDRAWN)
    last = {opinion.item_id: opinion for opinion in opinions}
    paper = issue_joint_summary(case, last.values(), at=at).paper
    if case.service and (item := lock_item(case.service)).status == Status.ACCEPTED:
        _deliver(item, paper, by=by, at=at)


def _deliver(item: ApprovalItem, paper: Paper, *, by: User | None, at: datetime) -> None:
    """Granted and handed over at once: the paper is number and file."""
    day, published = civil_day(at), calendar()
    stop_clock(item, at)
    item.decided_at = at
    item.deliver_by = published.add(day, DELIVERY_DAYS, "working")
    move(item, Status.GRANTED, act=SUM_UP, by=by, at=at, note=paper.number)
    ItemPaper.objects.create(item=item, paper=paper, event_number=item.version)
    item.delivered_at = at
    certify(item, number=paper.number, issued_on=day, at=at)
    move(item, Status.DELIVERED, act="deliver", by=by, at=at, note=paper.number)
    advance_project(item, None, by=by, at=at)


def end_service(case: JointCase, *, by: User, at: datetime, note: str) -> None:
    """The case ends before its opinions are summed up: the service ends with it."""
    if case.service is None:
        return
    item = lock_item(case.service)
    if item.status not in {Status.ACCEPTED, Status.SUSPENDED}:
        return
    stop_clock(item, at)
    was, item.reason = item.status, note
    move(item, Status.WITHDRAWN, act="withdraw", by=by, at=at, note=note)
    if was == Status.SUSPENDED:
        item.suspensions.filter(ended_at=None).update(ended_at=at, ended_by=by)
    issue_for(item, PaperKind.WITHDRAWAL, at=at, note=note)
