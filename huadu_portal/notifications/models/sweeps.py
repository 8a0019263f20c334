from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sweep(models.Model):
    """When a periodic act last came to its end: one row per kind, for the status page."""

    class Kind(models.TextChoices):
        DELIVER = "deliver", _("sending what is due")
        DIGESTS = "digests", _("morning digests")
        REMIND = "remind", _("reminders")
        CALENDAR = "calendar", _("checking for the next calendar")
        STRAYS = "strays", _("clearing away stray files")
        SCANS = "scans", _("checking files for viruses")
        SILENCE = "silence", _("silence past a limit")
        PAPERS = "papers", _("setting official papers")
        PREVIEWS = "previews", _("previews of documents")
        HEADS = "heads", _("daily heads of the history")
        EXPIRED = "expired", _("removing what has expired")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, primary_key=True)
    finished_at = models.DateTimeField(_("finished"))

    class Meta:
        verbose_name, verbose_name_plural = _("sweep"), _("sweeps")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.finished_at:%F %T}"

    @classmethod
    def record(cls, kind: str, at: datetime) -> None:
        cls.objects.update_or_create(kind=kind, defaults={"finished_at": at})
