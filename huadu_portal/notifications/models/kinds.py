"""What messages say."""

from collections.abc import Mapping

from django.db import models
from django.utils.functional import Promise
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
        _(
            "Your application “%(name)s” needs corrections: please see the list of what is "
            "missing."
        ),
    )
    APPLICATION_DECLINED = (
        "application_declined",
        _("Your application “%(name)s” has not been taken on; please see the reasons."),
    )
    MEMBERSHIP_ASKED = (
        "membership_asked",
        _("%(person)s requests to act for %(enterprise)s."),
    )
    # Of messages written before there were the two that follow.
    MEMBERSHIP_DECIDED = (
        "membership_decided",
        _("Your request to act for %(enterprise)s has been answered."),
    )
    MEMBERSHIP_AGREED = (
        "membership_agreed",
        _("Your request to act for %(enterprise)s has been agreed to."),
    )
    MEMBERSHIP_REFUSED = (
        "membership_refused",
        _("Your request to act for %(enterprise)s has not been agreed to."),
    )
    MEMBERSHIP_CLAIMED = (
        "membership_claimed",
        _("%(person)s claims to be in charge of %(enterprise)s; the window decides."),
    )
    CLAIM_GRANTED = (
        "claim_granted",
        _("The window has decided: %(person)s is now the owner of %(enterprise)s."),
    )
    CLAIM_DISMISSED = (
        "claim_dismissed",
        _("The window has not granted the claim of %(person)s to %(enterprise)s."),
    )
    MEMBERSHIP_ENDED = (
        "membership_ended",
        _("You no longer act for %(enterprise)s."),
    )
    OWNER_CHANGED = (
        "owner_changed",
        _("%(person)s is now the owner of %(enterprise)s."),
    )
    CODE_PROVED = (
        "code_proved",
        _(
            "The enterprise with the code %(code)s has been verified under another "
            "registration: please apply to join it or state your claim."
        ),
    )
    ACCOUNT_ROLE = (
        "account_role",
        _("The security administrator has changed the role of your account: %(role)s."),
    )
    ERASURE_ASKED = (
        "erasure_asked",
        _("%(person)s asks for the account to be erased; please answer by %(due)s."),
    )
    ERASURE_DECLINED = (
        "erasure_declined",
        _(
            "Your request to have your account erased has been answered: it has not been erased."
        ),
    )
    ACCOUNT_FACTOR = (
        "account_factor",
        _(
            "The security administrator has reset the second factor of your account: you set "
            "up a new one at the next sign-in."
        ),
    )
    AGENT_ASSIGNED = (
        "agent_assigned",
        _("%(agent)s is now the service agent of the project “%(name)s”."),
    )
    PROJECT_PAUSED = (
        "project_paused",
        _("The project “%(name)s” is paused; it is expected to go on by %(until)s."),
    )
    PROJECT_ENDED = ("project_ended", _("The project “%(name)s” has ended."))
    PROJECT_RESUMED = ("project_resumed", _("The project “%(name)s” goes on."))
    CHIEF_APPOINTED = (
        "chief_appointed",
        _("%(chief)s is now the chief officer of the project “%(name)s”."),
    )
    CHIEF_ENDED = (
        "chief_ended",
        _("%(chief)s is no longer the chief officer of the project “%(name)s”."),
    )
    EXPLANATION_ASKED = (
        "explanation_asked",
        _(
            "“%(item)s” of “%(project)s”: the chief officer demands an explanation of the delay."
        ),
    )
    # One message however many items a decision has opened.
    ITEMS_READY = (
        "items_ready",
        _("“%(project)s”: now open for application: %(item)s."),
    )
    ITEM_RECEIVED = (
        "item_received",
        _("“%(item)s” of “%(project)s” has been received; questions: %(contact)s."),
    )
    ITEM_SUBMITTED = (
        "item_submitted",
        _("“%(item)s” of “%(project)s” has been submitted."),
    )
    ITEM_ACCEPTED = (
        "item_accepted",
        _("“%(item)s” has been accepted; promised by %(due)s."),
    )
    ITEM_CORRECTION = (
        "item_correction",
        _("“%(item)s” needs corrections: please see the list of what is missing."),
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
        _("“%(item)s”: the clock is stopped for a special procedure, expected until %(due)s."),
    )
    ITEM_RESUMED = (
        "item_resumed",
        _("“%(item)s”: the special procedure is over; now promised by %(due)s."),
    )
    ITEM_EXTENDED = (
        "item_extended",
        _("“%(item)s” has been extended; now promised by %(due)s."),
    )
    ITEM_REOPENED = ("item_reopened", _("“%(item)s”: the refusal has been revoked."))
    ITEM_DEEMED = (
        "item_deemed",
        _("“%(item)s” is deemed accepted from the day of receipt; promised by %(due)s."),
    )
    ITEM_SILENT = (
        "item_silent",
        _("No answer within the notice limit: “%(item)s” of “%(project)s” is deemed accepted."),
    )
    ITEM_CLOSED = (
        "item_closed",
        _("“%(item)s” has been closed: the request for correction was not answered."),
    )
    ITEM_TRANSFERRED = (
        "item_transferred",
        _("“%(item)s” of “%(project)s” has been transferred to you."),
    )
    CONSULTATION_ASKED = (
        "consultation_asked",
        _("Your opinion on “%(item)s” of “%(project)s” is requested by %(due)s."),
    )
    CONSULTATION_ANSWERED = (
        "consultation_answered",
        _("An opinion on “%(item)s” of “%(project)s” has been received."),
    )
    CONSULTATION_SILENT = (
        "consultation_silent",
        _("The department consulted on “%(item)s” of “%(project)s” has not answered in time."),
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
        _(
            "“%(project)s”: without a favourable opinion and therefore removed from %(case)s: "
            "%(item)s."
        ),
    )
    JOINT_ENDED = ("joint_ended", _("“%(project)s”: %(case)s has been ended."))
    ITEM_PRE_REVIEW = (
        "item_pre_review",
        _("Your pre-review opinion on “%(item)s” of “%(project)s” is requested."),
    )
    ITEM_PRE_APPROVED = (
        "item_pre_approved",
        _("“%(item)s” has passed its pre-review."),
    )
    ITEM_PRE_OBJECTED = (
        "item_pre_objected",
        _("“%(item)s” has been returned in pre-review: please see the opinion."),
    )
    ITEM_FACT_CHANGED = (
        "item_fact_changed",
        _("A fact underlying your opinion on “%(item)s” of “%(project)s” has changed."),
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
    COMMITMENT_KEPT = (
        "commitment_kept",
        _(
            "“%(item)s” of “%(project)s”: the committed material has been submitted: "
            "%(promised)s."
        ),
    )
    # A rung of a ladder; its text is data, and its names are in it already.
    REMINDER = ("reminder", "%(text)s")
    DELAY_EXPLAINED = (
        "delay_explained",
        _("“%(item)s” of “%(project)s”: explanation of the delay."),
    )
    HELP_ASKED = (
        "help_asked",
        _("“%(item)s” of “%(project)s” needs coordination; please answer by %(due)s."),
    )
    HELP_ANSWERED = (
        "help_answered",
        _("Your request for coordination on “%(item)s” of “%(project)s” has been answered."),
    )
    ITEM_NUDGED = (
        "item_nudged",
        _(
            "Reminder from the service agent: what is the progress of “%(item)s” of "
            "“%(project)s”?"
        ),
    )
    ORDER_GIVEN = (
        "order_given",
        _("Supervision order %(number)s on “%(item)s” of “%(project)s”: reply by %(due)s."),
    )
    ORDER_ANSWERED = (
        "order_answered",
        _("Supervision order %(number)s on “%(item)s” of “%(project)s” has been answered."),
    )
    LADDER_STOPPED = (
        "ladder_stopped",
        _("“%(item)s” of “%(project)s”: reminders have been paused."),
    )
    CARD_APPEALED = (
        "card_appealed",
        _(
            "An appeal has been submitted against a card issued for “%(item)s” of “%(project)s”."
        ),
    )
    CARD_DECIDED = (
        "card_decided",
        _("A decision has been made on the card issued for “%(item)s” of “%(project)s”."),
    )
    DOCUMENT_INFECTED = (
        "document_infected",
        _(
            "A virus was found in “%(file)s” of %(enterprise)s: the file can no longer be "
            "downloaded."
        ),
    )
    CALENDAR_MISSING = (
        "calendar_missing",
        _(
            "The working days of %(year)s have not been loaded: due dates in that year are "
            "provisional."
        ),
    )
    SWEEP_SILENT = (
        "sweep_silent",
        _("Periodic tasks are not running: %(sweeps)s."),
    )


def kinds() -> list[tuple[str, str | Promise]]:
    """The choices as a function, so that a changed sentence is no migration."""
    return [(kind.value, kind.label) for kind in Kind]


# Said after the sentence of its kind, of a message with such a day.
_DAYS_SAID = {
    "answer_by": _("%(title)s Please answer by %(day)s."),
    "ended_on": _("%(title)s It was extended late: the limit had ended on %(day)s."),
}


def title_of(kind: str, params: Mapping[str, str]) -> str:
    """What a message says, in the language that is active; with the day by which the reader
    answers (`answer_by`) or on which a limit had ended (`ended_on`), where there is one."""
    if get_language() == "en":
        english = {k: params[f"{k}_en"] for k in params if params.get(f"{k}_en")}
        params = {**params, **english}
    title = Kind(kind).label % params
    for name, sentence in _DAYS_SAID.items():
        if day := params.get(name):
            title = sentence % {"title": title, "day": day}
    return title
