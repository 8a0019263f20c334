"""What is known of a project, from its application on: the fields, and a row for each.

The rows (`PROJECT_FIELDS`) say how a field is asked for and shown. From them, and from what is
filtered and exported, are made the steps of the form, the facts on the project's page and at the
desk, the export, and the filters of page, API and desk.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from huadu_portal.rows import field_of
from projects.choices import (
    EnvironmentalForm,
    FundSource,
    Grade,
    Industry,
    LandAcquisition,
    Nature,
    Town,
)
from projects.models.columns import wan_field
from projects.models.enterprises import Enterprise

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

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name


class Described(models.Model):
    """What is known of a project, in the fields of the national data standard.

    An application fills them when it is submitted; the project takes them over.
    """

    enterprise: models.ForeignKey[Enterprise, Enterprise]

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
        return [field.name for field in Described._meta.fields if not field.generated]

    @property
    def facts(self) -> list["ProjectFact"]:
        """What the project's own page says of it."""
        return project_facts(self, PAGE)

    @property
    def desk_facts(self) -> list["ProjectFact"]:
        """What the desk says of it, or of what an application asks for."""
        return project_facts(self, DESK)

    @property
    def suggested_grade(self):
        if self.investment_wan >= MAJOR_FROM_WAN or self.enterprise.is_fortune_500:
            return Grade.MAJOR
        return Grade.KEY if self.investment_wan >= KEY_FROM_WAN else Grade.GENERAL


class FieldGroup(models.TextChoices):
    """Fields under one heading of the form; those without a heading open their step."""

    INVESTMENT = "investment", _("Investment and output")
    PROJECT = "project", ""
    PLACE = "place", _("Where")
    LAND = "land", _("Land and buildings")
    ENVIRONMENT = "environment", _("Environment and energy")
    SCHEDULE = "schedule", _("Schedule")


# The unit of money; a figure that has it is written as a sum.
WAN = _("10,000 yuan")
PAGE, DESK = "page", "desk"


@dataclass(frozen=True)
class ProjectField:
    """How a field of `Described` is asked for and shown."""

    name: str
    group: FieldGroup
    # Of a figure. The model's label, for API and export, has it in brackets; the short one has not.
    unit: str | LazyText = ""
    short_label: str | LazyText = ""
    # Where it stands among the facts: on the project's page, at the desk.
    shown: tuple[str, ...] = (PAGE, DESK)
    # In the form: what is said below it, whether it may stay empty, whether it takes a whole line.
    help_text: str | LazyText = ""
    optional: bool = False
    wide: bool = False

    @property
    def field(self) -> models.Field:
        return field_of(Described, self.name)

    @property
    def label(self) -> str | LazyText:
        return self.short_label or self.field.verbose_name

    @property
    def is_number(self) -> bool:
        return self.kind in {"money", "figure"}

    @property
    def kind(self) -> str:
        """How a value is written: as money, figure, date, flag or text."""
        if self.unit is WAN:
            return "money"
        match self.field:
            case models.DecimalField() | models.IntegerField():
                return "figure"
            case models.DateField():
                return "date"
            case models.BooleanField():
                return "flag"
        return "text"


