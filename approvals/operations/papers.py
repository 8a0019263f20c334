"""The paper of an act: composed from the item as the act leaves it, issued within it."""

from datetime import date, datetime
from typing import Any

from django.utils import translation

from approvals import wording
from approvals.models import ApprovalItem, Certificate, ItemPaper, ProjectPaper
from approvals.project_wording import Undertaking
from huadu_portal.clock import civil_day
from huadu_portal.papers.drafts import Draft
from huadu_portal.papers.models import PaperKind
from huadu_portal.papers.operations import issue
from projects.models import Project


def issue_for(
    item: ApprovalItem, kind: PaperKind, *, at: datetime, note: str = "", **facts
) -> ItemPaper:
    """Number and freeze the paper of an act, in its transaction and after its event.

    `item` is locked, with project, enterprise, type and department at hand; `facts` are
    what the kind's builder in approvals.wording asks for beyond the item's own dates.
    Three statements: the number, the paper, the link.
    """
    # Names of choices among the facts are lazy: a paper is Chinese, whoever acts.
    with translation.override("zh-hans"):
        draft = wording.of_item(kind, matter_of(item, at), note, **facts)
    link = ItemPaper(item=item, paper=issue(kind, draft, at=at), event_number=item.version)
    link.save(force_insert=True)
    return link


def issue_for_project(
    project: Project, kind: PaperKind, draft: Draft, *, at: datetime
) -> ProjectPaper:
    """Number and freeze a paper about a project as a whole (approvals.project_wording)."""
    link = ProjectPaper(project=project, paper=issue(kind, draft, at=at))
    link.save(force_insert=True)
    return link


def matter_of(item: ApprovalItem, at: datetime) -> wording.Matter:
    project, approval = item.project, item.approval_type
    return wording.Matter(
        enterprise=project.enterprise.name,
        credit_code=project.enterprise.credit_code,
        project=project.name,
        project_number=project.number,
        approval=approval.name,
        kind=approval.kind,
        unit=approval.statutory_unit,
        item_number=item.number or "",
        department=item.department.name,
        on=civil_day(at),
        received_on=_day(item.submitted_at),
        notice_due_on=item.notice_due_on,
        accepted_on=_day(item.accepted_at),
        due_on=item.due_on,
        statutory_due_on=item.statutory_due_on,
        decided_on=_day(item.decided_at),
        deliver_by=item.deliver_by,
    )


def certificate_facts(certificate: Certificate) -> dict[str, Any]:
    """What a record of delivery says of the certificate."""
    return {
        "certificate": certificate.number,
        "issued_on": certificate.issued_on,
        "valid_until": certificate.valid_until,
        "validity_note": certificate.item.approval_type.valid_note,
    }


def undertaking_of(project: Project, at: datetime) -> Undertaking:
    return Undertaking(
        enterprise=project.enterprise.name,
        credit_code=project.enterprise.credit_code,
        project=project.name,
        project_number=project.number,
        on=civil_day(at),
    )


def _day(moment: datetime | None) -> date | None:
    return civil_day(moment) if moment else None
