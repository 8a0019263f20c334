from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    name = "approvals"
    verbose_name = _("Approvals")

    def ready(self):
        """The rooms above register with those below what they do for them."""
        # Models can be imported only once all apps are there.
        from approvals.forms.doors import ACT_FORMS
        from approvals.forms.pre_review import PRE_REVIEW_FORMS
        from approvals.forms.pushing import PUSH_FORMS
        from approvals.operations import hooks
        from approvals.operations.cards import show_second_correction
        from approvals.operations.infected import tell_officers
        from approvals.operations.outlook import pushing_of
        from approvals.operations.pre_review import leave_case
        from projects.operations import scans

        hooks.on_second_correction.append(show_second_correction)
        hooks.on_left_case.append(leave_case)
        hooks.item_panels.append(pushing_of)
        scans.on_infected.append(tell_officers)
        ACT_FORMS.update(PUSH_FORMS | PRE_REVIEW_FORMS)
