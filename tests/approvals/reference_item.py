"""The life of an item as docs/states.md tells it, by plain and slow means: what its acts make of
its status, its court, its days."""

from collections import defaultdict
from datetime import timedelta

from approvals.items.clock import Limit, Pause
from huadu_portal.clock import civil_day
from tests.approvals.reference_calendar import (
    ONE_DAY,
    counts,
    due_by_walking,
    near_by_trying,
    stopped_days,
    used_by_walking,
)

# The act, from where, and where it leads; None: it stays where it is.
ACTS = {
    "submit": ({"ready"}, "submitted"),
    "resubmit": ({"correcting"}, "submitted"),
    "withdraw": ({"ready", "submitted", "correcting", "accepted", "suspended"}, "withdrawn"),
    "apply_anew": ({"refused", "declined", "withdrawn"}, None),
    "accept": ({"submitted"}, "accepted"),
    "request_correction": ({"submitted"}, "correcting"),
    "decline": ({"submitted"}, "declined"),
    "suspend": ({"accepted"}, "suspended"),
    "resume": ({"suspended"}, "accepted"),
    "extend": ({"accepted"}, None),
    "transfer": ({"submitted", "accepted", "suspended", "granted"}, None),
    "consult": ({"submitted", "accepted"}, None),
    "grant": ({"accepted"}, "granted"),
    "refuse": ({"accepted"}, "refused"),
    "reopen": ({"refused"}, "accepted"),
    "deliver": ({"granted"}, "delivered"),
    "record": ({"ready"}, "granted"),
    "mark_not_applicable": ({"planned", "ready"}, "not_applicable"),
    "undo_not_applicable": ({"not_applicable"}, "planned"),
    "explain": ({"submitted", "accepted", "granted"}, None),
    "ask_help": ({"submitted", "accepted", "granted"}, None),
}
COURTS = {
    "ready": "enterprise",
    "submitted": "department",
    "correcting": "enterprise",
    "accepted": "department",
    "suspended": "stopped",
    "granted": "department",
}
OVER = {"refused", "declined", "withdrawn"}
MET = {"granted", "delivered", "not_applicable"}
HANDED_IN = {"submitted", "correcting", "accepted", "suspended", "granted", "delivered"}
# A milestone is recorded: neither applied for nor handed over.
OF_BOTH = {"mark_not_applicable", "undo_not_applicable"}
OPINION_DAYS, DELIVERY_DAYS = 7, 10
PATIENCE = timedelta(30)


