from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    """Django's admin with our own site (site.py), loaded once the models are there."""

    default_site = "huadu_portal.backoffice.site.DeskSite"
