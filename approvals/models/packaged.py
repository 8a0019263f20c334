"""What the packaged catalogue has brought, so that what is taken away here stays away."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models.types import ApprovalType


class PackagedType(models.Model):
    """What a type came with when the catalogue was last loaded.

    A link of these that is gone was taken away here, on purpose.
    """

    approval_type = models.OneToOneField(
        ApprovalType, models.CASCADE, primary_key=True, related_name="packaged"
    )
    # As approvals.catalogue.links: codes and names.
    links = models.JSONField(default=dict)

    class Meta:
        verbose_name, verbose_name_plural = _("packaged type"), _("packaged types")

    def __str__(self):
        return str(self.approval_type)
