"""What messages say, for whom they are, how they go out, and how each reader wants it."""

from huadu_portal.notifications.models.deliveries import UNSENT, Delivery
from huadu_portal.notifications.models.kinds import Kind, title_of
from huadu_portal.notifications.models.messages import Notification
from huadu_portal.notifications.models.preferences import Preference, Topic, When
from huadu_portal.notifications.models.sweeps import Sweep

__all__ = [
    "UNSENT",
    "Delivery",
    "Kind",
    "Notification",
    "Preference",
    "Sweep",
    "Topic",
    "When",
    "title_of",
]
