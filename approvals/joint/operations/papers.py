"""The papers of a joint case."""

from collections.abc import Iterable
from datetime import date, datetime

from approvals.items.models import ApprovalItem
from approvals.joint.models import JointCase, PreOpinion
from approvals.papers import project_wording
from approvals.papers.models import ProjectPaper
from approvals.papers.operations import day_of, issue_for_project, undertaking_of
from huadu_portal.clock import civil_day
from huadu_portal.papers.models import PaperKind
from huadu_portal.workdays.published import calendar


def issue_joint_paper(
    case: JointCase, items: Iterable[ApprovalItem], *, at: datetime
) -> ProjectPaper:
    """五证联办告知书: when the case opens, and again when the land is registered."""
    registered = day_of(case.registered_at)
    draft = project_wording.joint_case_paper(
        undertaking_of(case.project, at),
        case_name=case.bundle.name,
        case_number=case.number,
        rows=[(item.approval_type.name, item.department.name) for item in items],
        limit_days=case.days,
        opinions_due_on=case.opinions_due_on,
        registered_on=registered,
        due_on=case.due_on(calendar()),
    )
    kind = PaperKind.JOINT_CASE
    return issue_for_project(case.project, kind, draft, at=at, joint_case=case)


def issue_joint_summary(
    case: JointCase, opinions: Iterable[PreOpinion], *, at: datetime
) -> ProjectPaper:
    """五证联办预审意见汇总单: what the departments said, in the order of the certificates."""
    order = dict(case.bundle.entries.values_list("approval_type", "position"))
    ordered = sorted(opinions, key=lambda said: order[said.item.approval_type_id])
    draft = project_wording.joint_summary_paper(
        undertaking_of(case.project, at),
        case_name=case.bundle.name,
        case_number=case.number,
        rows=[_row(opinion) for opinion in ordered],
    )
    kind = PaperKind.JOINT_SUMMARY
    return issue_for_project(case.project, kind, draft, at=at, joint_case=case)


def _row(opinion: PreOpinion) -> tuple[str, str, str, date]:
    item = opinion.item
    said = "通过" if opinion.passed else "不通过"
    text = f"{said}：{opinion.text}" if opinion.text else said
    return item.approval_type.name, item.department.name, text, civil_day(opinion.at)
