"""What firms of the demonstration have promised in writing and not brought yet."""

from datetime import date

from approvals.models import ApprovalItem, Commitment
from huadu_portal.demo.days import DemoDays
from huadu_portal.demo.intake import Intake


def make_commitments(rows: list[dict], intake: Intake, days: DemoDays) -> None:
    """Each row: a project, one of its items, a material, and the working days until due."""
    for row in rows:
        item = ApprovalItem.objects.get(
            project__name=row["project"], approval_type__code=row["code"]
        )
        _promise(item, row["material"], days.ago(-row["due_in"]), intake)


def _promise(item: ApprovalItem, material: str, due_on: date, intake: Intake) -> None:
    kind = intake.kinds[material]
    assert item.submitted_at is not None, "a promise is made with what is handed in"
    # Not handed in with the others after all.
    item.documents.filter(kind=kind).delete()
    Commitment.objects.create(
        item=item,
        source=Commitment.Source.NOTIFICATION,
        material=kind,
        text=kind.name,
        due_on=due_on,
        made_at=item.submitted_at,
        made_by=intake.owners[item.project.enterprise_id],
        next_rung_at=item.submitted_at,
    )