# In the order of the facts, and within a group of the form.
PROJECT_FIELDS = {
    row.name: row
    for row in [
        ProjectField(
            "investment_wan", FieldGroup.INVESTMENT, WAN, short_label=_("total investment")
        ),
        ProjectField(
            "fixed_assets_wan",
            FieldGroup.INVESTMENT,
            WAN,
            short_label=_("fixed assets"),
            help_text=_("Land, buildings and equipment."),
        ),
        ProjectField(
            "working_capital_wan",
            FieldGroup.INVESTMENT,
            WAN,
            short_label=_("working capital"),
            help_text=_("Enter 0 if there is none."),
        ),
        ProjectField(
            "annual_output_wan",
            FieldGroup.INVESTMENT,
            WAN,
            short_label=_("expected annual output"),
            help_text=_("In a year of full production."),
            wide=True,
        ),
        # Pages have their own places for these two.
        ProjectField("name", FieldGroup.PROJECT, shown=(), wide=True),
        ProjectField(
            "summary",
            FieldGroup.PROJECT,
            shown=(),
            help_text=_("Products, processes, buildings and stages, in a few sentences."),
            wide=True,
        ),
        ProjectField("industry", FieldGroup.PROJECT),
        ProjectField("nature", FieldGroup.PROJECT),
        ProjectField("fund_source", FieldGroup.PROJECT, shown=(DESK,)),
        ProjectField("town", FieldGroup.PLACE),
        ProjectField("platform", FieldGroup.PLACE, optional=True),
        ProjectField("site", FieldGroup.PLACE, wide=True),
        ProjectField("land_acquisition", FieldGroup.LAND, shown=(DESK,), wide=True),
        ProjectField("land_mu", FieldGroup.LAND, unit=_("mu"), short_label=_("Land")),
        ProjectField(
            "floor_area_sqm", FieldGroup.LAND, unit=_("m²"), short_label=_("Floor area")
        ),
        ProjectField("with_design_scheme", FieldGroup.LAND, shown=(DESK,), wide=True),
        ProjectField("area_assessed", FieldGroup.LAND, shown=(DESK,), wide=True),
        ProjectField("environmental_form", FieldGroup.ENVIRONMENT, shown=(DESK,)),
        ProjectField(
            "energy_tce",
            FieldGroup.ENVIRONMENT,
            unit=_("tonnes of standard coal"),
            short_label=_("Annual energy"),
            help_text=_("If known. From 1,000 tonnes on, an energy review may be needed."),
            optional=True,
            shown=(DESK,),
        ),
        ProjectField("starts_on", FieldGroup.SCHEDULE),
        ProjectField("completes_on", FieldGroup.SCHEDULE),
        ProjectField("produces_on", FieldGroup.SCHEDULE, optional=True),
    ]
}
# What projects and applications can be narrowed to, by page, API and desk: a choice, or yes and no.
FILTERS = [
    "town",
    "industry",
]
# What is edited of a project once it has been taken on, in this order, and by whom: a right, whose
# holders are in huadu_portal/accounts/roles.py. The firm edits whom the center calls.
EDIT, GRADE, CONTACT = (
    "projects.edit_project",
    "projects.grade_project",
    "projects.edit_projectcontact",
)
EDITED_BY = {
    "national_code": EDIT,
    "grade": GRADE,
    "chief_officer": GRADE,
    "contact_name": CONTACT,
    "contact_mobile": CONTACT,
} | {name: EDIT for name, row in PROJECT_FIELDS.items() if not row.field.generated}
# The columns of the list of projects for spreadsheets; further ones go to the end.
EXPORTED = [
    "number",
    "name",
    "enterprise",
    "town",
    "industry",
    "phase",
    "investment_wan",
    "annual_output_wan",
    "started_on",
    "completed_on",
]


def names_in(*groups: FieldGroup) -> list[str]:
    """The fields of these groups that are asked for; what is computed is not."""
    rows = (row for group in groups for row in PROJECT_FIELDS.values() if row.group == group)
    return [row.name for row in rows if not row.field.generated]


class ProjectFact(NamedTuple):
    """What is known of a project in one respect, for reading; `kind` says how it is written."""

    label: str | LazyText
    value: Any
    kind: str
    unit: str | LazyText


def project_facts(described: Described, where: str) -> list[ProjectFact]:
    """What this page says of a project or an application; what is not stated is left out."""
    facts = (
        ProjectFact(row.label, value_of(described, row.name), row.kind, row.unit)
        for row in PROJECT_FIELDS.values()
        if where in row.shown
    )
    return [fact for fact in facts if fact.value not in (None, "")]


def value_of(thing: models.Model, name: str) -> Any:
    """A choice, yes and no in words, everything else as it is."""
    value, field = getattr(thing, name), field_of(type(thing), name)
    if isinstance(field, models.BooleanField):
        return _("yes") if value else _("no")
    return getattr(thing, f"get_{name}_display")() if field.choices else value
