"""The one table of states: what follows what, who is responsible, which clock (docs/states.md)."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from huadu_portal.ui.choices import ColoredText


class Status(ColoredText):
    PLANNED = "planned", "neutral", _("planned")
    READY = "ready", "purple", _("ready to apply")
    SUBMITTED = "submitted", "blue", _("received")
    CORRECTING = "correcting", "yellow", _("to be corrected")
    PRE_REVIEW = "pre_review", "blue", _("in pre-review")
    PRE_APPROVED = "pre_approved", "purple", _("pre-review passed")
    ACCEPTED = "accepted", "blue", _("under review")
    SUSPENDED = "suspended", "yellow", _("special procedure")
    GRANTED = "granted", "green", _("granted")
    REFUSED = "refused", "red", _("refused")
    DELIVERED = "delivered", "green", _("delivered")
    DECLINED = "declined", "red", _("not accepted")
    WITHDRAWN = "withdrawn", "neutral", _("withdrawn")
    NOT_APPLICABLE = "not_applicable", "neutral", _("not applicable")


S = Status  # short, for the tables


# Every transition of an item. Nothing else says what may follow what.
TRANSITIONS: dict[str, set[Status]] = {
    # Pre-review waives the prerequisites (五证联办).
    # Straight to accepted: the service that begins with a joint case.
    S.PLANNED: {S.READY, S.NOT_APPLICABLE, S.WITHDRAWN, S.PRE_REVIEW, S.ACCEPTED},
    # Straight to granted: a milestone that the centre records.
    # Back to planned: a prerequisite that was met is open again.
    S.READY: {
        S.SUBMITTED,
        S.ACCEPTED,
        S.GRANTED,
        S.NOT_APPLICABLE,
        S.WITHDRAWN,
        S.PRE_REVIEW,
        S.PLANNED,
    },
    S.SUBMITTED: {S.ACCEPTED, S.CORRECTING, S.DECLINED, S.WITHDRAWN},
    # What was sent back in pre-review goes back there; it has never been received.
    S.CORRECTING: {S.SUBMITTED, S.WITHDRAWN, S.PRE_REVIEW, S.PLANNED},
    # To planned: out of the joint case, on the ordinary way.
    S.PRE_REVIEW: {S.PRE_APPROVED, S.CORRECTING, S.WITHDRAWN, S.PLANNED},
    S.PRE_APPROVED: {S.ACCEPTED, S.PRE_REVIEW, S.WITHDRAWN, S.PLANNED},
    S.ACCEPTED: {S.SUSPENDED, S.GRANTED, S.REFUSED, S.WITHDRAWN},
    S.SUSPENDED: {S.ACCEPTED, S.WITHDRAWN},
    S.GRANTED: {S.DELIVERED},
    S.REFUSED: {S.ACCEPTED},
    S.DELIVERED: set(),
    # These three are applied for anew as another item.
    S.DECLINED: set(),
    S.WITHDRAWN: set(),
    # Undone with a reason: back to where its prerequisites put it.
    S.NOT_APPLICABLE: {S.PLANNED, S.READY},
}


ENDED = [S.REFUSED, S.DELIVERED, S.DECLINED, S.WITHDRAWN, S.NOT_APPLICABLE]


OPEN = [status for status in S if status not in ENDED and status != S.GRANTED]


DECIDED = [S.GRANTED, S.REFUSED, S.DELIVERED]


# What counts as met for the items that come after.
MET = [S.GRANTED, S.DELIVERED, S.NOT_APPLICABLE]


# A new item of the same type may only be planned after one of these.
OVER = [S.REFUSED, S.DECLINED, S.WITHDRAWN]


class Holder(ColoredText):
    ENTERPRISE = "enterprise", "purple", _("enterprise")
    DEPARTMENT = "department", "blue", _("department")
    CENTRE = "centre", "blue", _("service center")
    STOPPED = "stopped", "yellow", _("clock stopped")


# The party responsible for an item; a status that is not named ends the last span.
HOLDERS: dict[str, Holder] = {
    S.READY: Holder.ENTERPRISE,
    S.SUBMITTED: Holder.DEPARTMENT,
    S.CORRECTING: Holder.ENTERPRISE,
    S.PRE_REVIEW: Holder.DEPARTMENT,
    S.PRE_APPROVED: Holder.ENTERPRISE,
    S.ACCEPTED: Holder.DEPARTMENT,
    S.SUSPENDED: Holder.STOPPED,
    S.GRANTED: Holder.DEPARTMENT,
}


class Clock(ColoredText):
    PENDING = "pending", "neutral", _("not yet running")
    RUNNING = "running", "blue", _("running")
    STOPPED = "stopped", "yellow", _("stopped")
    ENDED = "ended", "neutral", _("ended")


CLOCKS = {S.ACCEPTED: Clock.RUNNING, S.SUSPENDED: Clock.STOPPED} | dict.fromkeys(
    [*ENDED, S.GRANTED], Clock.ENDED
)


class Lamp(ColoredText):
    NONE = "none", "neutral", _("no lamp")
    GREEN = "green", "green", _("green")
    YELLOW = "yellow", "yellow", _("yellow")
    RED = "red", "red", _("red")
    DEEP_RED = "deep_red", "deep-red", _("deep red")

    @classmethod
    def of_running(
        cls,
        today: date,
        near_on: date | None,
        due_on: date | None,
        statutory_due_on: date | None,
    ) -> "Lamp":
        """As of `today`, of an item whose limits run (docs/states.md, Lamp)."""
        if due_on is None:
            return cls.NONE
        if statutory_due_on is not None and statutory_due_on < today:
            return cls.DEEP_RED
        if due_on < today:
            return cls.RED
        return cls.YELLOW if near_on and near_on <= today else cls.GREEN

    @property
    def icon(self) -> str:
        return LAMP_ICONS[self]

    @property
    def meaning(self):
        """What is shown beside the color: nobody has to tell colors apart."""
        return LAMP_MEANINGS[self]


class Breach(ColoredText):
    """The graver of the limits that an item was ever past; stays, whatever its lamp shows."""

    PROMISED = "promised", "red", _("promised limit missed")
    STATUTORY = "statutory", "deep-red", _("statutory limit missed")


LAMP_ICONS = {
    Lamp.NONE: "circle-minus",
    Lamp.GREEN: "circle-check",
    Lamp.YELLOW: "clock",
    Lamp.RED: "alert-triangle",
    Lamp.DEEP_RED: "alert-octagon",
}
LAMP_MEANINGS = {
    Lamp.NONE: _("not running"),
    Lamp.GREEN: _("on schedule"),
    Lamp.YELLOW: _("due soon"),
    Lamp.RED: _("past the promised limit"),
    Lamp.DEEP_RED: _("past the statutory limit"),
}
