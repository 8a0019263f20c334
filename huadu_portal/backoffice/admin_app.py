from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    """Django's admin with our own site (site.py), loaded once the models are there."""

    default_site = "huadu_portal.backoffice.site.DeskSite"

    def ready(self):
        from huadu_portal.dashboard.worklist_neighbours import neighbours_in_worklist
        from huadu_portal.ui import neighbours

        super().ready()
        neighbours.register(neighbours_in_worklist)
