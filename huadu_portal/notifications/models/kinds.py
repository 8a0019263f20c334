"""What messages say."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a message says. The label is its title; %(…)s come from the parameters."""

    APPLICATION_SUBMITTED = (
        "application_submitted",
        _("Application %(number)s has been received; the window answers by %(due)s."),
    )
    APPLICATION_WAITING = (
        "application_waiting",
        _("New application %(number)s “%(name)s” is waiting for triage."),
    )
    APPLICATION_ACCEPTED = (
        "application_accepted",
        _("Your application “%(name)s” has been taken on as project %(project)s."),
    )
    APPLICATION_RETURNED = (
        "application_returned",
        _("Your application “%(name)s” needs additions: see the list of what is missing."),
    )
    APPLICATION_DECLINED = (
        "application_declined",
        _("Your application “%(name)s” has not been taken on; the reasons are inside."),
    )
    APPLICATION_NEAR = (
        "application_near",
        _("Application %(number)s has to be answered by %(due)s."),
    )
    APPLICATION_OVERDUE = (
        "application_overdue",
        _("Application %(number)s should have been answered by %(due)s."),
    )
    MEMBERSHIP_ASKED = (
        "membership_asked",
        _("%(person)s asks to act for %(enterprise)s."),
    )
    MEMBERSHIP_DECIDED = (
        "membership_decided",
        _("Your request to act for %(enterprise)s has been answered."),
    )
    AGENT_ASSIGNED = (
        "agent_assigned",
        _("%(agent)s now accompanies the project “%(name)s”."),
    )
    # One message however many items a decision has opened.
    ITEMS_READY = (
        "items_ready",
        _("“%(project)s”: now open for application: %(item)s."),
    )
    ITEM_SUBMITTED = (
        "item_submitted",
        _("“%(item)s” of “%(project)s” has been handed in."),
    )
    ITEM_ACCEPTED = (
        "item_accepted",
        _("“%(item)s” has been accepted; promised by %(due)s."),
    )
    ITEM_CORRECTION = (
        "item_correction",
        _("“%(item)s” needs additions: everything that is missing is listed."),
    )
    CORRECTION_UNANSWERED = (
        "correction_unanswered",
        _("“%(item)s” still waits for your additions; from %(due)s on it may be closed."),
    )
    CORRECTION_LAPSED = (
        "correction_lapsed",
        _("“%(item)s” of “%(project)s”: unanswered for thirty days, it may be closed."),
    )
    ITEM_DECLINED = ("item_declined", _("“%(item)s” has not been accepted."))
    ITEM_GRANTED = ("item_granted", _("“%(item)s” has been granted."))
    ITEM_REFUSED = ("item_refused", _("“%(item)s” has been refused."))
    ITEM_DELIVERED = (
        "item_delivered",
        _("“%(item)s”: the result has been delivered."),
    )
    ITEM_SUSPENDED = (
        "item_suspended",
        _("“%(item)s”: the clock stands still for a special procedure until about %(due)s."),
    )
    ITEM_RESUMED = (
        "item_resumed",
        _("“%(item)s”: the special procedure is over; now promised by %(due)s."),
    )
    ITEM_EXTENDED = (
        "item_extended",
        _("“%(item)s” has been extended; now promised by %(due)s."),
    )
    ITEM_REOPENED = ("item_reopened", _("“%(item)s”: the refusal has been taken back."))
    ITEM_DEEMED = (
        "item_deemed",
        _("“%(item)s” counts as accepted from the day of receipt; promised by %(due)s."),
    )
    ITEM_SILENT = (
        "item_silent",
        _("Silent past the notice limit: “%(item)s” of “%(project)s” counts as accepted."),
    )
    ITEM_CLOSED = (
        "item_closed",
        _("“%(item)s” has been closed: the request for correction stayed unanswered."),
    )
    ITEM_TRANSFERRED = (
        "item_transferred",
        _("“%(item)s” of “%(project)s” is now yours to handle."),
    )
    CONSULTATION_ASKED = (
        "consultation_asked",
        _("Your opinion is asked on “%(item)s” of “%(project)s”, by %(due)s."),
    )
    CONSULTATION_ANSWERED = (
        "consultation_answered",
        _("An opinion has come in on “%(item)s” of “%(project)s”."),
    )
    CONSULTATION_SILENT = (
        "consultation_silent",
        _("An asked department has kept silent on “%(item)s” of “%(project)s”."),
    )
    VISIT_SET = (
        "visit_set",
        _("“%(item)s” of “%(project)s”: all departments visit the site on %(due)s."),
    )
    JOINT_OPENED = (
        "joint_opened",
        _("“%(project)s”: %(case)s has begun; the departments' opinions are due by %(due)s."),
    )
    JOINT_PASSED = (
        "joint_passed",
        _(
            "“%(project)s”: all opinions of %(case)s are favourable; the land can be registered."
        ),
    )
    JOINT_VOIDED = (
        "joint_voided",
        _("“%(project)s”: a changed fact has made opinions of %(case)s void."),
    )
    JOINT_REGISTERED = (
        "joint_registered",
        _("“%(project)s”: the land is registered; all of %(case)s is promised by %(due)s."),
    )
    JOINT_LEFT = (
        "joint_left",
        _("“%(project)s”: not favourably reviewed, so out of %(case)s: %(item)s."),
    )
    JOINT_ENDED = ("joint_ended", _("“%(project)s”: %(case)s has been ended."))
    ITEM_PRE_REVIEW = (
        "item_pre_review",
        _("Your opinion beforehand is asked on “%(item)s” of “%(project)s”."),
    )
    ITEM_PRE_APPROVED = (
        "item_pre_approved",
        _("“%(item)s” has passed its pre-review."),
    )
    ITEM_PRE_OBJECTED = (
        "item_pre_objected",
        _("“%(item)s” has been sent back in pre-review: see the opinion."),
    )
    ITEM_FACT_CHANGED = (
        "item_fact_changed",
        _("A fact has changed on which your opinion on “%(item)s” of “%(project)s” rests."),
    )
    ITEM_FORMAL = (
        "item_formal",
        _("“%(item)s” of “%(project)s” is now under formal review; promised by %(due)s."),
    )
    ITEM_LEFT_JOINT = (
        "item_left_joint",
        _("“%(item)s” of “%(project)s” has left the joint case; no opinion is needed now."),
    )
    CARD_RED = (
        "card_red",
        _("Red card: a second correction notice on “%(item)s” of “%(project)s”."),
    )
    ITEM_WITHDRAWN = (
        "item_withdrawn",
        _("“%(item)s” of “%(project)s” has been withdrawn."),
    )
    ITEM_NOT_APPLICABLE = (
        "item_not_applicable",
        _("“%(item)s” does not apply to the project “%(project)s”."),
    )
    CERTIFICATE_EXPIRING = (
        "certificate_expiring",
        _("“%(project)s”: the certificate of “%(item)s” (%(number)s) ends on %(due)s."),
    )
    CERTIFICATE_EXPIRED = (
        "certificate_expired",
        _("“%(project)s”: the certificate of “%(item)s” (%(number)s) has ended on %(due)s."),
    )
    COMMITMENT_KEPT = (
        "commitment_kept",
        _("“%(item)s” of “%(project)s”: what was promised has come in: %(promised)s."),
    )
    COMMITMENT_NEAR = (
        "commitment_near",
        _("“%(item)s” of “%(project)s”: promised for %(due)s and still to come: %(promised)s."),
    )
    COMMITMENT_MISSED = (
        "commitment_missed",
        _("“%(item)s” of “%(project)s”: promised for %(due)s and not brought: %(promised)s."),
    )
    REMINDER_NEAR = (
        "reminder_near",
        _("Due soon: “%(item)s” of “%(project)s” is promised by %(due)s."),
    )
    REMINDER_OVERDUE = (
        "reminder_overdue",
        _("Overdue: “%(item)s” of “%(project)s” was promised by %(due)s."),
    )
    REMINDER_STATUTORY = (
        "reminder_statutory",
        _("Past the statutory limit: “%(item)s” of “%(project)s”, due by law on %(due)s."),
    )
    CALENDAR_MISSING = (
        "calendar_missing",
        _("The working days of %(year)s are not loaded: due dates in it are provisional."),
    )


def title_of(kind: str, params: Mapping[str, str]) -> str:
    """What a message says, in the language that is active."""
    if get_language() == "en":
        english = {k: params[f"{k}_en"] for k in params if params.get(f"{k}_en")}
        params = {**params, **english}
    return Kind(kind).label % params
