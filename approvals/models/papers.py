"""Which official papers belong to which item and which project. Append-only, as they are."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models.items import ApprovalItem
from huadu_portal.papers.models import Paper
from projects.models import Project


class ItemPaper(models.Model):
    """A paper issued by an act on an item."""

    item = models.ForeignKey(ApprovalItem, models.PROTECT, related_name="papers")
    paper = models.OneToOneField(
        Paper, models.PROTECT, related_name="of_item", verbose_name=_("official paper")
    )
    # ItemEvent.number of the event it tells of.
    event_number = models.PositiveIntegerField(_("event"))

    class Meta:
        verbose_name, verbose_name_plural = _("paper of an item"), _("papers of items")
        ordering = ["pk"]

    def __str__(self):
        return str(self.paper)


class ProjectPaper(models.Model):
    """A paper about a project as a whole: joint handling, agency, all that is missing."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="papers")
    paper = models.OneToOneField(
        Paper, models.PROTECT, related_name="of_project", verbose_name=_("official paper")
    )
    # Of which case, if it is about joint handling.
    joint_case = models.ForeignKey(
        "JointCase",
        models.PROTECT,
        null=True,
        related_name="papers",
        verbose_name=_("joint case"),
    )

    class Meta:
        verbose_name, verbose_name_plural = _("paper of a project"), _("papers of projects")
        ordering = ["pk"]

    def __str__(self):
        return str(self.paper)
