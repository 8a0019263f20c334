"""What stands between a new installation and its first application: the start checklist.

`start_facts.py` has read the database; `sections` judges what it found and reads
nothing but the settings.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from huadu_portal.accounts.models import User
from huadu_portal.accounts.roles import HEADS, RECEIVING
from huadu_portal.backoffice.start_facts import Facts
from huadu_portal.escalation import subjects

R = User.Role
# From this month on the State Council's notice of the next year is awaited.
NOVEMBER = 11
ACCOUNTS = {"page": "accounts_user_changelist", "right": "accounts.add_user"}
AGENTS = {"page": "agents_serviceagent_changelist", "right": "agents.change_serviceagent"}
CALENDAR = {"page": "workdays_publishedyear_changelist", "right": "workdays.change_specialday"}
STATUS = {"page": "status", "right": "desk.view_status"}


@dataclass(frozen=True)
class ChecklistPoint:
    """One thing to be done; `is_done` is None where it is optional."""

    label: str
    sentence: str
    is_done: bool | None
    # A page of the desk and the right to do it there; "" for whoever runs the machine.
    page: str = ""
    right: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    points: list[ChecklistPoint]


def sections(known: Facts) -> list[Section]:
    return [
        Section(_("Administrators"), [*_administrators(known), _second_factor(known)]),
        Section(_("People of the center"), _centre(known)),
        Section(capfirst(_("departments")), _departments(known)),
        Section(_("Reference data"), [_catalogue(known), _calendar(known)]),
        Section(_("Messages"), [_mail(known), _sender()]),
        Section(_("Machine"), [_sweeps(known), *addresses()]),
    ]


def essentials(known: Facts) -> list[ChecklistPoint]:
    """What the installation itself has to bring, before any member of staff signs in."""
    return [
        *_administrators(known, can_sign_in=False),
        _second_factor_demanded(),
        _catalogue(known),
        _calendar(known),
        _sender(),
        *addresses(),
    ]


def missing_points(found: Iterable[Section]) -> list[ChecklistPoint]:
    return [point for section in found for point in section.points if point.is_done is False]


def _administrators(known: Facts, *, can_sign_in: bool = True) -> Iterable[ChecklistPoint]:
    """Three persons; the first of each come with `manage.py setup`.

    `can_sign_in`: a password must have been set; otherwise the account is enough.
    """
    for role in (R.SYSTEM_ADMIN, R.SECURITY_ADMIN, R.AUDITOR):
        none = _("None yet: manage.py setup makes the first.")
        count = known.count(role)
        if not can_sign_in:
            count += known.waiting(role)
        yield ChecklistPoint(
            str(role.label), _counted(known, role, count, none), count > 0, **ACCOUNTS
        )


def _counted(known: Facts, role: R, count: int, without: str) -> str:
    if count:
        return ngettext("%(count)s account", "%(count)s accounts", count) % {"count": count}
    waiting = known.waiting(role)
    said = ngettext(
        "%(count)s account, no password set yet: the link can be sent again.",
        "%(count)s accounts, no password set yet: the link can be sent again.",
        waiting,
    )
    return said % {"count": waiting} if waiting else without


def _second_factor(known: Facts) -> ChecklistPoint:
    without_factor = sum(group.without_factor for group in known.staff)
    demanded = _second_factor_demanded()
    if not demanded.is_done:
        return demanded
    label = demanded.label
    if not without_factor:
        return ChecklistPoint(label, _("Every staff account has one."), True, **ACCOUNTS)
    said = ngettext(
        "%(count)s staff account has none yet: it is set up at the first sign-in.",
        "%(count)s staff accounts have none yet: it is set up at the first sign-in.",
        without_factor,
    )
    return ChecklistPoint(label, said % {"count": without_factor}, False, **ACCOUNTS)


def _second_factor_demanded() -> ChecklistPoint:
    label = capfirst(_("second factor"))
    if settings.SECOND_FACTOR_REQUIRED:
        return ChecklistPoint(label, _("Staff can sign in only with a second factor."), True)
    said = _("Not required here (SECOND_FACTOR=optional): staff need a password only.")
    return ChecklistPoint(label, said, False)


def _centre(known: Facts) -> list[ChecklistPoint]:
    return [
        _someone(known, R.WINDOW, _("No one can take on applications.")),
        _someone(known, R.CENTRE_HEAD, _("No one can decide on appeals against cards.")),
        _agents(known),
        _someone(
            known, R.LEADER, _("No district leader is notified of items stalled for long.")
        ),
        _someone(
            known, R.CHIEF_OFFICER, _("Key projects have no chief service officer yet."), None
        ),
    ]


def _someone(
    known: Facts, role: R, without: str, needed: bool | None = False
) -> ChecklistPoint:
    count = known.count(role)
    said = _counted(known, role, count, without)
    return ChecklistPoint(str(role.label), said, bool(count) or needed, **ACCOUNTS)


def _agents(known: Facts) -> ChecklistPoint:
    label = str(R.AGENT.label)
    if not known.agents and not known.agents_without_record:
        none = _("No application can be taken on: no service agent is available.")
        return ChecklistPoint(label, _counted(known, R.AGENT, 0, none), False, **ACCOUNTS)
    if known.agents_without_record:
        said = ngettext(
            "%(count)s account cannot be assigned yet: confirm its role.",
            "%(count)s accounts cannot be assigned yet: confirm their role.",
            known.agents_without_record,
        )
        return ChecklistPoint(
            label, said % {"count": known.agents_without_record}, False, **ACCOUNTS
        )
    if known.agents_without_phone:
        said = ngettext(
            "%(count)s service agent has no telephone number for enterprises.",
            "%(count)s service agents have no telephone number for enterprises.",
            known.agents_without_phone,
        )
        return ChecklistPoint(
            label, said % {"count": known.agents_without_phone}, False, **AGENTS
        )
    said = ngettext("%(count)s can be assigned", "%(count)s can be assigned", known.agents)
    return ChecklistPoint(label, said % {"count": known.agents}, True, **AGENTS)


def _departments(known: Facts) -> list[ChecklistPoint]:
    """Of those that decide on something; the centre's own items are the window's."""
    return [
        _in_each_department(
            known,
            RECEIVING,
            _("Officers"),
            _("None can sign in at %(count)s of %(all)s departments: %(names)s"),
        ),
        _in_each_department(
            known,
            HEADS,
            _("Heads of departments"),
            _("%(count)s of %(all)s departments have none who can sign in: %(names)s"),
        ),
    ]


def _in_each_department(
    known: Facts, roles: list[str], label: str, lacking: str
) -> ChecklistPoint:
    without, all_of_them = known.departments_without(*roles), len(known.departments)
    if not known.departments:
        return ChecklistPoint(label, _("The catalogue names no department yet."), False)
    if not without:
        said = _("in all %(count)s departments") % {"count": all_of_them}
        return ChecklistPoint(label, said, True, **ACCOUNTS)
    shown = {
        "count": len(without),
        "all": all_of_them,
        "names": _listed(without),
    }
    return ChecklistPoint(label, lacking % shown, False, **ACCOUNTS)


def _catalogue(known: Facts) -> ChecklistPoint:
    courses = {course.code for course in subjects.courses()}
    label = _("Catalogue and ladders")
    if not known.types or courses - known.courses:
        return ChecklistPoint(label, _("Not complete: run manage.py setup."), False)
    shown = {"types": known.types, "ladders": len(courses)}
    said = _("%(types)s approvals, %(ladders)s ladders of reminders") % shown
    return ChecklistPoint(label, said, True)


def _calendar(known: Facts) -> ChecklistPoint:
    label, this = _("Working-day calendar"), known.today.year
    awaited = {this, this + 1} if known.today.month >= NOVEMBER else {this}
    if lacking := sorted(awaited - known.years):
        years = _listed(lacking)
        said = _(
            "The notice for %(years)s has not been loaded: due dates in that period are "
            "provisional."
        )
        return ChecklistPoint(label, said % {"years": years}, False, **CALENDAR)
    years = _listed(sorted(awaited))
    return ChecklistPoint(label, _("loaded: %(years)s") % {"years": years}, True, **CALENDAR)


def _mail(known: Facts) -> ChecklistPoint:
    label = _("Mail server")
    if not settings.MAIL_GOES_OUT:
        said = _(
            "Not set (EMAIL_URL): no mail is sent, and links for setting a password cannot be "
            "delivered."
        )
        return ChecklistPoint(label, said, False)
    outbox = {
        "page": "notifications_delivery_changelist",
        "right": "notifications.view_delivery",
    }
    if known.unsent:
        said = ngettext(
            "Set; %(count)s earlier mail was not sent and can be sent from the outbox.",
            "Set; %(count)s earlier mails were not sent and can be sent from the outbox.",
            known.unsent,
        )
        return ChecklistPoint(label, said % {"count": known.unsent}, None, **outbox)
    if not known.has_sent:
        return ChecklistPoint(label, _("Set, but no mail has been sent yet."), None, **outbox)
    return ChecklistPoint(label, _("Mails are sent."), True, **outbox)


def _sender() -> ChecklistPoint:
    label, sender = _("Sender address"), settings.DEFAULT_FROM_EMAIL
    if sender.rstrip(">").endswith(".example"):
        said = _("%(address)s is only an example: set MAIL_FROM.") % {"address": sender}
        return ChecklistPoint(label, said, False)
    return ChecklistPoint(label, sender, True)


def _sweeps(known: Facts) -> ChecklistPoint:
    label = capfirst(_("sweeps"))
    if not known.late_sweeps:
        return ChecklistPoint(
            label, _("Reminders, mail and papers are being processed."), True, **STATUS
        )
    said = _(
        "Not running: %(names)s. Please check that worker, beat and sweeper have been started."
    )
    return ChecklistPoint(label, said % {"names": _listed(known.late_sweeps)}, False, **STATUS)


def addresses() -> list[ChecklistPoint]:
    """How people reach us."""
    url = urlsplit(settings.SITE_URL)
    is_ours = url.hostname not in {None, "localhost", "127.0.0.1"}
    elsewhere = _("%(url)s can only be reached from this machine: set SITE_URL.")
    secure = settings.HTTPS and url.scheme == "https"
    return [
        ChecklistPoint(
            _("Address of the portal"),
            settings.SITE_URL if is_ours else elsewhere % {"url": settings.SITE_URL},
            is_ours,
        ),
        ChecklistPoint(
            "HTTPS",
            _("Passwords are transmitted encrypted.")
            if secure
            else _(
                "Passwords are transmitted unencrypted: set HTTPS=1, and a SITE_URL with https."
            ),
            secure,
        ),
    ]


def _listed(words: Iterable[object]) -> str:
    return pgettext("between names", ", ").join(map(str, words))
