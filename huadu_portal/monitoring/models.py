from django.db import models
from django.utils.translation import gettext_lazy as _

from huadu_portal.notifications.models import Sweep


class Silence(models.Model):
    """A kind of periodic work that has stopped; the row stays as long as that lasts."""

    kind = models.CharField(_("kind"), max_length=20, choices=Sweep.Kind, primary_key=True)
    since = models.DateTimeField(_("silent since"))
    noticed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    # When the fallback last did the work.
    stood_in_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("silent sweep"), _("silent sweeps")
        # Nobody edits it; the status page shows it.
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.since:%F %T}"


class Backup(models.Model):
    """A backup that `manage.py backup` has made; the status page shows the last one."""

    made_at = models.DateTimeField(_("made"))
    files = models.PositiveIntegerField(_("files"))
    size = models.PositiveBigIntegerField(_("bytes"))

    class Meta:
        verbose_name, verbose_name_plural = _("backup"), _("backups")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.made_at:%F %T}"
