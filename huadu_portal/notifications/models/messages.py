import re
from typing import Self
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Func, Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from huadu_portal.accounts.models import User
from huadu_portal.notifications.models.kinds import Kind, kinds, title_of


class NotificationQuerySet(models.QuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Nobody reads another's messages."""
        return self.filter(recipient=user) if user.is_authenticated else self.none()

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def about(self, subject_id: UUID) -> Self:
        """Everybody's messages about one thing, for staff who have found it by its own
        `visible_to`."""
        return self.filter(subject_id=subject_id)

    def saying(self, words: str) -> Self:
        """With these words in the sentence or in a name that is put into it."""
        kinds = [kind for kind in Kind if words.lower() in bare(kind.label).lower()]
        names = Func("params", function="jsonb_path_query_array", template=VALUES)
        found = self.annotate(names=Cast(names, TextField()))
        return found.filter(Q(names__icontains=words) | Q(kind__in=kinds))


# Not the keys, which are no words of ours to a reader, nor what the inbox does not show.
VALUES = "%(function)s(%(expressions)s, '$.keyvalue() ? (@.key != \"note\").value')"


def bare(sentence):
    """Without the places that names are put into."""
    return re.sub(r"%\(\w+\)s", "", str(sentence))


class Notification(models.Model):
    """One message for one person, written in the transaction that caused it.

    Nothing deletes one: a notice that is owed by law can always be read again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="notifications",
        verbose_name=_("recipient"),
    )
    kind = models.CharField(_("kind"), max_length=40, choices=kinds)
    # Names to put into the title; a name in English stands under its key + "_en". Beside
    # them, under "note", what a person wrote in the act, as short as the digest quotes it.
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=200)
    # Names the event and its epoch: a repeated event tells once, a redone one again.
    event_key = models.CharField(max_length=160)
    # The item it is about. Of another app, and only asked for: no foreign key.
    subject_id = models.UUIDField(null=True, editable=False)
    created_at = models.DateTimeField(_("sent"))
    read_at = models.DateTimeField(_("read"), null=True, editable=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("notification"), _("notifications")
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "event_key"], name="notification_once_per_event"
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notification_inbox"),
            models.Index(
                fields=["recipient"],
                name="notification_unread",
                condition=Q(read_at__isnull=True),
            ),
            models.Index(
                fields=["subject_id", "-created_at"],
                name="notification_subject",
                condition=Q(subject_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self):
        """The message in the reader's language."""
        return title_of(self.kind, self.params)

    @property
    def quote(self):
        return self.params.get("note", "")
