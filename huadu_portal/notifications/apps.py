from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "huadu_portal.notifications"
    verbose_name = _("Messages")

    def ready(self):
        # Models can be imported only once all apps are there.
        from huadu_portal.accounts import erasure, notices, personal_data
        from huadu_portal.notifications.operations import (
            everything_told,
            tell_of_account,
            tell_of_erasure,
            tell_of_erasure_answer,
        )

        notices.on_change.append(tell_of_account)
        erasure.on_asked.append(tell_of_erasure)
        erasure.on_answered.append(tell_of_erasure_answer)
        personal_data.register(personal_data.PersonalRecord(everything_told))
