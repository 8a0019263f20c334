from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("Projects and applications")

    def ready(self):
        # Models can be imported only once all apps are there.
        from huadu_portal.escalation import subjects
        from projects.choices import Grade
        from projects.operations.subjects import ApplicationSubject, PauseSubject

        subjects.register_grades(Grade.choices)
        subjects.register(
            ApplicationSubject(),
            PauseSubject(),
            packaged=Path(__file__).parent / "data/escalation.yaml",
        )
