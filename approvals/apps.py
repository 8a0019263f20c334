from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    name = "approvals"
    verbose_name = _("Approvals")

    def ready(self):
        """The rooms above register with those below what they do for them."""
        # Models can be imported only once all apps are there.
        from approvals.acts import hooks
        from approvals.acts.forms.doors import ACT_FORMS
        from approvals.items.operations.handlers import handled
        from approvals.items.rights import AGAIN
        from approvals.joint.forms import PRE_REVIEW_FORMS
        from approvals.joint.operations.pre_review import leave_case
        from approvals.supervision.forms import PUSH_FORMS
        from approvals.supervision.operations.cards import show_second_correction
        from approvals.supervision.operations.progress import pushing_of
        from approvals.supervision.operations.subjects import SUBJECT_TYPES
        from approvals.supervision.rights import PUSH_AGAIN
        from approvals.vault.operations import tell_officers
        from huadu_portal.accounts import role_records
        from huadu_portal.escalation import subjects
        from projects.operations import scans

        hooks.on_second_correction.append(show_second_correction)
        hooks.on_left_case.append(leave_case)
        hooks.item_panels.append(pushing_of)
        scans.on_infected.append(tell_officers)
        role_records.register(role_records.RoleRecord(handled=handled))
        subjects.register(
            *SUBJECT_TYPES, packaged=Path(__file__).parent / "data/escalation.yaml"
        )
        ACT_FORMS.update(PUSH_FORMS | PRE_REVIEW_FORMS)
        AGAIN.update(PUSH_AGAIN)
