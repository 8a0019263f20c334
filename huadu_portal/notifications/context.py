from django.conf import settings
from django.utils.functional import SimpleLazyObject

from huadu_portal.notifications import channels
from huadu_portal.notifications.models import Notification


def portal(request):
    """What the frame of every page shows. Asked for only where it is shown."""

    def unread():
        return Notification.objects.visible_to(request.user).unread().count()

    return {
        "is_demo": settings.DEMO,
        "mail_goes_out": channels.leads_out(channels.Channel.EMAIL),
        "version": settings.VERSION,
        "unread_notifications": SimpleLazyObject(unread),
    }
