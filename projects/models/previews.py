"""Pictures of documents, made by a worker."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models.documents import Document

# Types of documents that have one.
PREVIEWABLE = {"application/pdf", "image/jpeg", "image/png"}


def name_of_preview(preview: "Preview", filename: str) -> str:
    """By the document: a second attempt writes over the first."""
    return f"previews/{preview.document_id.hex[-2:]}/{preview.document_id}.png"


class PreviewQuerySet(models.QuerySet):
    def due(self, at: datetime) -> Self:
        """Waiting, and nobody is at them; what somebody looks for comes first."""
        waiting = self.filter(state=Preview.State.WAITING, due_at__lte=at)
        return waiting.order_by(F("wanted_at").asc(nulls_last=True), "attempts", "due_at")


class Preview(models.Model):
    """The picture of a document's first page, so that nobody opens a stranger's file to judge
    it. Asked for by this row; whoever renders it puts `due_at` off while it does."""

    class State(models.TextChoices):
        WAITING = "waiting", _("to be made")
        READY = "ready", _("made")
        FAILED = "failed", _("cannot be generated")

    document = models.OneToOneField(
        Document,
        models.CASCADE,
        primary_key=True,
        related_name="preview",
        verbose_name=_("document"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.WAITING, editable=False
    )
    file = models.FileField(
        _("file"), upload_to=name_of_preview, max_length=200, blank=True, editable=False
    )
    sha256 = models.CharField(
        "SHA-256", max_length=64, blank=True, default="", db_default="", editable=False
    )
    # Counted before each attempt: one that kills its worker is given up too.
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # When somebody first looked for it in vain.
    wanted_at = models.DateTimeField(_("first found missing"), null=True)
    due_at = models.DateTimeField(_("due to be made"))

    objects = PreviewQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("preview"), _("previews")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="ready") & ~Q(file="") | ~Q(state="ready") & Q(file=""),
                name="preview_file_iff_ready",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state="waiting"), name="preview_waiting"
            ),
        ]

    def __str__(self) -> str:
        return str(self.document)
