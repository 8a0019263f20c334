"""The items of each project, planned so that the sums and dates of the story come out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from random import Random
from typing import Any

from approvals.models import ApprovalType, JointBundle, Status
from huadu_portal.demo.courses import (
    DemoAct,
    Impossible,
    JointPlan,
    Plan,
    Walker,
    Wanted,
    prerequisites_first,
)
from huadu_portal.demo.days import DemoDays

# The service that begins with a joint case.
SERVICE = "HD-SV-03"
START, JOINT_ACCEPTANCE, PRODUCTION = "HD-SG-11", "HD-JG-08", "HD-JG-14"
# Working days from taking on to the start of construction: tried in turn.
PREPARATION = (95, 115, 140, 180, 240)
# What a project under construction has behind it.
SITE = "SITE"


@dataclass(frozen=True)
class Drawn:
    """A project's courses, and the moment from which they run."""

    taken_on: datetime
    courses: dict[str, list[DemoAct]]
    types: list[ApprovalType]
    joint: JointPlan | None = None


@dataclass(frozen=True)
class Planner:
    types: Mapping[str, ApprovalType]
    # By code, all that comes before in the catalogue.
    catalogue_before: Mapping[str, list[str]]
    days: DemoDays
    zone: tzinfo
    story: dict

    def counted(
        self,
        row: dict,
        day: date,
        codes: Iterable[str],
        rng: Random,
        bundle: JointBundle | None = None,
    ) -> Drawn:
        """A project started or completed in the year, on that day."""
        if row["set"] == "started":
            return self._started(codes, day, rng, bundle)
        started_on = self.days.before_the_year(day, rng.randint(225, 320))
        return self._completed(row, codes, started_on, day, rng)

    def _started(
        self, codes: Iterable[str], started_on: date, rng: Random, bundle: JointBundle | None
    ) -> Drawn:
        hold = self._utilities(codes, started_on, rng)
        given = {"joint": self._joint(bundle, codes)} if bundle else self._alone()
        goes = {code for code in codes if not code.startswith("HD-JG")}
        return self._draw(codes, started_on, rng, goes=goes, hold=hold, **given)

    def _alone(self) -> dict[str, Any]:
        """Without a joint case: the service that would begin one does not apply."""
        return {"exempt": {SERVICE: self.story["exempt"][SERVICE]}}

    def _joint(self, bundle: JointBundle, codes: Iterable[str]) -> JointPlan:
        chosen = set(codes)
        own = [entry.approval_type.code for entry in bundle.entries.all()]
        needed = {entry.code for entry in bundle.before_land.all()}
        for code in own:
            needed |= {*self._before(code, chosen)}
        outside = [code for code in self.types if code in needed & chosen - {*own}]
        return JointPlan(own, outside, SERVICE, bundle.days)

    def _completed(
        self, row: dict, codes: Iterable[str], started_on: date, completed_on: date, rng: Random
    ) -> Drawn:
        hold = self._utilities(codes, started_on, rng) | self._acceptance(
            codes, completed_on, rng
        )
        decided, notes = {JOINT_ACCEPTANCE: completed_on}, {}
        if row["no"] == self.story["jinhua"]["number"]:
            decided |= self._jinhua_days(completed_on)
            notes = self._jinhua_notes()
        return self._draw(
            codes,
            started_on,
            rng,
            goes=set(codes),
            hold=hold,
            decided=decided,
            notes=notes,
            **self._alone(),
        )

    def live(self, row: dict, codes: Iterable[str], rng: Random) -> Drawn:
        """A project that counts in no figure of the year, standing as the story wants it."""
        done = set(row["done"])
        if SITE in done:
            done |= {code for code in codes if code[3:5] in {"SV", "LX", "GC", "SG"}}
        wanted = {code: Wanted.read(text) for code, text in row["wanted"].items()}
        smooth: dict[str, Any] = {
            "goes": done,
            "wanted": wanted,
            "exempt": {code: self.story["exempt"][code] for code in row["exempt"]},
            "is_smooth": True,
        }
        if row.get("started"):
            started_on = self.days.before_the_year(self.days.last, rng.randint(240, 270))
            return self._draw(codes, started_on, rng, **smooth)
        taken_on = self.days.ago(row["workdays_ago"])
        return self._walk(self._plan(codes, taken_on, **smooth), rng)

    # -- days of single items --------------------------------------------------------------

    def _utilities(
        self, codes: Iterable[str], started_on: date, rng: Random
    ) -> dict[str, date]:
        """Water, gas and lines are applied for once building is under way."""
        add = self.days.calendar.add
        early = {"HD-SZ-04", "HD-SZ-03"}
        return {
            code: add(started_on, rng.randint(15, 70))
            for code in codes
            if code.startswith("HD-SZ") and code not in early
        }

    def _acceptance(
        self, codes: Iterable[str], completed_on: date, rng: Random
    ) -> dict[str, date]:
        add = self.days.calendar.add
        hold = {
            code: add(completed_on, -rng.randint(10, 25))
            for code in codes
            if code.startswith("HD-JG")
        }
        return hold | {
            "HD-JG-01": add(completed_on, -45),
            "HD-JG-12": add(completed_on, -3),
            PRODUCTION: add(completed_on, rng.randint(25, 60)),
        }

    def _jinhua_days(self, completed_on: date) -> dict[str, date]:
        year = self.days.of_story(completed_on)
        roll = self.days.calendar.roll
        return {"HD-SZ-01": roll(date(year, 7, 3)), "HD-SZ-05": roll(date(year, 7, 5))}

    def _jinhua_notes(self) -> dict[tuple[str, Status], str]:
        told = self.story["jinhua"]
        notes = {}
        for code, granted in told["granted"].items():
            notes[code, Status.SUBMITTED] = f"{told['topped_out']}{told['submitted']}"
            notes[code, Status.ACCEPTED] = told["accepted"]
            notes[code, Status.GRANTED] = granted
        return notes

    # -- drawing ---------------------------------------------------------------------------

    def _draw(
        self,
        codes: Iterable[str],
        started_on: date,
        rng: Random,
        *,
        decided: dict[str, date] | None = None,
        **given: Any,
    ) -> Drawn:
        """Taken on early enough for all permits to be there when building starts."""
        decided = {START: started_on} | (decided or {})
        for preparation in PREPARATION:
            taken_on = self.days.calendar.add(started_on, -preparation)
            plan = self._plan(codes, taken_on, decided=decided, **given)
            try:
                return self._walk(plan, rng)
            except Impossible as too_late:
                refused = too_late
        raise refused

    def _plan(
        self, codes: Iterable[str], taken_on: date, *, goes: Iterable[str], **given: Any
    ) -> Plan:
        chosen = set(codes)
        before = {code: self._before(code, chosen) for code in chosen}
        types = [entry for code, entry in self.types.items() if code in chosen]
        drawn_after = dict(before)
        if joint := given.get("joint"):
            drawn_after |= {code: before[code] + joint.before_land for code in joint.codes}
        return Plan(
            taken_on=datetime.combine(taken_on, time(10, 12), self.zone),
            types=prerequisites_first(types, drawn_after),
            before=before,
            goes=frozenset(goes),
            **given,
        )

    def _before(self, code: str, chosen: set[str]) -> list[str]:
        """What comes before among the chosen: of a group, the variant that was chosen."""
        groups = {
            self.types[earlier].variant_group or earlier
            for earlier in self.catalogue_before[code]
        }
        return [
            other
            for other in self.types
            if other in chosen and (self.types[other].variant_group or other) in groups
        ]

    def _walk(self, plan: Plan, rng: Random) -> Drawn:
        walker = Walker(
            plan,
            self.days.calendar,
            rng,
            self.zone,
            self.days.today,
            self.story["missing"],
            self.story["answers"],
        )
        courses = walker.walk()
        self._check(plan, courses, walker.horizon)
        return Drawn(plan.taken_on, courses, plan.types, plan.joint)

    def _check(
        self, plan: Plan, courses: Mapping[str, list[DemoAct]], horizon: datetime
    ) -> None:
        """What the story fixes has come about."""
        for code, day in plan.decided.items():
            moment = datetime.combine(day, time.max, self.zone)
            decided = [act for act in courses[code] if act.status == Status.GRANTED]
            if moment < horizon and not decided:
                raise Impossible(f"{code} is not decided by {day}")
        for code, wanted in plan.wanted.items():
            if not courses[code] or courses[code][-1].status != wanted.status:
                raise Impossible(f"{code} is not {wanted.status}")
        # Nothing goes on before its time for want of what comes before.
        if plan.is_smooth:
            self._check_done(plan, courses)

    def _check_done(self, plan: Plan, courses: Mapping[str, list[DemoAct]]) -> None:
        ended = {Status.GRANTED, Status.DELIVERED, Status.NOT_APPLICABLE}
        for code in plan.goes & courses.keys() - plan.wanted.keys():
            if not courses[code] or courses[code][-1].status not in ended:
                raise Impossible(f"{code} is not done")
