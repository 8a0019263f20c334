"""The material vault."""

from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from huadu_portal.accounts.models import User
from huadu_portal.routes import address
from huadu_portal.ui.choices import ColoredText
from projects.material_names import in_english
from projects.models.applications import Application
from projects.models.columns import person_field
from projects.models.enterprises import Enterprise
from projects.models.projects import Project


class MaterialScope(models.TextChoices):
    """What a material of a kind is good for, once it is there."""

    ENTERPRISE = "enterprise", _("all projects of the enterprise")
    PROJECT = "project", _("one project")
    # Application forms and pledges: made out anew for each approval.
    ITEM = "item", _("one approval")


class DocumentSource(ColoredText):
    """How a material came into the vault."""

    VAULT = "vault", "neutral", _("uploaded by the enterprise")
    APPLICATION = "application", "neutral", _("submitted with the application")
    ITEM = "item", "neutral", _("submitted for an approval")
    DELIVERED = "delivered", "blue", _("delivered by a department")
    SHARED = "shared", "purple", _("shared by government")


class Scan(ColoredText):
    """What the virus scanner has said of a file."""

    UNSCANNED = "unscanned", "yellow", _("not checked for viruses yet")
    CLEAN = "clean", "green", _("no virus found")
    INFECTED = "infected", "red", _("virus found")
    # Or packed so deeply: more than the scanner is set up to read.
    TOO_LARGE = "too_large", "yellow", _("too large for the virus scanner")


# Still to be judged.
UNJUDGED = [Scan.UNSCANNED, Scan.TOO_LARGE]


class Validity(ColoredText):
    """How long a material is still good for, in calendar days from today."""

    UNLIMITED = "unlimited", "neutral", _("without end")
    LATER = "later", "green", _("valid for more than 90 days")
    IN_90 = "90", "yellow", _("expires within 90 days")
    IN_30 = "30", "yellow", _("expires within 30 days")
    EXPIRED = "expired", "red", _("expired")


# When a firm is warned that a material is about to expire.
SOON, LATER = timedelta(days=30), timedelta(days=90)
# Of these the firm itself says how long they are valid; a department's own word stands.
OF_THE_FIRM = [DocumentSource.VAULT, DocumentSource.APPLICATION, DocumentSource.ITEM]


