from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    name = "huadu_portal.papers"
    verbose_name = _("Papers and numbers")
