from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EscalationConfig(AppConfig):
    name = "huadu_portal.escalation"
    verbose_name = _("Reminders and supervision")
