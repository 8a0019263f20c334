from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EscalationConfig(AppConfig):
    name = "huadu_portal.escalation"
    verbose_name = _("Reminders and supervision")

    def ready(self):
        # Models can be imported only once all apps are there.
        from huadu_portal.escalation import subjects
        from huadu_portal.escalation.erasures import ErasureSubject

        subjects.register(
            ErasureSubject(), packaged=Path(__file__).parent / "data/escalation.yaml"
        )
