"""Running numbers, and the official papers that carry them."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class Counter(models.Model):
    """The last number given out, per kind of number and period. See numbers.py."""

    kind = models.CharField(_("kind"), max_length=40)
    period = models.CharField(_("period"), max_length=16)
    last = models.PositiveIntegerField(_("last number"))

    class Meta:
        verbose_name, verbose_name_plural = _("counter"), _("counters")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "period"], name="counter_once_per_kind_and_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period}: {self.last}"


class PaperKind(models.TextChoices):
    RECEIPT = "receipt", _("receipt of an item")
    ACCEPTANCE = "acceptance", _("notice of acceptance")
    CORRECTION = "correction", _("one-time notice of correction")
    DECLINE = "decline", _("notice of non-acceptance")
    SUSPENSION = "suspension", _("notice of a special procedure")
    RESUMPTION = "resumption", _("notice of resumption")
    EXTENSION = "extension", _("notice of extension")
    GRANT = "grant", _("notice of a favourable decision")
    REFUSAL = "refusal", _("notice of refusal")
    DELIVERY = "delivery", _("record of delivery")
    WITHDRAWAL = "withdrawal", _("notice of withdrawal")
    JOINT_CASE = "joint_case", _("notice of joint handling")
    JOINT_SUMMARY = "joint_summary", _("summary of pre-review opinions")
    MANDATE = "mandate", _("letter of agency")
    APPLICATION_RECEIPT = "application_receipt", _("receipt of an application")
    MATERIALS = "materials", _("list of materials to be supplied")


def name_of_file(paper, _given):
    return f"papers/{paper.issued_at:%Y}/{paper.pk}.pdf"


class Paper(models.Model):
    """An official paper: a row first, with its number and all it says; its PDF follows.

    The PDF is set once from `data`, kept with its SHA-256 and never set again. A trigger
    refuses every other change.
    """

    Kind = PaperKind

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("paper number"), max_length=40, unique=True, editable=False)
    kind = models.CharField(_("kind of paper"), max_length=20, choices=PaperKind)
    title = models.CharField(_("title"), max_length=200)
    recipient = models.CharField(_("recipient"), max_length=200)
    # Official papers are in Chinese (国家通用语言文字法第9条); a courtesy copy may not be.
    language = models.CharField(_("language"), max_length=10, default="zh")
    issued_at = models.DateTimeField(_("issued at"))
    # What the typesetter is given, whole: a later change of wording changes no paper.
    data = models.JSONField(editable=False)
    data_sha256 = models.CharField(max_length=64, editable=False)
    file = models.FileField(_("file"), upload_to=name_of_file, blank=True, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)
    size = models.PositiveIntegerField(_("size"), null=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("official paper"), _("official papers")
        ordering = ["issued_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file="", sha256="", size__isnull=True)
                | ~Q(file="") & ~Q(sha256="") & Q(size__isnull=False),
                name="paper_file_with_digest_and_size",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="paper_not_yet_set", condition=Q(sha256="")),
            models.Index(fields=["sha256"], name="paper_digest", condition=~Q(sha256="")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        """Where anybody may check it; the paper itself is handed out elsewhere."""
        return reverse("verify_paper", args=[self.pk])

    @property
    def is_set(self) -> bool:
        return bool(self.sha256)

    @property
    def check_code(self):
        """校验码, printed on the paper: the first sixteen digits of what it says."""
        return " ".join(self.data_sha256[n : n + 4] for n in range(0, 16, 4))

    @property
    def masked_recipient(self):
        """The first two and the last two characters, for readers who may not be of the firm."""
        name = self.recipient
        if len(name) <= 4:
            return f"{name[:1]}***"
        return f"{name[:2]}****{name[-2:]}"
