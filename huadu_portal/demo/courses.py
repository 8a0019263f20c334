"""What an item goes through, from ready to delivered. Pure: no database, no clock.

A course is a list of acts in order of time. Acts at or after the horizon have not happened
yet: leaving them out gives every state that an item can be in today.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from random import Random

from approvals.catalogue.readiness import PointKind, rules
from approvals.items.limits import dates_of_type
from approvals.models import ApprovalItem, ApprovalType, Lamp, Status
from huadu_portal.workdays.arithmetic import Calendar

S = Status

# Shares of items that go this way, per hundred.
CORRECTED, LATE, LAPSED = 10, 6, 1
# An item that stands in one of these: its last act so many working days ago.
SINCE = {
    S.SUBMITTED: 1,
    S.CORRECTING: 2,
    S.GRANTED: 2,
    S.REFUSED: 6,
    S.WITHDRAWN: 5,
    S.DECLINED: 4,
}


class Impossible(ValueError):
    """The story asks for an item in a state it cannot be in by then."""


@dataclass(frozen=True)
class DemoAct:
    status: Status
    at: datetime
    # system, firm, officer, window or head (of the center)
    who: str
    note: str = ""
    missing: tuple[str, ...] = ()

    @property
    def is_record(self) -> bool:
        return self.who in {"window", "head"} and self.status == S.GRANTED


@dataclass(frozen=True)
class Wanted:
    """How an item shall stand today."""

    status: Status
    lamp: Lamp | None = None

    @classmethod
    def read(cls, text: str) -> "Wanted":
        status, *lamp = text.split()
        return cls(Status(status), Lamp(lamp[0]) if lamp else None)


@dataclass(frozen=True)
class JointPlan:
    """A bundle of the project: its codes in the order of their certificates."""

    codes: list[str]
    # What has to be met before the land is registered, and whatever else comes from outside.
    before_land: list[str]
    # The service that begins with the case.
    service: str
    # Working days for all certificates.
    days: int


@dataclass(frozen=True)
class Plan:
    """What is known of a project's items before the courses are drawn."""

    taken_on: datetime
    # In an order in which each comes after what it needs.
    types: list[ApprovalType]
    # By code: the codes that have to be met before.
    before: Mapping[str, list[str]]
    # Those that go their normal way; any other stays ready or planned.
    goes: frozenset[str]
    exempt: Mapping[str, str] = field(default_factory=dict)
    hold: Mapping[str, date] = field(default_factory=dict)
    decided: Mapping[str, date] = field(default_factory=dict)
    wanted: Mapping[str, Wanted] = field(default_factory=dict)
    notes: Mapping[tuple[str, Status], str] = field(default_factory=dict)
    is_smooth: bool = False
    joint: JointPlan | None = None


