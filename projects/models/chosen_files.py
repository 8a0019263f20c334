"""Files that were chosen in a form, until the form is sent."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from huadu_portal.accounts.models import User

# What one person may have chosen and not yet sent: files, and bytes of them.
MOST_CHOSEN, MOST_CHOSEN_BYTES = 60, 500 * 1024 * 1024
# After so long a form that was not sent is forgotten.
KEPT_FOR = timedelta(days=7)


class ChosenFileQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """One's own: nobody else learns what somebody is about to send."""
        return self.filter(chosen_by=user)

    def of_form(self, place: str) -> Self:
        return self.filter(place=place)


class ChosenFile(models.Model):
    """A file that a person has chosen in a form and not yet sent with it.

    So that neither an error of the form nor a session that ends takes it away. It is no material
    of anybody: it becomes one when the form is sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("chosen by"),
    )
    # The form's address, and the name of its field.
    place = models.CharField(max_length=300)
    field = models.CharField(max_length=100)
    file = models.FileField(_("file"), upload_to="chosen/%Y/%m/", max_length=200)
    filename = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    chosen_at = models.DateTimeField(_("chosen"))

    objects = ChosenFileQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("chosen file"), _("chosen files")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["chosen_by", "place"], name="chosen_file_of_form"),
            models.Index(fields=["chosen_at"], name="chosen_file_age"),
        ]

    def __str__(self) -> str:
        return self.filename