class Life:
    """One item; `entry` is its type."""

    def __init__(self, entry):
        self.entry = entry
        self.status, self.events = "planned", 0
        self.court, self.since, self.time = None, None, defaultdict(timedelta)
        self.stops = []
        # The day after the promised and the statutory limit, if its clock ran then.
        self.breaches = [None, None]
        self.received = self.accepted = self.decided = None
        self.officer = None
        self.extension = self.corrections = 0
        self.corrected_at = None
        # The last opinion asked: since when it is awaited, and whether it has come.
        self.awaited_since, self.is_answered = None, True
        # How many materials the firm has promised, and as what the item was granted and closed.
        self.promises, self.ended_as = 0, []
        # Asked and not answered: not a second time. (Orders the ladder gives too.)
        self.pending = set()

    # What may be done.

    def open_acts(self):
        return [act for act in ACTS if self.allows(act)]

    def allows(self, act):
        fits = self.entry.is_recorded == (act == "record") or act in OF_BOTH
        return self.status in ACTS[act][0] and fits and act not in self.pending

    def has_lapsed(self, at):
        """Silence until the end of the notice limit has accepted it."""
        return self.status == "submitted" and civil_day(at) > self.notice_due

    def is_silent(self, at):
        """An opinion that was asked for has not come in time."""
        since = self.awaited_since
        return since is not None and civil_day(at) > self._walk(since, OPINION_DAYS)

    # What is done.

    def may_be_granted(self, lacking, note):
        """`lacking`: how many materials may follow, and how many may not."""
        return not lacking["hard"] or bool(note.strip())

    @staticmethod
    def may_be_delivered(certificate_number="", document=None, nothing=False, note=""):
        """Number and file; or nothing, for a reason."""
        if nothing:
            return bool(note.strip()) and not certificate_number and document is None
        return bool(certificate_number.strip()) and document is not None

    def do(self, act, at, *, by, days=0, to=None, lacking=None, **asked):
        self.look(at)
        status = ACTS[act][1]
        self.move(status, at) if status else self.note()
        self._keep(act, lacking, **asked)
        match act:
            case "submit" | "resubmit":
                self.received = at
            case "accept":
                self.accepted, self.officer = at, by
            case "request_correction":
                self.corrections, self.corrected_at = self.corrections + 1, at
            case "extend":
                self.extension = days
            case "transfer":
                self.officer = to
            case "consult":
                self.awaited_since, self.is_answered = at, False
            case "ask_help":
                self.pending.add(act)
            case "grant" | "refuse":
                self.decided = at
            case "reopen":
                self.decided = None

    def _keep(self, act, lacking, nothing_to_hand_over=False, **_):
        """What is promised, and the name under which an act stands in the history."""
        if act in {"submit", "grant"}:
            self.promises += lacking["tolerable"]
        if act == "grant":
            self.ended_as.append("grant_tolerant" if self.promises else act)
        if act == "deliver":
            self.ended_as.append("deliver_nothing" if nothing_to_hand_over else act)

    def move(self, status, at):
        self._pass(at)
        self.status = status
        self.note()
        self.court, self.since = self._court(), at

    def look(self, at):
        """A limit that has ended while the clock runs is missed for good."""
        if self.status != "accepted":
            return
        for number, end in enumerate(self.dates[1:]):
            if end and civil_day(at) > end and self.breaches[number] is None:
                self.breaches[number] = end + ONE_DAY

    def has_ended(self, at):
        """One of the limits, so that only a late extension is possible."""
        return any(end and civil_day(at) > end for end in self.dates[1:])

    def note(self):
        """An act that leaves it where it is."""
        self.events += 1

    def deem(self):
        """Accepted as of the receipt; it is with the department all along."""
        self.status, self.accepted = "accepted", self.received
        self.note()

    def fall_silent(self):
        self.awaited_since = None
        self.note()

    def answer(self):
        self.awaited_since, self.is_answered = None, True
        self.note()

    def _court(self):
        if self.status == "granted" and self.entry.is_recorded:
            return None
        return COURTS.get(self.status)

    def _pass(self, at):
        """Whose the time was since the last move. From an end to a new beginning it is held
        against no department: stopped after a refusal, else the centre's."""
        court = self.court
        if court is None and self.time:
            court = "stopped" if self.status == "refused" else "centre"
        if court:
            self.time[court] += at - self.since
        if court == "stopped":
            self.stops.append((self.since, at))

    # What follows from it.

    def time_until(self, now):
        """By holder, up to now or to its end."""
        time = self.time.copy()
        if self.court:
            time[self.court] += now - self.since
        return {who: length for who, length in time.items() if length}

    @property
    def notice_due(self):
        return self._walk(self.received, self.entry.notice_days)

    @property
    def deliver_by(self):
        return self._walk(self.decided, DELIVERY_DAYS)

    @staticmethod
    def _walk(start, days):
        return due_by_walking(Limit(days, "working", civil_day(start)), [])

    @property
    def promised(self):
        entry = self.entry
        return self._limit(entry.promised_days, entry.promised_unit, entry.promised_from)

    @property
    def statutory(self):
        entry = self.entry
        return self._limit(entry.statutory_days, entry.statutory_unit, entry.statutory_from)

    def _limit(self, days, unit, start):
        if days is None:
            return None
        begin = self.received if start == "receipt" else self.accepted
        return Limit(days + self.extension, unit, civil_day(begin))

    @property
    def pauses(self):
        return [Pause(civil_day(start), civil_day(end)) for start, end in self.stops]

    @property
    def dates(self):
        """Yellow from, promised by, due by law."""
        promised = self.promised
        near = promised and Limit(near_by_trying(promised.days), promised.unit, promised.start)
        limits = (near, promised, self.statutory)
        return tuple(limit and due_by_walking(limit, self.pauses) for limit in limits)

    def days_used_and_left(self, now):
        """Of the promised limit; what is left goes below zero after the due date. A clock
        that has stopped before it is never late."""
        limit, today = self.promised, civil_day(self.decided or now)
        pauses = self.pauses
        if self.status == "suspended":
            pauses = [*pauses, Pause(civil_day(self.since), today + ONE_DAY)]
        used = used_by_walking(limit.start, today, limit.unit, pauses)
        due, stopped = self.dates[1], stopped_days(pauses)
        late, day = 0, due + ONE_DAY
        while day <= today:
            late += counts(day, limit.unit) and day not in stopped
            day += ONE_DAY
        stands = self.status == "suspended" and civil_day(self.since) <= due
        is_late = today > due and not stands
        return used, -late if is_late else max(limit.days - used, 0)


# 五证联办: what by law comes before a certificate, as docs/states.md tells it.
BEFORE_CERTIFICATES = {
    "HD-LX-06": {"HD-LX-01", "HD-LX-05"},
    "HD-LX-07": {"HD-LX-05", "HD-LX-08"},
    "HD-GC-02": {"HD-LX-06", "HD-LX-07", "HD-GC-01"},
    "HD-GC-03": {"HD-GC-01"},
    "HD-SG-05": {"HD-LX-07", "HD-GC-02", "HD-GC-03", "HD-SG-01", "HD-SG-04"},
}
BEFORE_LAND = {"HD-LX-01", "HD-LX-05", "HD-LX-08"}


class JointLife:
    """A joint case whose opinions are all favourable; `met`: the codes that are met."""

    def __init__(self, met):
        self.met = set(met)

    def may_register(self):
        return self.met >= BEFORE_LAND

    def promised(self):
        """What becomes a commitment with the registration: of which item, and what."""
        return {
            (code, before)
            for code, needed in BEFORE_CERTIFICATES.items()
            for before in needed - self.met - set(BEFORE_CERTIFICATES)
        }

    def may_grant(self, code):
        return self.met >= BEFORE_CERTIFICATES[code]
