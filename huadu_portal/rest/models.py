from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

LIFETIME = timedelta(7)


class IdempotencyKeyQuerySet(models.QuerySet):
    def expired(self) -> Self:
        """Keys whose first answer is no longer owed. By the clock that stamped them."""
        return self.filter(created_at__lt=Now() - LIFETIME)


class IdempotencyKey(models.Model):
    """One request and its answer, written in the transaction of what it did."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("user"),
    )
    key = models.CharField(_("idempotency key"), max_length=255)
    method = models.CharField(_("method"), max_length=8)
    path = models.TextField(_("address"))
    digest = models.CharField(_("digest of the body"), max_length=64)
    # Null and empty only inside the transaction that is at work.
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    body = models.TextField(_("answer"), blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("idempotency key"), _("idempotency keys")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="idempotency_key_once_per_user"
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return self.key
