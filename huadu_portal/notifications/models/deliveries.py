from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huadu_portal.notifications.sealed import unseal
from huadu_portal.ui.choices import ColoredText

# What had no mail server, and can still be sent: not what is erased, nor the parts of a digest,
# which go with it.
UNSENT = Q(state="unsent", digest=None) & ~Q(body="", sealed_body="")


class DeliveryQuerySet(models.QuerySet):
    def due(self, at: datetime) -> Self:
        """What is to be sent, and what a worker took and never finished."""
        return self.filter(
            Q(state=Delivery.State.PENDING, next_attempt_at__lte=at)
            | Q(state=Delivery.State.LEASED, lease_until__lte=at)
        )

    def collected(self) -> Self:
        """What waits for a digest and is in none yet."""
        return self.filter(state=Delivery.State.COLLECTED, digest=None)

    def sealed_before(self, moment: datetime) -> Self:
        """Account mails still holding a text, written up to then."""
        return self.exclude(sealed_body="").filter(created_at__lte=moment)


class Delivery(models.Model):
    """A message on its way through one channel; in the demo, the outbox.

    Of three sorts: of a notification, a digest of several (has a recipient), account mail.
    Rendered when it is written, in the recipient's language, so that sending needs no
    template and the outbox shows exactly what goes out.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        WECOM = "wecom", _("WeCom")
        DINGTALK = "dingtalk", _("DingTalk")
        SMS = "sms", _("text message")
        WEBHOOK = "webhook", _("webhook")

    class State(ColoredText):
        COLLECTED = "collected", "neutral", _("waits for the digest")
        PENDING = "pending", "neutral", _("pending")
        LEASED = "leased", "blue", _("being sent")
        SENT = "sent", "green", _("sent")
        # Outside of the demo, without EMAIL_URL: nobody got it, and it goes out only if
        # somebody sends it again once there is a server (docs/decisions/0004).
        UNSENT = "unsent", "yellow", _("not sent (no mail server)")
        DELIVERED = "delivered", "green", _("delivered")
        SEEN = "seen", "neutral", _("read before the digest")
        DEAD = "dead", "red", _("given up")
        # Whom it would have told has no longer to do with what it is about.
        STOPPED = "stopped", "neutral", _("no longer sent")

    # Null for digests, and for account mail (confirm your address, reset your password).
    notification = models.ForeignKey(
        "notifications.Notification",
        models.CASCADE,
        null=True,
        related_name="deliveries",
        verbose_name=_("notification"),
    )
    # Of a digest only: a message's own recipient is the notification's. Most rows have
    # neither this nor a digest: the indexes are partial, so that acts do not pay for them.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        db_index=False,
        related_name="digests",
        verbose_name=_("recipient"),
    )
    digest_on = models.DateField(_("day of the digest"), null=True)
    # The digest within which it went out, and whose fate it shares.
    digest = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="parts",
        verbose_name=_("morning digest"),
    )
    channel = models.CharField(
        _("channel"), max_length=20, choices=Channel, default=Channel.EMAIL
    )
    to = models.CharField(_("address"), max_length=254)
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("text"))
    # The text of account mail instead, for it holds links that open accounts: encrypted
    # (notifications.sealed), and erased once it is sent or they have ended.
    sealed_body = models.TextField(blank=True, default="", db_default="", editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    # Why the last attempt failed; never anything secret.
    error = models.CharField(
        _("reason of the failure"), max_length=300, blank=True, default="", db_default=""
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("written"))
    next_attempt_at = models.DateTimeField(_("next attempt"))
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("outgoing mail"), _("outgoing mails")
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "channel"], name="delivery_once_per_channel"
            ),
            models.UniqueConstraint(
                fields=["recipient", "channel", "digest_on"],
                name="delivery_one_digest_a_day",
                condition=Q(recipient__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=True, digest_on__isnull=True)
                | Q(
                    recipient__isnull=False,
                    digest_on__isnull=False,
                    notification__isnull=True,
                ),
                name="delivery_digest_has_reader_and_day",
            ),
            # Account mails and digests themselves wait for no digest and are in none.
            models.CheckConstraint(
                condition=Q(notification__isnull=False)
                | Q(digest__isnull=True) & ~Q(state__in=["collected", "seen"]),
                name="delivery_only_messages_are_collected",
            ),
            models.CheckConstraint(
                condition=Q(sealed_body="")
                | Q(notification__isnull=True, recipient__isnull=True, body=""),
                name="delivery_only_account_mail_is_sealed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "delivered"]) | Q(sent_at__isnull=False),
                name="delivery_sent_at_if_sent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="delivery_open",
                condition=Q(state__in=["pending", "leased"]),
            ),
            models.Index(
                fields=["created_at"],
                name="delivery_collected",
                condition=Q(state="collected", digest__isnull=True),
            ),
            models.Index(
                fields=["created_at"],
                name="delivery_sealed",
                condition=~Q(sealed_body=""),
            ),
            models.Index(
                fields=["digest"],
                name="delivery_digest",
                condition=Q(digest__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    @property
    def can_be_sent_again(self) -> bool:
        """It was given up, or had no server; what is in a digest goes with that, and what has
        been erased is gone."""
        has_ended = self.is_given_up or self.is_unsent
        is_there = bool(self.body or self.sealed_body)
        return has_ended and is_there and self.digest_id is None

    @property
    def is_account_mail(self) -> bool:
        return self.notification_id is None and self.recipient_id is None

    @property
    def text(self):
        """What goes out; of account mail nothing is left once it has gone."""
        return unseal(self.sealed_body) if self.sealed_body else self.body

    @property
    def reader(self):
        """Who is meant; of account mail only the address is known."""
        return self.notification.recipient if self.notification else self.recipient

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.PENDING

    @property
    def is_given_up(self) -> bool:
        return self.state == self.State.DEAD

    @property
    def is_unsent(self) -> bool:
        return self.state == self.State.UNSENT

    @property
    def has_failed(self) -> bool:
        """An attempt went wrong, and it is tried again."""
        return self.is_waiting and bool(self.error)
