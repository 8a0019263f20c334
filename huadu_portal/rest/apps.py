from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RestConfig(AppConfig):
    name = "huadu_portal.rest"
    verbose_name = _("Programming interface")
