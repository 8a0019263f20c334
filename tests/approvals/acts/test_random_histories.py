"""Whatever is done to a project's items, in whatever order and when: the database ends up as
the tale of `reference_item.py` has it, and what docs/states.md does not allow leaves no trace."""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.triage.operations import take_on
from approvals.acts import operations as acts
from approvals.items.operations import record_all_breaches
from approvals.items.progress import progress_of
from approvals.items.rights import ITEM_ACTS
from approvals.models import (
    ApprovalItem,
    ApprovalType,
    ClockSpan,
    Commitment,
    Consultation,
    CorrectionRequest,
    Extension,
    ItemEvent,
    ItemPaper,
    Suspension,
)
from huadu_portal.accounts.models import Department
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from huadu_portal.escalation import operations as escalation
from huadu_portal.monitoring.reconcile import findings
from huadu_portal.notifications.models import Delivery, Notification
from huadu_portal.workdays.published import calendar
from projects import operations as projects
from projects.models import MaterialKind
from tests import explorations
from tests.approvals.reference_item import ACTS, HANDED_IN, MET, OVER, PATIENCE, Life
from tests.conftest import DESCRIPTION, HOUR, MONDAY, PDF, SHANGHAI, person

pytestmark = pytest.mark.django_db

# The same ones in every run.
BOUNDED = settings(
    max_examples=explorations.of(40, 10),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# The strategy wants them without a zone, and gives them its own.
FIRST, LAST = datetime(2018, 1, 1), datetime(2027, 6, 30)  # noqa: DTZ001
beginnings = st.datetimes(FIRST, LAST, timezones=st.just(SHANGHAI))
# Often within the hour or the week, now and then beyond every limit.
pauses = st.one_of(
    st.just(timedelta()),
    st.timedeltas(timedelta(), 12 * HOUR),
    st.timedeltas(timedelta(1), timedelta(9)),
    st.timedeltas(timedelta(9), timedelta(45)),
)
days = st.integers(1, 40)
units = st.sampled_from(["working", "calendar"])
starts = st.sampled_from(["receipt", "acceptance"])
# One is granted, one is recorded, the third comes after both.
FIRST_CODE, MILESTONE, LAST_CODE = "HD-GC-01", "HD-SG-11", "HD-GC-02"
notes = st.sampled_from(["", " ", "已核验"])
ENDS = {"grant", "grant_tolerant", "deliver", "deliver_nothing"}
OF_FIRM = {"submit", "resubmit", "apply_anew"}
OF_CENTRE = {"record", "mark_not_applicable", "undo_not_applicable"}
OF_HEADS = {"extend", "reopen"}
# After these little can be done any more.
LEADING_ASIDE = {"withdraw", "decline", "apply_anew", "mark_not_applicable"}
TABLES = [
    ApprovalItem,
    ItemEvent,
    ClockSpan,
    Suspension,
    Extension,
    Consultation,
    CorrectionRequest,
    Commitment,
    ItemPaper,
    Notification,
]


@pytest.fixture
def people(alice, wei, chen, omar, hana, olga, ann, firm):
    otto = person("otto", "officer", "planning")
    everybody = [alice, wei, chen, omar, hana, olga, otto]
    return SimpleNamespace(firm=firm, agent=ann, **{who.username: who for who in everybody})


@pytest.fixture
def types(catalogue):
    """Three types, the last after the other two. What they need may come later, or has."""
    first, milestone, last = (
        ApprovalType.objects.get(code=code) for code in (FIRST_CODE, MILESTONE, LAST_CODE)
    )
    first.prerequisites.clear()
    milestone.prerequisites.clear()
    last.prerequisites.set([first, milestone])
    first.requirements.update(is_tolerable=True)
    last.requirements.all().delete()
    return [first, milestone, last]


@pytest.fixture
def notice(people):
    """What a suspension is announced with."""
    kind = MaterialKind.objects.get(name="审批结果文件")
    upload = ContentFile(PDF, name="特别程序告知书.pdf")
    return projects.add_document(
        people.firm, by=people.alice, at=MONDAY, kind=kind, upload=upload
    )


class Tale:
    """A project in the database, and its items' lives as they ought to be."""

    def __init__(self, people, types, notice, draw, at):
        self.people, self.notice, self.draw, self.at = people, notice, draw, at
        self.water = Department.objects.get(code="water")
        draft = projects.start_application(people.firm, by=people.alice, at=at)
        application = projects.submit_application(
            draft, by=people.alice, at=at, fields=DESCRIPTION
        )
        self.project = take_on(
            application,
            by=people.wei,
            at=at,
            version=application.version,
            agent=people.agent,
            types=types,
        )
        entries = {entry.pk: entry for entry in types}
        planned = self.project.items.values_list("pk", "approval_type")
        self.lives = {pk: Life(entries[entry]) for pk, entry in planned}
        self.first, self.extra = entries[types[0].pk], None
        self.needs = self.first.requirements.count()
        self._open()

    # A step: mostly an act that is open and leads on, else any; a sweep; an opinion.

    def step(self):
        kind = self.draw(st.sampled_from([*["act"] * 12, "sweep", "opinion", "catalogue"]))
        pk = self.draw(st.sampled_from(self._mostly_under_way()))
        item, life = ApprovalItem.objects.get(pk=pk), self.lives[pk]
        match kind:
            case "sweep":
                self.sweep()
            case "opinion":
                self.give_opinion(item, life)
            case "catalogue" if self.extra is None:
                self.ask_for_more()
            case "act":
                self.act(self.draw(st.sampled_from(self._mostly_open(life))), item, life)

    def _mostly_under_way(self):
        lives = sorted(self.lives.items())
        return [pk for pk, life in lives for _ in range(6 if leading_on(life) else 1)]

    def _mostly_open(self, life):
        open_acts = life.open_acts() if self.draw(st.integers(0, 9)) else []
        return [*leading_on(life) * 6, *open_acts] if open_acts else list(ACTS)

    def sweep(self):
        acts.deem_lapsed(self.at)
        record_all_breaches(self.at)
        acts.record_silences(self.at)
        escalation.remind(self.at)

        for life in self.lives.values():
            if life.has_lapsed(self.at):
                life.deem()
            # An act that was begun before midnight is in time: the sweep waits for it.
            life.look(self.at - timedelta(minutes=5))
            if life.is_silent(self.at):
                life.fall_silent()

    def ask_for_more(self):
        """The first type comes to need one more, which the firm does not have."""
        self.extra = self.draw(st.sampled_from(["tolerable", "hard"]))
        self.first.requirements.create(
            kind=MaterialKind.objects.create(code="extra", name="节能承诺书"),
            is_tolerable=self.extra == "tolerable",
            position=90,
        )

    def lacking(self, life, act):
        """How many of its materials are neither there nor promised: to follow, and not to."""
        if life.entry != self.first:
            return {"tolerable": 0, "hard": 0}
        more = int(self.extra == "tolerable")
        lacking = self.needs + more if act == "submit" else self._lacking_later(life)
        return {"tolerable": lacking, "hard": int(self.extra == "hard")}

    def _lacking_later(self, life):
        """All was promised when it was submitted, but what was asked for since."""
        return int(self.extra == "tolerable" and life.promises == self.needs)

    def give_opinion(self, item, life):
        consultation = item.consultations.last()
        if consultation is None:
            return

        done = self.tried(
            lambda: acts.give_opinion(
                consultation, by=self.people.olga, at=self.at, opinion="同意"
            ),
            is_open=not life.is_answered,
        )

        if done:
            life.answer()

    def act(self, act, item, life):
        by, asked = self._by(act, life), self._asked(act)
        is_deemed = life.has_lapsed(self.at)

        done = self.tried(
            lambda: self._perform(act, item, by, asked),
            is_open=not is_deemed and self._allows(act, life, by, **asked),
            leaves_traces=is_deemed,
        )

        if is_deemed:
            life.deem()
        elif done and act == "apply_anew":
            self.lives[done.pk] = Life(life.entry)
        elif done:
            life.do(act, self.at, by=by, lacking=self.lacking(life, act), **asked)
        if done and act == "undo_not_applicable":
            self._close(life)
        self._open()

    def refuses_all_else(self):
        """Of an item as it stands at last, whoever's office the act is."""
        self.sweep()
        pk = self.draw(st.sampled_from(self._mostly_under_way()))
        item, life = ApprovalItem.objects.get(pk=pk), self.lives[pk]
        before = rows()
        for act in ACTS:
            if not life.allows(act):
                with pytest.raises(NotAllowed):
                    self._perform(act, item, self._by(act, life), self._asked(act))
        assert rows() == before

    def _perform(self, act, item, by, asked):
        operation = ITEM_ACTS[act].operation
        return operation(item, by=by, at=self.at, version=item.version, **asked)

    def tried(self, act, *, is_open, leaves_traces=False):
        """What came of it; None where docs/states.md does not allow it, and then nothing did."""
        if is_open:
            return act()
        before = rows()
        with pytest.raises((NotAllowed, ValidationError)):
            act()
        assert leaves_traces or rows() == before
        return None

    def _by(self, act, life):
        """Somebody whose office the act is, open or not."""
        who = self.people
        if act in OF_FIRM or (act == "withdraw" and self.draw(st.booleans())):
            return who.alice
        if act == "record":
            return self.draw(st.sampled_from([who.wei, who.chen]))
        if act in OF_CENTRE or act == "withdraw":
            return who.wei
        if life.entry.is_recorded:
            return who.chen
        officers = [who.hana] if act in OF_HEADS else [who.omar, who.otto, who.hana]
        return self.draw(st.sampled_from(officers))

    def _asked(self, act):
        """What the act asks for beside a version."""
        who, draw, today = self.people, self.draw, civil_day(self.at)
        match act:
            case "submit":
                return {"commit_by": today + timedelta(20)}
            case "request_correction":
                return {"missing": ["缺总平面图"]}
            case "suspend":
                ground = draw(st.sampled_from(["expert_review", "hearing"]))
                return {"ground": ground, "expected_days": 5, "notice_file": self.notice}
            case "extend":
                asked = {"days": draw(st.integers(1, 10)), "note": "案情复杂"}
                # Mostly as the page has asked.
                return asked | {"late": draw(st.sampled_from([True, True, False]))}
            case "transfer":
                return {"to": draw(st.sampled_from([who.omar, who.otto, who.hana]))}
            case "consult":
                return {"department": self.water, "note": "请出具意见"}
            case "record":
                on = today - timedelta(draw(st.integers(0, 9)))
                return {"on": on, "note": draw(notes)}
            case "deliver":
                return self._handed_over()
            case "accept" | "resume" | "apply_anew":
                return {}
        return {"note": draw(notes) if act == "grant" else "按规定办理"}

    def _handed_over(self):
        """Number, file, a reason that there is nothing: some of it, or all."""
        return {
            "certificate_number": self.draw(st.sampled_from(["", "地字第1号"])),
            "document": self.draw(st.sampled_from([None, self.notice])),
            "nothing_to_hand_over": self.draw(st.booleans()),
            "note": self.draw(notes),
        }

    def _allows(self, act, life, by, to=None, late=False, note="", **asked):
        """Beyond the status: who, how often, and beside what other items."""
        if not (life.allows(act) and self._is_complete(act, life, by, note, **asked)):
            return False
        match act:
            case "withdraw" if by == self.people.wei:
                is_asked = life.status == "correcting"
                return is_asked and self.at >= life.corrected_at + PATIENCE
            case "request_correction":
                return not life.corrections or by == self.people.hana
            case "extend":
                has_limit = life.entry.promised_days is not None
                in_time = late or not life.has_ended(self.at)
                return has_limit and not life.extension and life.officer != by and in_time
            case "transfer":
                return to != life.officer
            case "consult":
                return life.awaited_since is None
            case "apply_anew" | "reopen":
                same = [each for each in self.lives.values() if each.entry == life.entry]
                return all(each.status in OVER for each in same)
        return True

    # Readiness.

    def _open(self):
        for life in self.lives.values():
            if life.status == "planned" and self._is_ready(life):
                life.move("ready", self.at)

    def _is_complete(self, act, life, by, note, **asked):
        """Whether what the act rests on is there, or a reason that it is not."""
        match act:
            case "submit":
                return not self.lacking(life, act)["hard"]
            case "grant":
                return life.may_be_granted(self.lacking(life, act), note)
            case "deliver":
                nothing = asked.pop("nothing_to_hand_over")
                return life.may_be_delivered(**asked, nothing=nothing, note=note)
            case "record":
                # Of what the law asks for before the start of works nothing is planned here.
                return by == self.people.chen and bool(note.strip())
        return True

    def _close(self, opened):
        for life in self.lives.values():
            if life.status == "ready" and not self._is_ready(life):
                life.move("planned", self.at)
            elif self._comes_after(life, opened) and life.status in HANDED_IN:
                life.note()

    def _is_ready(self, life):
        met = {each.entry.code for each in self.lives.values() if each.status in MET}
        return life.entry.code != LAST_CODE or {FIRST_CODE, MILESTONE} <= met

    def _comes_after(self, life, earlier):
        return life.entry.code == LAST_CODE and earlier.entry.code != LAST_CODE

    # What the database says.

    def holds(self):
        items = self.project.items.select_related("approval_type")
        for item in items.prefetch_related("events", "spans"):
            life = self.lives[item.pk]
            check_history(item, life)
            check_results(item, life)
            check_courts(item, life, self.at)
            check_days(item, life, self.at)
            assert [item.promised_breached_on, item.statutory_breached_on] == life.breaches


def leading_on(life):
    return [act for act in life.open_acts() if act not in LEADING_ASIDE]


def rows():
    return {model: list(model.objects.order_by("pk").values_list()) for model in TABLES}


def check_history(item, life):
    events = list(item.events.all())
    digests = ["", *(event.digest for event in events)]
    assert item.status == life.status
    assert item.version == len(events) == life.events
    assert not events or events[-1].to_status == item.status
    for event, before in zip(events, digests, strict=False):
        assert event.digest == event.digest_after(before)


def check_results(item, life):
    """What was promised, and as what it was granted and closed."""
    ends = [event.act for event in item.events.all() if event.act in ENDS]
    assert item.commitments.count() == life.promises
    assert ends == life.ended_as
    assert hasattr(item, "certificate") == ("deliver" in ends)


def check_courts(item, life, now):
    """The spans partition its life: no gap, no overlap, and the sums are exact."""
    spans = list(item.spans.all())
    time = defaultdict(timedelta)
    for span in spans:
        time[span.holder] += (span.ended_at or now) - span.started_at
    assert all(before.ended_at == after.started_at for before, after in pairwise(spans))
    assert {who: length for who, length in time.items() if length} == life.time_until(now)


def check_days(item, life, now):
    match item.status:
        case "submitted":
            assert item.notice_due_on == life.notice_due
        case "accepted" | "suspended":
            assert (item.near_on, item.due_on, item.statutory_due_on) == life.dates
        case "granted" if not life.entry.is_recorded:
            assert item.deliver_by == life.deliver_by
    progress = progress_of(item, civil_day(now), calendar())
    counted = item.status in {"accepted", "suspended", "granted", "refused", "delivered"}
    if counted and life.accepted and life.entry.promised_days is not None:
        assert (progress.used, progress.left) == life.days_used_and_left(now)
    else:
        assert progress is None


def set_limits(types, draw):
    """Such as the catalogue could have: a promise is within the law."""
    for entry in types:
        if entry.is_recorded:
            continue
        entry.promised_days, entry.statutory_days = sorted([draw(days), draw(days)])
        match draw(st.integers(0, 9)):
            case 0:
                entry.promised_days = None
            case 1:
                entry.statutory_days = None
        entry.promised_unit, entry.statutory_unit = draw(units), draw(units)
        entry.promised_from, entry.statutory_from = draw(starts), draw(starts)
        entry.save()


@given(data=st.data())
@BOUNDED
def test_ends_as_the_tale_does(people, types, notice, time_machine, data):
    with transaction.atomic():
        at = data.draw(beginnings)
        time_machine.move_to(at, tick=False)
        set_limits(types, data.draw)
        tale = Tale(people, types, notice, data.draw, at)
        for _ in range(data.draw(st.integers(10, 40))):
            tale.at += data.draw(pauses)
            time_machine.move_to(tale.at, tick=False)
            tale.step()
            tale.holds()
        tale.refuses_all_else()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # No mail server in the tale: what is owed is written, and nobody sends it.
        Delivery.objects.filter(state="pending").update(state="sent", sent_at=tale.at)
        assert list(findings(tale.at)) == []
        transaction.set_rollback(True)
