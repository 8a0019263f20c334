"""The paper of an act, composed from the item as the act leaves it and issued within it;
certificates, written down at delivery.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.utils import translation

from approvals.catalogue.models import Stage
from approvals.catalogue.validity import months_after
from approvals.items.models import ApprovalItem
from approvals.papers import project_wording, wording
from approvals.papers.models import Certificate, ItemPaper, ProjectPaper
from approvals.papers.paper_facts import Matter
from approvals.papers.project_wording import Undertaking
from huadu_portal.clock import civil_day
from huadu_portal.papers.drafts import Draft
from huadu_portal.papers.models import PaperKind
from huadu_portal.papers.numbers import mandate_number
from huadu_portal.papers.operations import issue, issue_all
from huadu_portal.rows import insert
from projects.models import Document, Project

# 代办委托 as the catalogue names it, and what it covers: the four stages of the law.
MANDATE_CODE = "HD-SV-02"
MANDATED = [Stage.LAND, Stage.DESIGN, Stage.CONSTRUCTION, Stage.COMPLETION]


def issue_for(
    item: ApprovalItem, kind: PaperKind, *, at: datetime, note: str = "", **facts: object
) -> ItemPaper:
    """Number and freeze the paper of an act, in its transaction and after its event."""
    return issue_for_all([item], kind, at=at, note=note, **facts)[0]


def issue_for_all(
    items: Sequence[ApprovalItem],
    kind: PaperKind,
    *,
    at: datetime,
    note: str = "",
    **facts: object,
) -> list[ItemPaper]:
    """The same for every item that an act has moved, each its own paper.

    The items are locked, with project, enterprise, type and department at hand; `facts`
    are what the kind's builder in approvals.papers.wording asks for beyond an item's own dates.
    Three statements: the numbers, the papers, the links.
    """
    # Names of choices among the facts are lazy: a paper is Chinese, whoever acts.
    with translation.override("zh-hans"):
        drafts = [
            wording.item_paper(kind, matter_of(item, at), note, **facts) for item in items
        ]
    papers = issue_all(kind, drafts, at=at)
    return insert(
        ItemPaper(item=item, paper=paper, event_number=item.version)
        for item, paper in zip(items, papers, strict=True)
    )


def issue_for_project(
    project: Project,
    kind: PaperKind,
    draft: Draft,
    *,
    at: datetime,
    **of: Model,
) -> ProjectPaper:
    """Number and freeze a paper about a project as a whole (approvals.papers.project_wording).

    `of`: the column of ProjectPaper that says what it belongs to, if it does to one thing.
    """
    paper = issue(kind, draft, at=at)
    link = ProjectPaper(project=project, paper=paper, **of)
    link.save(force_insert=True)
    return link


def issue_mandate(project: Project, *, at: datetime) -> ProjectPaper:
    """代办委托书, with which the centre takes the agency on: all stages, free of charge."""
    agent = project.agent
    with translation.override("zh-hans"):
        draft = project_wording.mandate_paper(
            undertaking_of(project, at),
            mandate_number=mandate_number(civil_day(at)),
            stages=[str(stage.label) for stage in MANDATED],
            agent=agent.get_full_name(),
            agent_phone=agent.service_agent.phone,
        )
    return issue_for_project(project, PaperKind.MANDATE, draft, at=at)


def matter_of(item: ApprovalItem, at: datetime) -> Matter:
    project, approval = item.project, item.approval_type
    return Matter(
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
        received_on=day_of(item.submitted_at),
        notice_due_on=item.notice_due_on,
        accepted_on=day_of(item.accepted_at),
        due_on=item.due_on,
        statutory_due_on=item.statutory_due_on,
        decided_on=day_of(item.decided_at),
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


def day_of(moment: datetime | None) -> date | None:
    return civil_day(moment) if moment else None


def certify(
    item: ApprovalItem,
    *,
    number: str,
    issued_on: date,
    at: datetime,
    valid_until: date | None = None,
    document: Document | None = None,
) -> Certificate:
    """Write down the certificate of an item that is being delivered; the caller holds it.

    Without a date of its own it holds as long as the catalogue says of its type. Raises
    ValidationError when it would end before it is issued.
    """
    months = item.approval_type.valid_months
    if valid_until is None and months:
        valid_until = months_after(issued_on, months)
    certificate = Certificate(
        item=item,
        number=number,
        issuer=item.department,
        issued_on=issued_on,
        valid_until=valid_until,
        document=document,
        next_rung_at=at,
    )
    certificate.full_clean()
    certificate.save(force_insert=True)
    return certificate


def wake_used_up(undone: ApprovalItem, at: datetime) -> None:
    """Have the certificates looked at again that had only to hold until this was met: it no
    longer is."""
    used = Certificate.objects.filter(
        item__project=undone.project_id,
        item__approval_type__valid_used_by=undone.approval_type.code,
        valid_until__isnull=False,
    )
    used.update(next_rung_at=at)
