from django.apps import AppConfig
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


class EscalationConfig(AppConfig):
    name = "huadu_portal.escalation"
    verbose_name = capfirst(_("reminders"))