@dataclass(frozen=True)
class Walker:
    """Draws the courses of one project's items."""

    plan: Plan
    calendar: Calendar
    rng: Random
    zone: tzinfo
    today: date
    missing: list[list[str]]
    answers: list[str]

    @property
    def horizon(self) -> datetime:
        return datetime.combine(self.today, time.min, self.zone)

    def walk(self) -> dict[str, list[DemoAct]]:
        """The acts of each item by its code, up to the horizon."""
        courses: dict[str, list[DemoAct]] = {}
        met: dict[str, datetime] = {}
        for entry in self.plan.types:
            ready = self._ready(entry.code, met)
            if self.plan.joint and entry.code in [
                self.plan.joint.service,
                *self.plan.joint.codes,
            ]:
                course = self._joint(entry.code, ready, met)
            else:
                course = self._course(entry, ready) if ready else []
            course = [act for act in course if act.at < self.horizon]
            courses[entry.code] = course
            for act in course:
                if act.status in {S.GRANTED, S.NOT_APPLICABLE}:
                    met[entry.code] = act.at
        return {code: self._reasoned(code, course, met) for code, course in courses.items()}

    def _reasoned(
        self, code: str, course: list[DemoAct], met: Mapping[str, datetime]
    ) -> list[DemoAct]:
        """A milestone that the law asks more for than had been met is the head's to record."""
        recorded = course[-1] if course else None
        if not (recorded and recorded.is_record):
            return course
        if not self._is_open_before(code, recorded.at, met):
            return course
        note = f"{recorded.note} {STARTED_BECAUSE}"
        return [*course[:-1], replace(recorded, who="head", note=note)]

    def _is_open_before(self, code: str, at: datetime, met: Mapping[str, datetime]) -> bool:
        by_law = [rule for rule in rules().get(code, []) if rule.kind == PointKind.LAW]
        planned = [[each for each in rule.codes if each in self.plan.before] for rule in by_law]
        return any(
            codes and not any(each in met and met[each] <= at for each in codes)
            for codes in planned
        )

    def _ready(self, code: str, met: Mapping[str, datetime]) -> datetime | None:
        """When everything before it is met; None as long as something is not."""
        needed = self.plan.before[code]
        if any(earlier not in met for earlier in needed):
            return None
        return max([self.plan.taken_on, *(met[earlier] for earlier in needed)])

    def _course(self, entry: ApprovalType, ready: datetime) -> list[DemoAct]:
        plan, code = self.plan, entry.code
        if code in plan.exempt:
            return [DemoAct(S.NOT_APPLICABLE, plan.taken_on, "window", plan.exempt[code])]
        start = DemoAct(S.READY, ready, "system")
        if code in plan.wanted:
            rest = self._as_wanted(entry, plan.wanted[code])
        elif code not in plan.goes:
            rest = []
        elif entry.is_recorded:
            rest = [self._recorded(entry, ready)]
        elif code in plan.decided:
            rest = self._decided_on(entry, plan.decided[code])
        else:
            rest = self._normal(entry, ready)
        if rest and rest[0].at < ready:
            raise Impossible(f"{code}: {rest[0].at} lies before {ready}")
        return [start, *rest]

    # -- 五证联办 ----------------------------------------------------------------------------

    def _joint(
        self, code: str, ready: datetime | None, met: Mapping[str, datetime]
    ) -> list[DemoAct]:
        """From the opening of the case to the certificates, each after those before it."""
        joint = self.plan.joint
        assert joint is not None
        opened = self._on(self._later(self.plan.taken_on, 1), 10)
        passed = self._on(self._later(opened, 4), 15)
        open_before = [DemoAct(S.READY, ready, "system")] if ready and ready <= opened else []
        if code == joint.service:
            return [
                *open_before,
                DemoAct(S.ACCEPTED, opened, "firm"),
                DemoAct(S.GRANTED, passed, "window"),
                DemoAct(S.DELIVERED, passed, "window"),
            ]
        before = [
            DemoAct(S.PRE_REVIEW, opened, "firm"),
            DemoAct(S.PRE_APPROVED, self._on(self._later(opened, 3), 15), "officer"),
        ]
        if any(earlier not in met for earlier in joint.before_land):
            return [*open_before, *before]
        land = self._land(met, passed)
        place = joint.codes.index(code)
        granted = self._on(self._later(land, place + 1), 15)
        return [
            *open_before,
            *before,
            DemoAct(S.ACCEPTED, land, "window"),
            DemoAct(S.GRANTED, granted, "officer"),
            DemoAct(S.DELIVERED, self._on(self._later(granted, 1), 10), "officer"),
        ]

    def _land(self, met: Mapping[str, datetime], passed: datetime) -> datetime:
        """The morning after the last of what comes before."""
        assert self.plan.joint is not None
        last = max([passed, *(met[earlier] for earlier in self.plan.joint.before_land)])
        return self._on(self._later(last, 1), 9)

    # -- ways to go ------------------------------------------------------------------------

    def _recorded(self, entry: ApprovalType, ready: datetime) -> DemoAct:
        day = self.plan.decided.get(entry.code) or self._day_after(entry.code, ready)
        return DemoAct(S.GRANTED, self._at(day, 17), "window", day.isoformat())

    def _normal(self, entry: ApprovalType, ready: datetime) -> list[DemoAct]:
        day = self._day_after(entry.code, ready)
        received = self._received(entry, day)
        accepted = self._at(self._later(received[-1].at, self.rng.choice([0, 0, 1])), 14)
        return [
            *received,
            *self._reviewed(entry, accepted, self._decision_day(entry, accepted)),
        ]

    def _received(self, entry: ApprovalType, day: date) -> list[DemoAct]:
        """Handed in, and sometimes once more after a correction."""
        first = DemoAct(S.SUBMITTED, self._at(day, 9), "firm", self._note(entry, S.SUBMITTED))
        if self.plan.is_smooth or self.rng.randrange(100) >= CORRECTED:
            return [first]
        asked = self._correction(self._later(first.at, 1))
        again = self._later(asked.at, self.rng.randint(1, 4))
        answer = self.rng.choice(self.answers)
        return [first, asked, DemoAct(S.SUBMITTED, self._at(again, 9), "firm", answer)]

    def _correction(self, day: date) -> DemoAct:
        missing = tuple(self.rng.choice(self.missing))
        note = "\n".join(f"{n}. {line}" for n, line in enumerate(missing, 1))
        return DemoAct(S.CORRECTING, self._at(day, 14), "officer", note, missing)

    def _reviewed(self, entry: ApprovalType, accepted: datetime, day: date) -> list[DemoAct]:
        granted = max(self._at(day, 15), accepted + timedelta(hours=1))
        handed = self._at(self._later(granted, self.rng.choice([1, 1, 2])), 10)
        return [
            DemoAct(S.ACCEPTED, accepted, "officer", self._note(entry, S.ACCEPTED)),
            DemoAct(S.GRANTED, granted, "officer", self._note(entry, S.GRANTED)),
            DemoAct(S.DELIVERED, handed, "officer"),
        ]

    def _decision_day(self, entry: ApprovalType, accepted: datetime) -> date:
        """Mostly within the promise, now and then some days late."""
        limit, start = entry.promised_days, accepted.date()
        chance = 100 if self.plan.is_smooth else self.rng.randrange(100)
        found = dates_of_type(entry, start, start, self.calendar)
        assert limit is not None
        assert found.due_on is not None
        if chance < LAPSED and found.statutory_due_on:
            return self.calendar.add(found.statutory_due_on, self.rng.randint(1, 3))
        if chance < LATE:
            return self.calendar.add(found.due_on, self.rng.randint(1, 3))
        used = min(limit, max(1, round(limit * self.rng.uniform(0.3, 0.9))))
        last = self.calendar.previous_workday(found.due_on + timedelta(1))
        return min(self.calendar.add(start, used, entry.promised_unit), last)

    def _decided_on(self, entry: ApprovalType, day: date) -> list[DemoAct]:
        lead = (entry.promised_days or 0) // 2 + 1
        start = self.calendar.add(day, -lead)
        first = DemoAct(S.SUBMITTED, self._at(start, 9), "firm", self._note(entry, S.SUBMITTED))
        return [first, *self._reviewed(entry, self._at(start, 14), day)]

    # -- as it shall stand today -----------------------------------------------------------

    def _as_wanted(self, entry: ApprovalType, wanted: Wanted) -> list[DemoAct]:
        if wanted.status == S.ACCEPTED:
            if wanted.lamp is None:
                raise Impossible(f"{entry.code} runs, and no lamp is named")
            return self._running(entry, wanted.lamp)
        since = self._at(self._ago(SINCE[wanted.status]), 15)
        first = DemoAct(S.SUBMITTED, self._at(self._earlier(since, 2), 9), "firm")
        match wanted.status:
            case S.SUBMITTED:
                return [DemoAct(S.SUBMITTED, since, "firm")]
            case S.CORRECTING:
                return [first, self._correction(since.date())]
            case S.DECLINED:
                return [first, DemoAct(S.DECLINED, since, "officer", DECLINED_BECAUSE)]
            case S.WITHDRAWN:
                return [first, DemoAct(S.WITHDRAWN, since, "firm", WITHDRAWN_BECAUSE)]
        accepted = DemoAct(S.ACCEPTED, first.at + timedelta(hours=5), "officer")
        note = REFUSED_BECAUSE if wanted.status == S.REFUSED else ""
        return [first, accepted, DemoAct(wanted.status, since, "officer", note)]

    def _running(self, entry: ApprovalType, lamp: Lamp) -> list[DemoAct]:
        """Accepted on the latest day that gives it this lamp today."""
        for ago in range(1, 60):
            day = self._ago(ago)
            found = dates_of_type(entry, day, day, self.calendar)
            item = ApprovalItem(status=S.ACCEPTED, **vars(found))
            if item.lamp_on(self.today) == lamp and self._rung_was_reached(item, lamp):
                handed_in = self._earlier(self._at(day, 14), self.rng.choice([0, 1]))
                return [
                    DemoAct(S.SUBMITTED, self._at(handed_in, 9), "firm"),
                    DemoAct(S.ACCEPTED, self._at(day, 14), "officer"),
                ]
        if lamp == Lamp.YELLOW:
            # A short limit turns yellow on its due day alone, which is no day off.
            return self._running(entry, Lamp.GREEN)
        raise Impossible(f"{entry.code} is never {lamp}")

    def _rung_was_reached(self, item: ApprovalItem, lamp: Lamp) -> bool:
        """Rungs fire on the first working day after a limit: its morning is over."""
        match lamp:
            case Lamp.RED if item.due_on:
                return self.calendar.next_workday(item.due_on) < self.today
            case Lamp.DEEP_RED if item.statutory_due_on:
                return self.calendar.next_workday(item.statutory_due_on) < self.today
        return True

    # -- days and hours --------------------------------------------------------------------

    def _note(self, entry: ApprovalType, status: Status) -> str:
        return self.plan.notes.get((entry.code, status), "")

    def _day_after(self, code: str, ready: datetime) -> date:
        day = self._later(ready, self.rng.choice([1, 1, 2, 3]))
        return max(day, self.plan.hold.get(code, day))

    def _later(self, at: datetime, days: int) -> date:
        return self.calendar.add(at.date(), days)

    def _earlier(self, at: datetime, days: int) -> date:
        return self.calendar.add(at.date(), -days)

    def _ago(self, days: int) -> date:
        """So many working days before today; 1 is the last one."""
        return self.calendar.add(self.calendar.previous_workday(self.today), 1 - days)

    def _on(self, day: date, hour: int) -> datetime:
        """On the hour: of what is the same for all items of a joint case."""
        return datetime.combine(day, time(hour), self.zone)

    def _at(self, day: date, hour: int) -> datetime:
        """Within the two hours after `hour`, on the minute."""
        minutes = self.rng.randrange(0, 100)
        return datetime.combine(day, time(hour), self.zone) + timedelta(minutes=minutes)


DECLINED_BECAUSE = "申请事项依法不属于本单位职权范围，请向花都供电局报装窗口申请。（演示数据）"
STARTED_BECAUSE = "现场已先行开工，中心如实记录并督促企业补齐法定手续。（演示数据）"
WITHDRAWN_BECAUSE = "企业调整设计方案，申请撤回。（演示数据）"
REFUSED_BECAUSE = (
    "项目选址位于饮用水水源准保护区，不符合准入要求，可调整选址后重新申请。（演示数据）"
)


def prerequisites_first(
    types: list[ApprovalType], before: Mapping[str, list[str]]
) -> list[ApprovalType]:
    """Each after all that it needs; otherwise as the catalogue has them."""
    placed: list[ApprovalType] = []
    codes: set[str] = set()
    waiting = list(types)
    while waiting:
        entry = next(e for e in waiting if all(code in codes for code in before[e.code]))
        waiting.remove(entry)
        placed.append(entry)
        codes.add(entry.code)
    return placed
