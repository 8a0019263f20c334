"""A firm that came to the window and has no account: its application, project and first item."""

from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from django.core.files.base import ContentFile

from agents.triage.operations import take_on
from approvals.acts import operations as acts
from approvals.items.operations import suggested_plan
from approvals.models import ApprovalItem, ApprovalType
from approvals.vault.needs import needs_of_item
from huadu_portal.clock import civil_day
from huadu_portal.demo.days import DemoDays
from huadu_portal.demo.intake import PAPERS, Intake, wan_of
from huadu_portal.demo.people import People
from huadu_portal.workdays.published import calendar
from projects import operations
from projects.models import Application, CounterNotice, Enterprise, MaterialKind, Project
from projects.operations.counter_notices import record_hand_over

# Working days ago: filed; taken on, with its item submitted the day after; corrected.
FILED, TAKEN_ON, SUBMITTED, CORRECTED = 7, 6, 4, 2


class WalkIn:
    def __init__(self, row: dict, people: People, intake: Intake, days: DemoDays, zone: tzinfo):
        self.row, self.people, self.intake = row, people, intake
        self.days, self.zone = days, zone
        self.window = people["window"]

    def at(self, days_ago: int, hour: int) -> datetime:
        return datetime.combine(self.days.ago(days_ago), time(hour, 20), self.zone)

    def fill(self) -> None:
        """What came first has been handed over; the correction still waits for it."""
        application = self.file(self.at(FILED, 9))
        project = self.take_on(application, self.at(TAKEN_ON, 10))
        item = self.submit(project, self.at(SUBMITTED, 10))
        self.hand_over(project.enterprise, self.at(SUBMITTED, 11))
        acts.request_correction(
            item,
            by=self.people.officers[item.department_id],
            at=self.at(CORRECTED, 15),
            version=item.version,
            missing=self.row["missing"],
        )

    def file(self, at: datetime) -> Application:
        row = self.row
        known = row | {f"{name}_wan": wan_of(row[f"{name}_yi"]) for name in FIGURES}
        fields = self.intake.described(known, at.date() + timedelta(180), timedelta(400))
        application = operations.begin_assisted(
            by=self.window,
            at=at,
            licence_checked=True,
            contact_name=fields["contact_name"],
            contact_mobile=fields["contact_mobile"],
            **row["firm"],
        )
        firm = application.enterprise
        Enterprise.objects.filter(pk=firm.pk).update(is_demo=True, created_at=at)
        firm.refresh_from_db()
        for name in PAPERS:
            self.paper(firm, self.intake.kinds[name], at=at, application=application)
        return operations.submit_application(
            application, by=self.window, at=at + timedelta(minutes=20), fields=fields
        )

    def take_on(self, application: Application, at: datetime) -> Project:
        types = ApprovalType.objects.filter(code__in=suggested_plan(application))
        return take_on(
            application,
            by=self.window,
            at=at,
            version=application.version,
            agent=self.people.agents[0],
            types=list(types),
        )

    def submit(self, project: Project, at: datetime) -> ApprovalItem:
        item = project.items.get(approval_type__code=self.row["item"])
        for need in needs_of_item(item, civil_day(at), calendar()):
            if need.document is None:
                self.paper(project.enterprise, need.kind, at=at, project=project)
        return acts.submit(item, by=self.window, at=at, version=item.version)

    def paper(
        self, firm: Enterprise, kind: MaterialKind, *, at: datetime, **place: Any
    ) -> None:
        content = next(iter(self.intake.papers.values()))
        operations.add_document(
            firm,
            by=self.window,
            at=at,
            kind=kind,
            upload=ContentFile(content, name=f"{kind.name.split('（')[0][:40]}（演示）.pdf"),
            **place,
        )

    def hand_over(self, firm: Enterprise, at: datetime) -> None:
        for notice in CounterNotice.objects.filter(enterprise=firm).to_hand_over():
            record_hand_over(
                notice, by=self.window, at=at, way="counter", note=self.row["signer"]
            )


# Sums of the row, in 亿元.
FIGURES = ("fixed", "working", "output")
