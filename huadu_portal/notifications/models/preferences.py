from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huadu_portal.notifications.models.deliveries import Delivery


class Topic(models.TextChoices):
    """What a message is about, as a reader chooses among them (policy.RULES)."""

    OWED = "owed", _("notices required by law")
    SUPERVISION = "supervision", _("overdue, cards and supervision")
    REMINDERS = "reminders", _("reminders of due dates")
    APPLICATIONS = "applications", _("applications and submissions")
    ANSWERS = "answers", _("progress, opinions and answers")
    PEOPLE = "people", _("people and authorisations")
    SYSTEM = "system", _("running of the portal")


class When(models.TextChoices):
    AT_ONCE = "at_once", _("at once")
    DIGEST = "digest", _("in the morning digest")
    OFF = "off", _("not at all")


class Preference(models.Model):
    """What a person wants otherwise than usual; without a row the policy holds.

    The inbox of the portal keeps everything, whatever is chosen here.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="message_preferences",
        verbose_name=_("reader"),
    )
    topic = models.CharField(_("topic"), max_length=20, choices=Topic)
    channel = models.CharField(_("channel"), max_length=20, choices=Delivery.Channel)
    when = models.CharField(_("when"), max_length=10, choices=When)

    class Meta:
        verbose_name, verbose_name_plural = _("message preference"), _("message preferences")
        ordering = ["topic", "channel"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "topic", "channel"], name="preference_one_per_channel"
            ),
            models.CheckConstraint(
                condition=Q(topic__in=Topic.values), name="preference_topic_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Delivery.Channel.values),
                name="preference_channel_known",
            ),
            models.CheckConstraint(
                condition=Q(when__in=When.values), name="preference_when_known"
            ),
            # Owed notices depend on who reads them: policy.is_bound keeps those.
            models.CheckConstraint(
                condition=~Q(topic="supervision", channel="email"),
                name="preference_supervision_always_mailed",
                violation_error_message=_("Messages of supervision are always sent by e-mail."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()} · {self.get_channel_display()}"
