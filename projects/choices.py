"""Words a project is described in: places, industries, kinds of land and building."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from huadu_portal.ui.choices import ColoredText


class Town(models.TextChoices):
    """The district's four sub-districts and six towns, by their statistical codes."""

    XINHUA = "440114001", _("Xinhua Sub-district")
    HUACHENG = "440114002", _("Huacheng Sub-district")
    XIUQUAN = "440114003", _("Xiuquan Sub-district")
    XINYA = "440114004", _("Xinya Sub-district")
    TIMIAN = "440114103", _("Timian Town")
    HUASHAN = "440114104", _("Huashan Town")
    HUADONG = "440114105", _("Huadong Town")
    TANBU = "440114107", _("Tanbu Town")
    CHINI = "440114108", _("Chini Town")
    SHILING = "440114109", _("Shiling Town")


class Industry(models.TextChoices):
    NEW_ENERGY = "new_energy", _("new energy")
    ENERGY_STORAGE = "energy_storage", _("new-type energy storage")
    AUTO_PARTS = "auto_parts", _("automotive parts")
    AUTO_ELECTRONICS = "auto_electronics", _("automotive electronics")
    ELECTRONICS = "electronics", _("electronics and information")
    EQUIPMENT = "equipment", _("intelligent equipment")
    AVIATION = "aviation", _("airport economy")
    LOGISTICS = "logistics", _("modern logistics")
    BIOMEDICINE = "biomedicine", _("biomedicine")
    COSMETICS = "cosmetics", _("fashion and cosmetics")
    FASHION = "fashion", _("fashion industry")
    FOOD = "food", _("food")
    BUILDING_MATERIALS = "building_materials", _("green building materials")
    NEW_MATERIALS = "new_materials", _("new materials")
    DIGITAL = "digital", _("digital economy")
    HEADQUARTERS = "headquarters", _("headquarters economy")
    OTHER = "other", _("other")


class Nature(models.TextChoices):
    """建设性质, as the national project data standard names it."""

    NEW = "new", _("new construction")
    EXPANSION = "expansion", _("expansion")
    RENOVATION = "renovation", _("technical renovation")
    RELOCATION = "relocation", _("relocation")


class FundSource(models.TextChoices):
    OWN = "own", _("domestic enterprise funds")
    FOREIGN = "foreign", _("foreign investment")
    HONG_KONG = "hong_kong", _("Hong Kong, Macao or Taiwan investment")
    MIXED = "mixed", _("mixed")


class LandAcquisition(models.TextChoices):
    LISTING = "listing", _("public listing")
    AGREEMENT = "agreement", _("agreement")
    LEASE = "lease", _("lease")
    OWNED = "owned", _("already held")


class EnvironmentalForm(models.TextChoices):
    """Which of the three environmental procedures the project falls under."""

    REPORT = "report", _("environmental impact report")
    FORM = "form", _("environmental impact report form")
    REGISTRATION = "registration", _("environmental registration form")
    UNSURE = "unsure", _("not sure yet")


class Grade(ColoredText):
    """重大, 重点, 一般: how closely the centre accompanies the project (docs/states.md, Project)."""

    MAJOR = "major", "red", _("major")
    KEY = "key", "yellow", _("key")
    GENERAL = "general", "neutral", _("general")
