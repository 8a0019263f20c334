"""Who may do what: the one table of rights. Objects are narrowed by `visible_to`."""

from django.conf import settings
from django.utils.translation import pgettext

from huadu_portal.accounts.models import User

R = User.Role

# The page on which one begins after signing in; for all others it is the staff desk.
START_PAGES: dict[str, str] = {R.ENTERPRISE: "agents:projects", R.LEADER: "dashboard:dashboard"}


def start_page_of(user: User) -> str:
    """The name of its address."""
    return START_PAGES.get(user.role, "admin:index")


ALL_READERS: set[str] = {
    R.WINDOW,
    R.AGENT,
    R.CHIEF_OFFICER,
    R.CENTRE_HEAD,
    R.LEADER,
    R.AUDITOR,
}
OF_A_DEPARTMENT: set[str] = {R.OFFICER, R.DEPARTMENT_HEAD}
# Who answers for a department; the centre's head for the centre's own services.
HEADS: list[str] = [R.DEPARTMENT_HEAD, R.CENTRE_HEAD]
# Who takes in what is sent to a department, as long as no officer has taken it on.
RECEIVING: list[str] = [R.OFFICER, R.WINDOW]

# Django's permission names, so that admin, pages and API ask the same question.
PERMISSIONS: dict[str, set[str]] = {
    # Intake
    "projects.view_application": ALL_READERS,
    "projects.triage_application": {R.WINDOW, R.CENTRE_HEAD},
    # For firms that come to the counter and have no account (docs/decisions/0049).
    "projects.file_application": {R.WINDOW},
    "projects.view_counternotice": ALL_READERS,
    "projects.hand_over_counternotice": {R.WINDOW},
    "projects.view_enterprise": ALL_READERS,
    "projects.agree_membership": {R.WINDOW, R.CENTRE_HEAD},
    "projects.view_membership": {R.WINDOW, R.CENTRE_HEAD, R.AUDITOR},
    "projects.override_credit_code": {R.WINDOW, R.CENTRE_HEAD},
    "projects.view_project": ALL_READERS,
    "projects.edit_project": {R.WINDOW, R.CENTRE_HEAD, R.AGENT},
    "projects.edit_projectcontact": {R.WINDOW, R.CENTRE_HEAD, R.AGENT, R.ENTERPRISE},
    "projects.grade_project": {R.CENTRE_HEAD},
    "projects.halt_project": {R.CENTRE_HEAD},
    "projects.view_document": ALL_READERS | OF_A_DEPARTMENT,
    "projects.share_document": {R.WINDOW, R.AGENT, R.CENTRE_HEAD},
    # Approvals
    "approvals.view_approvalitem": ALL_READERS | OF_A_DEPARTMENT,
    "approvals.receive_approvalitem": {R.WINDOW, R.CENTRE_HEAD} | OF_A_DEPARTMENT,
    "approvals.decide_approvalitem": {R.WINDOW, R.CENTRE_HEAD} | OF_A_DEPARTMENT,
    "approvals.exempt_approvalitem": {R.WINDOW, R.CENTRE_HEAD},
    "approvals.view_approvaltype": ALL_READERS | OF_A_DEPARTMENT | {R.SYSTEM_ADMIN},
    "approvals.change_approvaltype": {R.CENTRE_HEAD, R.SYSTEM_ADMIN},
    "approvals.view_consultation": ALL_READERS | OF_A_DEPARTMENT,
    "approvals.view_certificate": ALL_READERS | OF_A_DEPARTMENT,
    "approvals.view_jointcase": ALL_READERS | OF_A_DEPARTMENT,
    "approvals.view_jointbundle": ALL_READERS | {R.SYSTEM_ADMIN},
    "approvals.add_jointbundle": {R.SYSTEM_ADMIN},
    "approvals.change_jointbundle": {R.SYSTEM_ADMIN},
    "approvals.view_bundledtype": ALL_READERS | {R.SYSTEM_ADMIN},
    "approvals.add_bundledtype": {R.SYSTEM_ADMIN},
    "approvals.change_bundledtype": {R.SYSTEM_ADMIN},
    # Wordings for reasons: a department's head keeps its own, the center's head all.
    "approvals.view_reasontemplate": set(HEADS),
    "approvals.add_reasontemplate": set(HEADS),
    "approvals.change_reasontemplate": set(HEADS),
    "approvals.delete_reasontemplate": set(HEADS),
    "approvals.view_commitment": ALL_READERS | OF_A_DEPARTMENT,
    "approvals.view_stalleditem": ALL_READERS | OF_A_DEPARTMENT,
    "approvals.view_card": ALL_READERS | OF_A_DEPARTMENT,
    "approvals.view_supervisionorder": ALL_READERS | OF_A_DEPARTMENT,
    "approvals.view_orderproposal": ALL_READERS | OF_A_DEPARTMENT,
    "approvals.view_helprequest": ALL_READERS | OF_A_DEPARTMENT,
    # Reminders
    "escalation.view_reminder": ALL_READERS | OF_A_DEPARTMENT,
    "escalation.view_escalationpolicy": ALL_READERS | OF_A_DEPARTMENT | {R.SYSTEM_ADMIN},
    "escalation.change_escalationpolicy": {R.CENTRE_HEAD, R.SYSTEM_ADMIN},
    # Service
    "agents.view_serviceagent": ALL_READERS,
    # Who may be called, who takes how much, who is on duty: whoever hands projects out.
    "agents.change_serviceagent": {R.WINDOW, R.CENTRE_HEAD},
    "agents.assign_serviceagent": {R.WINDOW, R.CENTRE_HEAD},
    "agents.appoint_chief": {R.CENTRE_HEAD, R.LEADER},
    "desk.view_dashboard": ALL_READERS | {R.DEPARTMENT_HEAD},
    # Administration, three persons apart
    "notifications.view_delivery": {R.SYSTEM_ADMIN},
    "notifications.retry_delivery": {R.SYSTEM_ADMIN},
    "workdays.view_publishedyear": {R.SYSTEM_ADMIN, R.WINDOW, R.CENTRE_HEAD},
    "workdays.view_specialday": {R.SYSTEM_ADMIN, R.WINDOW, R.CENTRE_HEAD},
    "workdays.change_specialday": {R.SYSTEM_ADMIN},
    "workdays.view_calendarchange": {R.SYSTEM_ADMIN, R.AUDITOR},
    "desk.view_status": {R.SYSTEM_ADMIN, R.AUDITOR, R.CENTRE_HEAD},
    "desk.view_start": {R.SYSTEM_ADMIN, R.SECURITY_ADMIN, R.AUDITOR, R.CENTRE_HEAD},
    "accounts.view_department": {R.SYSTEM_ADMIN, R.SECURITY_ADMIN},
    "accounts.change_department": {R.SYSTEM_ADMIN},
    "accounts.view_user": {R.SECURITY_ADMIN, R.AUDITOR},
    "accounts.add_user": {R.SECURITY_ADMIN},
    "accounts.change_user": {R.SECURITY_ADMIN},
    "accounts.view_erasurerequest": {R.SECURITY_ADMIN, R.AUDITOR},
    "admin.view_logentry": {R.AUDITOR},
}
# Besides, in the demonstration, which sends nothing and whose password everybody knows.
DEMO_PERMISSIONS: dict[str, set[str]] = {
    "notifications.read_account_mail": {R.SYSTEM_ADMIN},
}


def holders_of(permission: str) -> set[str]:
    demo = DEMO_PERMISSIONS if settings.DEMO else {}
    return PERMISSIONS.get(permission) or demo.get(permission, set())


def permissions_of(user: User) -> set[str]:
    return {name for name in PERMISSIONS | DEMO_PERMISSIONS if user.role in holders_of(name)}


def security_administrators(but: User | None = None) -> str:
    """By name, those who give and take roles; "" where there is none."""
    people = User.objects.filter(role=R.SECURITY_ADMIN, is_active=True)
    if but:
        people = people.exclude(pk=but.pk)
    return pgettext("between names", ", ").join(map(str, people.order_by("name", "username")))


def roles_with(name: str) -> list[str]:
    """Whom to ask for something one may not do oneself, in words."""
    return [str(role.label) for role in R if role in PERMISSIONS[name]]
