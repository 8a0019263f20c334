from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from huadu_portal import database_waits


class DeskConfig(AppConfig):
    name = "huadu_portal.desk"
    verbose_name = _("Desk")

    def ready(self):
        database_waits.install()