class MaterialKind(models.Model):
    """A kind of material, asked for by approval types under this name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200, unique=True)
    # Of one that was added at the desk; of packaged ones empty (projects/data/material_names.yaml).
    name_en = models.CharField(
        _("English name"), max_length=200, blank=True, default="", db_default=""
    )
    # Asked for with the application itself; the rest when an item needs it.
    with_application = models.BooleanField(_("with the application"), default=False)
    is_required = models.BooleanField(_("required"), default=False)
    scope = models.CharField(
        _("serves"), max_length=10, choices=MaterialScope, default=MaterialScope.PROJECT
    )

    class Meta:
        verbose_name, verbose_name_plural = _("kind of material"), _("kinds of material")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_in(get_language() or "")

    def name_in(self, language: str) -> str:
        if language != "en":
            return self.name
        return self.name_en or in_english(self.name)


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """All that was handed in for the centre, a firm's own for its people.

        A department's officer sees a document through the items it is attached to.
        """
        if user.reads_everything:
            return self.exclude(application__isnull=False, application__number=None)
        return self.filter(enterprise__in=Enterprise.objects.visible_to(user))

    def unjudged(self) -> Self:
        """Of which a virus scanner has still to say something."""
        return self.filter(scan__in=UNJUDGED)

    def judged_by_others(self, signatures: str) -> Self:
        """What a scanner has passed by other signatures than these."""
        return self.filter(scan=Scan.CLEAN).exclude(signatures=signatures)

    def infected(self) -> Self:
        return self.filter(scan=Scan.INFECTED)

    def without_infected(self) -> Self:
        """What may meet a need: nobody can read a file in which a virus was found."""
        return self.exclude(scan=Scan.INFECTED)

    def current(self) -> Self:
        """Without those that a newer version or a removal has replaced."""
        return self.filter(replaced_by__isnull=True, removed_at__isnull=True)

    def as_handed_in(self) -> Self:
        """An application's own: what has since been renewed in the vault stays with it."""
        return self.filter(
            Q(replaced_by__isnull=True) | ~Q(replaced_by__application=F("application")),
            removed_at__isnull=True,
        )

    def handed_in(self) -> Self:
        """Without what lies in an application that is still being written."""
        return self.exclude(application__isnull=False, application__number=None)

    def valid_on(self, day: date) -> Self:
        """The last day of validity is a valid one; without one it never expires."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day))

    def with_validity(self, validity: str, today: date) -> Self:
        """In SQL what Document.validity_on says."""
        in_30, in_90 = today + SOON, today + LATER
        match Validity(validity):
            case Validity.UNLIMITED:
                return self.filter(valid_until__isnull=True)
            case Validity.LATER:
                return self.filter(valid_until__gt=in_90)
            case Validity.IN_90:
                return self.filter(valid_until__gt=in_30, valid_until__lte=in_90)
            case Validity.IN_30:
                return self.filter(valid_until__gte=today, valid_until__lte=in_30)
        return self.filter(valid_until__lt=today)

    def counted_by_validity(self, today: date) -> dict[str, int]:
        """How many there are of each, and in all, in one query."""
        in_30, in_90 = today + SOON, today + LATER
        return self.aggregate(
            all=Count("pk"),
            expired=Count("pk", filter=Q(valid_until__lt=today)),
            in_30=Count("pk", filter=Q(valid_until__gte=today, valid_until__lte=in_30)),
            in_90=Count("pk", filter=Q(valid_until__gt=in_30, valid_until__lte=in_90)),
        )

    def named_like(self, word: str) -> Self:
        return self.filter(Q(filename__icontains=word) | Q(kind__name__icontains=word))

    def serving(self, project: Project) -> Self:
        """What its enterprise keeps for all its projects, or for this one."""
        return self.filter(
            Q(project=project) | Q(project__isnull=True), enterprise=project.enterprise_id
        )


class Document(models.Model):
    """A material of an enterprise. Kept once, pointed at by whoever needs it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        related_name="documents",
        verbose_name=_("enterprise"),
    )
    kind = models.ForeignKey(
        MaterialKind,
        models.PROTECT,
        related_name="documents",
        verbose_name=_("kind of material"),
    )
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("application"),
    )
    # Null: good for all projects of the enterprise.
    project = models.ForeignKey(
        Project,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("project"),
    )
    source = models.CharField(
        _("source"), max_length=20, choices=DocumentSource, default=DocumentSource.VAULT
    )
    # Under a name of our own; the sender's is only ever shown.
    file = models.FileField(_("file"), upload_to="documents/%Y/%m/", max_length=200)
    filename = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    # Shared by all versions of one material.
    series = models.UUIDField(default=uuid7, editable=False, db_index=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    replaced_by = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("replaced by"),
    )
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    uploaded_by = person_field(_("uploaded by"), null=False)
    uploaded_at = models.DateTimeField(_("uploaded"))
    removed_at = models.DateTimeField(_("removed"), null=True, editable=False)
    # db_default: code from before a scanner was known writes rows as well.
    scan = models.CharField(
        _("virus check"),
        max_length=10,
        choices=Scan,
        default=Scan.UNSCANNED,
        db_default=Scan.UNSCANNED,
        editable=False,
    )
    # When the scanner last said something of it, or could not.
    scanned_at = models.DateTimeField(_("checked for viruses"), null=True, editable=False)
    # Of a file that was not judged: how often the scanner could not.
    failed_scans = models.PositiveIntegerField(
        _("failed scans"), default=0, db_default=0, editable=False
    )
    virus = models.CharField(
        _("virus"), max_length=200, blank=True, default="", db_default="", editable=False
    )
    # By which it was judged, as the scanner names them; "" where it did not.
    signatures = models.CharField(
        _("signatures"), max_length=100, blank=True, default="", db_default="", editable=False
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("document"), _("documents")
        permissions = [("share_document", "Can put a government's document into a vault")]
        constraints = [
            models.CheckConstraint(
                condition=Q(source="application", application__isnull=False)
                | ~Q(source="application") & Q(application__isnull=True),
                name="document_source_fits_application",
            ),
            models.CheckConstraint(
                condition=Q(scan=Scan.INFECTED) & ~Q(virus="")
                | ~Q(scan=Scan.INFECTED) & Q(virus=""),
                name="document_infected_by_what",
            ),
        ]
        indexes = [
            models.Index(
                F("scanned_at").asc(nulls_first=True),
                name="document_unjudged",
                condition=Q(scan__in=UNJUDGED),
            ),
            models.Index(
                fields=["id"], name="document_infected", condition=Q(scan=Scan.INFECTED)
            ),
            models.Index(
                fields=["uploaded_at"], name="document_clean", condition=Q(scan=Scan.CLEAN)
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        return address("projects:download", self.pk)

    @property
    def is_of_the_firm(self) -> bool:
        """Whether the firm itself answers for how long it is valid."""
        return self.source in OF_THE_FIRM

    @property
    def is_unscanned(self) -> bool:
        return self.scan == Scan.UNSCANNED

    @property
    def is_infected(self) -> bool:
        return self.scan == Scan.INFECTED

    @property
    def is_released(self) -> bool:
        """Whether others than its sender may have the file.

        Where no scanner is set up, the checks of its content have released it.
        """
        return self.scan == Scan.CLEAN or not (settings.CLAMD_URL or self.is_infected)

    @property
    def is_kept_back(self) -> bool:
        return not self.is_released

    @property
    def is_to_be_replaced(self) -> bool:
        """Refused by the virus scanner, and nothing newer is there in its place."""
        return self.is_infected and self.replaced_by_id is None

    def is_valid_on(self, day: date) -> bool:
        return self.valid_until is None or self.valid_until >= day

    def validity_on(self, today: date) -> Validity:
        if self.valid_until is None:
            return Validity.UNLIMITED
        if self.valid_until < today:
            return Validity.EXPIRED
        left = self.valid_until - today
        if left <= SOON:
            return Validity.IN_30
        return Validity.IN_90 if left <= LATER else Validity.LATER


class ValidityChange(models.Model):
    """That a firm has put the validity of a material right, and why. Append-only."""

    document = models.ForeignKey(
        Document, models.PROTECT, related_name="validity_changes", verbose_name=_("document")
    )
    at = models.DateTimeField(_("at"))
    by = person_field(_("by"), null=False)
    # Null: without an end.
    before = models.DateField(_("before"), null=True)
    after = models.DateField(_("after"), null=True)
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("change of validity")
        verbose_name_plural = _("changes of validity")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="validity_changed_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
