"""What is known of a project, from its application on."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from projects.choices import (
    EnvironmentalForm,
    FundSource,
    Grade,
    Industry,
    LandAcquisition,
    Nature,
    Town,
)
from projects.models.fields import wan_field

# Thresholds of the grades, total investment in 万元: 10 亿元, 1 亿元 (docs/states.md).
MAJOR_FROM_WAN = Decimal(100_000)


KEY_FROM_WAN = Decimal(10_000)


class Platform(models.Model):
    """An industrial platform of the district; the list is the centre's to edit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=100, unique=True)
    name_en = models.CharField(_("English name"), max_length=150)

    class Meta:
        verbose_name, verbose_name_plural = _("platform"), _("platforms")
        ordering = ["name"]

    def __str__(self):
        return self.name_en if get_language() == "en" else self.name


class Described(models.Model):
    """What is known of a project, in the fields of the national data standard.

    An application fills them when it is submitted; the project takes them over.
    """

    name = models.CharField(_("project name"), max_length=200, blank=True)
    summary = models.TextField(_("what will be built and made"), blank=True)
    industry = models.CharField(_("industry"), max_length=30, choices=Industry, blank=True)
    nature = models.CharField(
        _("nature of construction"), max_length=20, choices=Nature, blank=True
    )
    fund_source = models.CharField(
        _("source of funds"), max_length=20, choices=FundSource, blank=True
    )
    fixed_assets_wan = wan_field(_("fixed assets (10,000 yuan)"), default=0)
    working_capital_wan = wan_field(_("working capital (10,000 yuan)"), default=0)
    investment_wan = models.GeneratedField(
        expression=F("fixed_assets_wan") + F("working_capital_wan"),
        output_field=models.DecimalField(
            _("total investment (10,000 yuan)"), max_digits=15, decimal_places=2
        ),
        db_persist=True,
    )
    annual_output_wan = wan_field(_("expected annual output (10,000 yuan)"), default=0)
    town = models.CharField(_("town"), max_length=9, choices=Town, blank=True)
    platform = models.ForeignKey(
        Platform,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("industrial platform"),
    )
    site = models.CharField(_("site address"), max_length=300, blank=True)
    land_acquisition = models.CharField(
        _("how the land is acquired"), max_length=20, choices=LandAcquisition, blank=True
    )
    # 1 亩 = 666.67 m²
    land_mu = models.DecimalField(
        _("land (mu)"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    floor_area_sqm = models.DecimalField(
        _("floor area (m²)"), max_digits=11, decimal_places=2, null=True, blank=True
    )
    with_design_scheme = models.BooleanField(
        _("land comes with a design scheme"), default=False
    )
    area_assessed = models.BooleanField(_("area assessment already done"), default=False)
    environmental_form = models.CharField(
        _("environmental procedure"),
        max_length=20,
        choices=EnvironmentalForm,
        blank=True,
    )
    energy_tce = models.PositiveIntegerField(
        _("annual energy (tonnes of standard coal)"), null=True, blank=True
    )
    starts_on = models.DateField(_("planned start"), null=True, blank=True)
    completes_on = models.DateField(_("planned completion"), null=True, blank=True)
    produces_on = models.DateField(_("planned production"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    fixed_assets_wan__gte=0,
                    working_capital_wan__gte=0,
                    annual_output_wan__gte=0,
                ),
                name="%(class)s_money_not_negative",
                violation_error_message=_("An investment cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(completes_on__gte=F("starts_on")),
                name="%(class)s_completes_after_start",
                violation_error_message=_("A project cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(produces_on__gte=F("completes_on")),
                name="%(class)s_produces_after_completion",
                violation_error_message=_(
                    "Production cannot begin before the project is completed."
                ),
            ),
        ]

    @classmethod
    def description_fields(cls):
        """Names of the fields an application hands over to its project."""
        return [field.name for field in Described._meta.get_fields() if not field.generated]

    @property
    def suggested_grade(self):
        if self.investment_wan >= MAJOR_FROM_WAN or self.enterprise.is_fortune_500:
            return Grade.MAJOR
        return Grade.KEY if self.investment_wan >= KEY_FROM_WAN else Grade.GENERAL
