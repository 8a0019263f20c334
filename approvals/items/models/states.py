"""The one table of states: what follows what, whose court, which clock (docs/states.md)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    PLANNED = "planned", _("planned")
    READY = "ready", _("ready to apply")
    SUBMITTED = "submitted", _("received")
    CORRECTING = "correcting", _("to be corrected")
    PRE_REVIEW = "pre_review", _("in pre-review")
    PRE_APPROVED = "pre_approved", _("pre-review passed")
    ACCEPTED = "accepted", _("under review")
    SUSPENDED = "suspended", _("special procedure")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("refused")
    DELIVERED = "delivered", _("delivered")
    DECLINED = "declined", _("not accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")
    NOT_APPLICABLE = "not_applicable", _("not applicable")


S = Status  # short, for the tables


# The whole life of an item. Nothing else says what may follow what.
TRANSITIONS = {
    # Pre-review waives the prerequisites (五证联办).
    S.PLANNED: {S.READY, S.NOT_APPLICABLE, S.WITHDRAWN, S.PRE_REVIEW},
    # Straight to granted: a milestone that the centre records.
    # Back to planned: a prerequisite that was met is open again.
    S.READY: {
        S.SUBMITTED,
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


class Holder(models.TextChoices):
    ENTERPRISE = "enterprise", _("enterprise")
    DEPARTMENT = "department", _("department")
    CENTRE = "centre", _("service center")
    STOPPED = "stopped", _("clock stopped")


# Whose court an item is in; a status that is not named ends the last span.
HOLDERS = {
    S.READY: Holder.ENTERPRISE,
    S.SUBMITTED: Holder.DEPARTMENT,
    S.CORRECTING: Holder.ENTERPRISE,
    S.PRE_REVIEW: Holder.DEPARTMENT,
    S.PRE_APPROVED: Holder.ENTERPRISE,
    S.ACCEPTED: Holder.DEPARTMENT,
    S.SUSPENDED: Holder.STOPPED,
    S.GRANTED: Holder.DEPARTMENT,
}


class Clock(models.TextChoices):
    PENDING = "pending", _("not yet running")
    RUNNING = "running", _("running")
    STOPPED = "stopped", _("stopped")
    ENDED = "ended", _("ended")


CLOCKS = {S.ACCEPTED: Clock.RUNNING, S.SUSPENDED: Clock.STOPPED} | dict.fromkeys(
    [*ENDED, S.GRANTED], Clock.ENDED
)


class Lamp(models.TextChoices):
    NONE = "none", _("no lamp")
    GREEN = "green", _("green")
    YELLOW = "yellow", _("yellow")
    RED = "red", _("red")
    DEEP_RED = "deep_red", _("deep red")
