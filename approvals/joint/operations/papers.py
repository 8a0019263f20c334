"""The papers of a joint case."""

from collections.abc import Iterable
from datetime import datetime

from approvals.items.models import ApprovalItem
from approvals.joint.models import JointCase
from approvals.papers import project_wording
from approvals.papers.models import ProjectPaper
from approvals.papers.operations import day_of, issue_for_project, undertaking_of
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
