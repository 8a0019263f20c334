"""Loads the demonstration into an empty portal, all of it or nothing."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml
from django.db import connection, transaction
from django.utils import timezone

from agents.models import Assignment, ChiefAppointment
from approvals.items.operations import record_all_breaches, suggested_plan
from approvals.items.operations.history import CLOCKS_APART
from approvals.models import ApprovalType, JointBundle, JointCase, Status
from approvals.packaged import load_catalogue
from huadu_portal.accounts.models import User
from huadu_portal.demo import mails, people, recent
from huadu_portal.demo.commitments import make_commitments
from huadu_portal.demo.days import DemoDays
from huadu_portal.demo.histories import Cast, Ledger, advance
from huadu_portal.demo.intake import Intake, print_papers, split, wan_of
from huadu_portal.demo.joint import JointCases
from huadu_portal.demo.materials import Materials
from huadu_portal.demo.plans import Drawn, Planner
from huadu_portal.demo.procedures import Procedures
from huadu_portal.demo.queue import fill_queue
from huadu_portal.demo.vaults import fill_vaults
from huadu_portal.demo.walk_in import WalkIn
from huadu_portal.notifications import tasks
from huadu_portal.papers.numbers import joint_number
from huadu_portal.workdays.operations import load_packaged_years
from huadu_portal.workdays.published import calendar
from projects import operations as projects
from projects.models import (
    Application,
    Enterprise,
    MaterialKind,
    PhaseChange,
    Platform,
    Project,
)

DATA = Path(__file__).parent / "data"
SEED = "huadu"
# A project under construction is said to be building so many working days after its start.
BUILDING_AFTER = 60


class DemoRefused(Exception):
    """The database is no place for a demonstration."""


@dataclass
class Case:
    """A project on its way in: what the story says, and what was drawn for it."""

    row: dict
    drawn: Drawn
    # Of a project that was handled jointly.
    bundle: JointBundle | None = None
    # Once it has been taken on.
    project: Project = field(init=False, repr=False)


def is_loaded() -> bool:
    return User.objects.filter(is_demo=True).exists()


def check_empty() -> None:
    """Raises DemoRefused where there is real data: demonstrations never mix with it."""
    for model in (User, Enterprise, Project):
        if model.objects.filter(is_demo=False).exists():
            name = model._meta.verbose_name_plural
            raise DemoRefused(f"This database holds real data ({name}); the demo stays out.")
    if Application.objects.filter(enterprise__is_demo=False).exists():
        raise DemoRefused("This database holds real applications; the demo stays out.")


@transaction.atomic
def load(today: date, *, password_file: Path) -> int:
    """Everything as it stood when `today` began; how many projects there are."""
    check_empty()
    count = Loader(today).load(password_file)
    # Hundreds of messages: one ring is enough.
    connection.run_on_commit.clear()
    transaction.on_commit(tasks.wake_worker, robust=True)
    return count


class Loader:
    def __init__(self, today: date):
        self.zone = timezone.get_default_timezone()
        self.horizon = datetime.combine(today, time.min, self.zone)
        self.rng = Random(f"{SEED} {today}")
        self.story = _read("demo_story.yaml")
        self.source = _read("demo_projects.yaml")
        load_catalogue(at=self.horizon)
        load_packaged_years(at=self.horizon)
        self.calendar = calendar()
        source_as_of = date.fromisoformat(self.source["as_of"])
        self.days = DemoDays(today, self.calendar, source_as_of)
        self.types = {entry.code: entry for entry in ApprovalType.objects.all()}
        self.planner = Planner(self.types, _before(), self.days, self.zone, self.story)

    def load(self, password_file: Path) -> int:
        password = people.draw_password()
        self.people = people.create_people(self.story, password)
        self.intake = Intake(
            self.story,
            self.people,
            self.rng,
            _platforms(self.story),
            {kind.name: kind for kind in MaterialKind.objects.all()},
            print_papers(),
        )
        cases = sorted([*self.counted(), *self.live()], key=lambda case: case.drawn.taken_on)
        materials = Materials(self.intake.kinds, self.intake.papers["营业执照"])
        ledger = Ledger(self.calendar, materials)
        for number, case in enumerate(cases):
            self.take_on(case, number)
            self.enter(case, ledger)
        self.finish(cases, ledger)
        make_commitments(self.story["promises"], self.intake, self.days)
        fill_vaults(self.intake, self.people, self.horizon)
        self.handle_jointly(cases)
        fill_queue(self.story, self.intake, self.days, self.zone)
        walk_in = self.story["walk_in"]
        WalkIn(walk_in, self.people, self.intake, self.days, self.zone).fill()
        recent.send_notifications(ledger, self.days, self.zone, self.people["head"])
        procedures = Procedures(self.people, self.intake, self.days, self.zone)
        procedures.fill(self.story["procedures"])
        # As the first sweep of the day does.
        record_all_breaches(self.horizon + CLOCKS_APART)
        mails.finish_mails(self.days, self.zone)
        people.keep_password(password, password_file)
        return len(cases)

    # -- what there is ---------------------------------------------------------------------

    def counted(self) -> list[Case]:
        return [self.counted_case(row) for row in self.source["projects"]]

    def counted_case(self, row: dict) -> Case:
        fixed, working = split(wan_of(row["invest_yi"]))
        known = row | {
            "industry": self.story["industries"][row["industry"]],
            "town": self.story["towns"][row["town"]],
            "fixed_wan": fixed,
            "working_wan": working,
            "output_wan": wan_of(row["output_yi"]),
            "firm": {"name": row["company"], "credit_code": row["uscc"]},
            "owner": self.story["owners"].get(row["no"]),
        }
        day = self.days.stretched(date.fromisoformat(row["started_on"] or row["completed_on"]))
        bundle = self.bundle_of(row)
        drawn = self.planner.counted(row, day, self.codes(known, bundle), self.rng, bundle)
        return Case(known, drawn, bundle)

    def bundle_of(self, row: dict) -> JointBundle | None:
        """The quarry's five are not those of a building."""
        if not row["joint_five"]:
            return None
        codes = self.story["bundles"]
        code = codes.get(row["no"], codes["other"])
        return JointBundle.objects.prefetch_related("entries__approval_type").get(code=code)

    def live(self) -> list[Case]:
        return [self.live_case(self.known(row)) for row in self.story["live"]]

    def live_case(self, row: dict) -> Case:
        return Case(row, self.planner.live(row, self.codes(row), self.rng))

    def known(self, row: dict) -> dict:
        """A row of the story with its money in 万元 and its firm by name and code."""
        firm = row["firm"]
        if isinstance(firm, int):
            source = next(p for p in self.source["projects"] if p["no"] == firm)
            firm = {"name": source["company"], "credit_code": source["uscc"]}
        money = {
            "fixed_wan": wan_of(row["fixed_yi"]),
            "working_wan": wan_of(row["working_yi"]),
            "output_wan": wan_of(row["output_yi"]),
        }
        return row | money | {"firm": firm}

    def codes(self, row: dict, bundle: JointBundle | None = None) -> list[str]:
        """What such a project needs; what is handled jointly stands in for its variants."""
        described = Project(
            environmental_form="form",
            land_mu=row.get("land_mu") and wan_of(row["land_mu"]) / 10_000,
            energy_tce=row.get("energy_tce"),
        )
        chosen = suggested_plan(described)
        jointly = [entry.approval_type for entry in bundle.entries.all()] if bundle else []
        groups = {entry.variant_group for entry in jointly if entry.variant_group}
        chosen = {code for code in chosen if self.types[code].variant_group not in groups}
        chosen |= {entry.code for entry in jointly}
        return [code for code in self.types if code in chosen]

    # -- taking on -------------------------------------------------------------------------

    def take_on(self, case: Case, number: int) -> None:
        row, at = case.row, case.drawn.taken_on
        handed_in = self.calendar.add(at.date(), -self.rng.randint(1, 3))
        moment = datetime.combine(handed_in, time(9, 35), self.zone)
        owner = row.get("owner")
        firm = self.intake.firm(**row["firm"], owner=owner and self.people[owner], at=moment)
        fields = self.intake.described(row, *self.schedule(case))
        application = self.intake.apply(firm, fields, at=moment)
        window = self.people["window"]
        case.project = projects.accept_application(
            application,
            by=window,
            at=at,
            version=application.version,
            licence_checked=True,
        )
        self.accompany(case, number)

    def schedule(self, case: Case) -> tuple[date, timedelta]:
        """Planned start and time of construction: roughly what came of it."""
        preparation, construction = timedelta(days=150), timedelta(days=420)
        return case.drawn.taken_on.date() + preparation, construction

    def accompany(self, case: Case, number: int) -> None:
        project, agents = case.project, self.people.agents
        project.agent = agents[number % len(agents)].user
        project.is_joint_five = case.bundle is not None
        if project.grade == "major":
            project.chief_officer = self.people["chief"]
            ChiefAppointment.objects.create(
                project=project,
                chief=project.chief_officer,
                by=self.people["head"],
                started_at=case.drawn.taken_on,
            )
        Assignment.objects.create(
            project=project,
            agent=project.agent,
            by=self.people["window"],
            started_at=case.drawn.taken_on,
        )

    def enter(self, case: Case, ledger: Ledger) -> None:
        owner = self.intake.owners[case.project.enterprise_id]
        cast = Cast(self.people.officers, self.people["window"], self.people["head"], owner)
        assert case.project.application is not None
        documents = case.project.application.documents.select_related("kind")
        joint = self.joint_case(case, owner) if case.bundle else None
        ledger.materials.keep(documents, case.project)
        ledger.cases += [joint] if joint else []
        for entry in case.drawn.types:
            course = case.drawn.courses[entry.code]
            ledger.enter(case.project, entry, course, cast, joint)

    def joint_case(self, case: Case, owner: User) -> JointCase:
        """As its first item went through it."""
        bundle, joint = case.bundle, case.drawn.joint
        assert bundle is not None
        assert joint is not None
        course = {act.status: act.at for act in case.drawn.courses[joint.codes[0]]}
        opened = course[Status.PRE_REVIEW]
        opinions_due = self.calendar.add(opened.date(), bundle.opinion_days, "working")
        return JointCase(
            number=joint_number(opened.date()),
            project=case.project,
            bundle=bundle,
            days=bundle.days,
            opinions_due_on=opinions_due,
            version=2,
            opened_at=opened,
            opened_by=owner,
            registered_at=course[Status.ACCEPTED],
            registered_by=self.people["window"],
        )

    def finish(self, cases: list[Case], ledger: Ledger) -> None:
        """Lead every project through its phases, then write everything."""
        for number, case in enumerate(cases):
            changes = [c for c in ledger.phases if c.project == case.project]
            changes += self.building(case.project, changes)
            ledger.phases += [c for c in changes if c not in ledger.phases]
            advance(case.project, changes)
            case.project.national_code = self.national_code(case, number)
        Project.objects.bulk_update(
            [case.project for case in cases],
            [
                "agent",
                "chief_officer",
                "is_joint_five",
                "national_code",
                "phase",
                "started_on",
                "completed_on",
                "produced_on",
            ],
        )
        ledger.write()

    def handle_jointly(self, cases: list[Case]) -> None:
        named = {case.project.name: case.project for case in cases}
        joint = {key: named[name] for key, name in self.story["joint"].items()}
        JointCases(self.people, self.intake, self.days, self.zone).fill(**joint)

    def building(self, project: Project, changes: list[PhaseChange]) -> list[PhaseChange]:
        """Some weeks after its start a project is building, unless it is done by then."""
        started = [c for c in changes if c.to_phase == Project.Phase.STARTED]
        if not started:
            return []
        at = datetime.combine(
            self.calendar.add(started[0].on, BUILDING_AFTER), time(16), self.zone
        )
        if at >= self.horizon:
            return []
        agent = project.agent
        return [
            PhaseChange(project=project, at=at, by=agent, to_phase="building", on=at.date())
        ]

    def national_code(self, case: Case, number: int) -> str | None:
        """项目代码, given with the filing."""
        courses = case.drawn.courses
        filing = courses.get("HD-LX-01") or courses.get("HD-LX-02", [])
        filed = [act for act in filing if act.status == Status.GRANTED]
        if not filed:
            return None
        return f"{filed[0].at:%y%m}-440114-04-01-{800_001 + number}"


def _read(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


def _before() -> dict[str, list[str]]:
    """By code, what the catalogue says comes before."""
    through = ApprovalType.prerequisites.through
    before: dict[str, list[str]] = {code: [] for code in _codes()}
    pairs = through.objects.values_list("from_approvaltype__code", "to_approvaltype__code")
    for later, earlier in pairs.order_by("pk"):
        before[later].append(earlier)
    return before


def _codes():
    return ApprovalType.objects.values_list("code", flat=True)


def _platforms(story: dict) -> dict[str, Platform]:
    """By town."""
    platforms: dict[str, Platform] = {}
    for row in story["platforms"]:
        platform, _created = Platform.objects.get_or_create(
            name=row["name"], defaults={"name_en": row["name_en"]}
        )
        platforms |= dict.fromkeys(row["towns"], platform)
    return platforms
