from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgentsConfig(AppConfig):
    name = "agents"
    verbose_name = _("Service")

    def ready(self):
        # Models can be imported only once all apps are there.
        from agents import operations
        from huadu_portal.accounts import role_records

        role_records.register(
            role_records.RoleRecord(operations.create_agent_record, operations.held)
        )
        role_records.register(role_records.RoleRecord(held=operations.held_as_chief))
