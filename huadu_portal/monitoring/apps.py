from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from huadu_portal import database_waits


class MonitoringConfig(AppConfig):
    name = "huadu_portal.monitoring"
    # What is stored names it so: tables, migrations, rights (docs/decisions/0035).
    label = "desk"
    verbose_name = _("Desk")

    def ready(self):
        database_waits.install()
