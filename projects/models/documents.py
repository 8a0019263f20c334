"""The material vault."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from projects.models.applications import Application
from projects.models.enterprises import Enterprise
from projects.models.fields import person


class MaterialKind(models.Model):
    """A kind of material, asked for by approval types under this name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200, unique=True)
    # Asked for with the application itself; the rest when an item needs it.
    with_application = models.BooleanField(_("with the application"), default=False)
    is_required = models.BooleanField(_("required"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("kind of material"), _("kinds of material")
        ordering = ["code"]

    def __str__(self):
        return self.name


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All that was handed in for the centre, a firm's own for its people.

        A department's officer meets a document through the items it is attached to.
        """
        if user.sees_everything:
            return self.exclude(application__isnull=False, application__number=None)
        return self.filter(enterprise__in=Enterprise.objects.visible_to(user))

    def current(self):
        """Without those that a newer version or a removal has replaced."""
        return self.filter(replaced_by__isnull=True, removed_at__isnull=True)


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
    # Under a name of our own; the sender's is only ever shown.
    file = models.FileField(_("file"), upload_to="documents/%Y/%m/", max_length=200)
    filename = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
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
    uploaded_by = person(_("uploaded by"), null=False)
    uploaded_at = models.DateTimeField(_("uploaded"))
    removed_at = models.DateTimeField(_("removed"), null=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("document"), _("documents")

    def __str__(self):
        return self.filename

    def get_absolute_url(self):
        return reverse("projects:download", args=[self.pk])
