from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "huadu_portal.notifications"
    verbose_name = _("Messages")

    def ready(self):
        # Models can be imported only once all apps are there.
        from huadu_portal.accounts import notices
        from huadu_portal.notifications.operations import tell_of_account

        notices.on_change.append(tell_of_account)
