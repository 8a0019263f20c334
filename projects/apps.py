from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("Projects and applications")

    def ready(self):
        # Models can be imported only once all apps are there.
        from huadu_portal.accounts import personal_data
        from huadu_portal.escalation import subjects
        from projects.choices import Grade
        from projects.operations import personal
        from projects.operations.subjects import (
            ApplicationSubject,
            ClaimSubject,
            PauseSubject,
        )

        subjects.register_grades(Grade.choices)
        record = personal_data.PersonalRecord(
            personal.of_projects, personal.firms_without_another, personal.leave_all_firms
        )
        personal_data.register(record)
        subjects.register(
            ApplicationSubject(),
            PauseSubject(),
            ClaimSubject(),
            packaged=Path(__file__).parent / "data/escalation.yaml",
        )
