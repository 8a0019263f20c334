"""How the staff desk looks and what its menu offers. Read by settings: imports no models."""

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


def no_inline_colours(request):
    """Ours are in desk.css: the policy of our pages knows no inline style."""
    return {}


def environment(request):
    return [_("Demo"), "warning"] if settings.DEMO else None


def entry(title, icon, address, permission=None):
    """`address`: a page of the desk, or with its app one of the portal."""
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(address if ":" in address else f"admin:{address}"),
        "right": permission,
    }


MENU = [
    (
        None,
        [entry(_("My work today"), "today", "index")],
    ),
    (
        _("Intake"),
        [
            entry(
                capfirst(_("applications")),
                "inbox",
                "projects_application_changelist",
                "projects.view_application",
            ),
            entry(
                capfirst(_("enterprises")),
                "apartment",
                "projects_enterprise_changelist",
                "projects.view_enterprise",
            ),
            entry(
                capfirst(_("requests to act for an enterprise")),
                "group_add",
                "projects_membership_changelist",
                "projects.view_membership",
            ),
        ],
    ),
    (
        _("Projects and approvals"),
        [
            entry(
                _("Projects of the district"),
                "factory",
                "projects_project_changelist",
                "projects.view_project",
            ),
            entry(
                _("Approval items"),
                "task",
                "approvals_approvalitem_changelist",
                "approvals.view_approvalitem",
            ),
            entry(
                _("Joint cases"),
                "join_inner",
                "approvals_jointcase_changelist",
                "approvals.view_jointcase",
            ),
            entry(
                capfirst(_("consultations")),
                "forum",
                "approvals:consultations",
                "approvals.view_consultation",
            ),
            entry(
                capfirst(_("certificates")),
                "verified",
                "approvals_certificate_changelist",
                "approvals.view_certificate",
            ),
            entry(
                capfirst(_("commitments")),
                "handshake",
                "approvals_commitment_changelist",
                "approvals.view_commitment",
            ),
            entry(
                capfirst(_("stalled items")),
                "hourglass_disabled",
                "approvals_stalleditem_changelist",
                "approvals.view_stalleditem",
            ),
            entry(
                capfirst(_("supervision orders")),
                "gavel",
                "approvals_supervisionorder_changelist",
                "approvals.view_supervisionorder",
            ),
            entry(
                capfirst(_("proposed supervision orders")),
                "rule",
                "approvals_orderproposal_changelist",
                "approvals.view_orderproposal",
            ),
            entry(
                capfirst(_("requests for coordination")),
                "diversity_3",
                "approvals_helprequest_changelist",
                "approvals.view_helprequest",
            ),
            entry(
                capfirst(_("cards")),
                "style",
                "approvals_card_changelist",
                "approvals.view_card",
            ),
            entry(
                _("Cards by department"),
                "leaderboard",
                "approvals_card_scoreboard",
                "approvals.view_card",
            ),
            entry(
                capfirst(_("reminders")),
                "notifications_active",
                "escalation_reminder_changelist",
                "escalation.view_reminder",
            ),
            entry(
                capfirst(_("service agents")),
                "support_agent",
                "agents_serviceagent_changelist",
                "agents.view_serviceagent",
            ),
        ],
    ),
    (
        _("Reference"),
        [
            entry(
                _("Catalogue of approvals"),
                "menu_book",
                "approvals_approvaltype_changelist",
                "approvals.view_approvaltype",
            ),
            entry(
                capfirst(_("joint bundles")),
                "inventory_2",
                "approvals_jointbundle_changelist",
                "approvals.view_jointbundle",
            ),
            entry(
                capfirst(_("reason templates")),
                "quick_phrases",
                "approvals_reasontemplate_changelist",
                "approvals.view_reasontemplate",
            ),
            entry(
                _("Ladders of reminders"),
                "stairs",
                "escalation_escalationpolicy_changelist",
                "escalation.view_escalationpolicy",
            ),
            entry(
                _("Working-day calendar"),
                "calendar_month",
                "workdays_publishedyear_changelist",
                "workdays.view_publishedyear",
            ),
            entry(
                capfirst(_("departments")),
                "account_balance",
                "accounts_department_changelist",
                "accounts.view_department",
            ),
        ],
    ),
    (
        _("Administration"),
        [
            entry(
                _("Accounts"),
                "manage_accounts",
                "accounts_user_changelist",
                "accounts.view_user",
            ),
            entry(
                capfirst(_("erasure requests")),
                "person_remove",
                "accounts_erasurerequest_changelist",
                "accounts.view_erasurerequest",
            ),
            entry(
                _("Outbox"),
                "outgoing_mail",
                "notifications_delivery_changelist",
                "notifications.view_delivery",
            ),
            entry(_("System status"), "monitor_heart", "status", "desk.view_status"),
            entry(
                capfirst(_("calendar changes")),
                "edit_calendar",
                "workdays_calendarchange_changelist",
                "workdays.view_calendarchange",
            ),
            entry(
                _("Audit log"),
                "history",
                "admin_logentry_changelist",
                "admin.view_logentry",
            ),
        ],
    ),
]


def _entry_of(path):
    """The address of the entry that a page belongs to; the start page is above all of them."""
    start, *links = [str(item["link"]) for _title, entries in MENU for item in entries]
    if path == start:
        return start
    return max((link for link in links if path.startswith(link)), key=len, default="")


def menu(request):
    """What this person may open; a group without entries is left out.

    One entry is lit: of two addresses that the page's begins with, the longer one's.
    """
    here, groups = _entry_of(request.path), []
    for title, entries in MENU:
        open_to = [
            {key: value for key, value in item.items() if key != "right"}
            | {"active": str(item["link"]) == here}
            for item in entries
            if item["right"] is None or request.user.has_perm(item["right"])
        ]
        if open_to:
            groups.append({"title": title, "separator": bool(title), "items": open_to})
    return groups


UNFOLD = {
    "SITE_TITLE": _("Huadu District Industrial Project Service Center · Staff desk"),
    "SITE_HEADER": _("Staff desk"),
    "SITE_SUBHEADER": _("Huadu District Industrial Project Service Center"),
    "SITE_SYMBOL": "apartment",
    "SITE_URL": "/",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("img/logo.svg"),
        }
    ],
    "THEME": "light",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": True,
    "COLORS": no_inline_colours,
    "ENVIRONMENT": environment,
    "STYLES": [lambda request: static("css/desk.css")],
    "SCRIPTS": [
        lambda request: static("js/desk.js"),
        lambda request: static("js/reasons.js"),
        lambda request: static("js/keys.js"),
    ],
    "ACCOUNT": {
        "navigation": [
            {"title": _("Change password"), "link": reverse_lazy("account_change_password")},
            {"title": capfirst(_("second factor")), "link": reverse_lazy("mfa_index")},
            {
                "title": _("Signed-in devices and access tokens"),
                "link": reverse_lazy("account_access"),
            },
            {
                "title": _("Notification settings"),
                "link": reverse_lazy("notifications:preferences"),
            },
        ]
    },
    "SIDEBAR": {"show_search": False, "navigation": menu},
}
