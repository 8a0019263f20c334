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
        from approvals.acts.acts import ACTS
        from approvals.catalogue import hooks as of_catalogue
        from approvals.items.events import EVENTS
        from approvals.items.operations.handlers import handled, keys_of_items
        from approvals.items.operations.type_versions import effects_of, keep_as_received
        from approvals.items.rights import ITEM_ACTS
        from approvals.joint.acts import PRE_REVIEW_ACTS
        from approvals.joint.operations.cases import keys_of_cases
        from approvals.joint.operations.pre_review import leave_case
        from approvals.supervision.acts import FOLLOW_UPS
        from approvals.supervision.operations.cards import show_second_correction
        from approvals.supervision.operations.progress import pushing_of
        from approvals.supervision.operations.subjects import SUBJECT_TYPES
        from approvals.vault.operations import warn_officers
        from huadu_portal.accounts import role_records
        from huadu_portal.escalation import subjects
        from projects.operations import memberships, scans

        of_catalogue.before_first_version.append(keep_as_received)
        of_catalogue.effects.append(effects_of)
        hooks.on_second_correction.append(show_second_correction)
        hooks.on_left_case.append(leave_case)
        hooks.item_panels.append(pushing_of)
        scans.on_infected.append(warn_officers)
        memberships.things_of.extend([keys_of_items, keys_of_cases])
        role_records.register(role_records.RoleRecord(handled=handled))
        # In the order in which their buttons stand.
        acts = [*PRE_REVIEW_ACTS, *ACTS, *FOLLOW_UPS]
        ITEM_ACTS.add(*acts)
        EVENTS.update({act.name: act for act in acts})
        subjects.register(
            *SUBJECT_TYPES, packaged=Path(__file__).parent / "data/escalation.yaml"
        )
