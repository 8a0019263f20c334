"""The catalogue: what is granted."""

from django_filters import rest_framework as filters
from rest_framework.permissions import AllowAny
from rest_framework.viewsets import ReadOnlyModelViewSet

from approvals.catalogue.models import ApprovalType
from approvals.catalogue.serializers import ApprovalTypeSerializer


class ApprovalTypeFilter(filters.FilterSet):
    department = filters.CharFilter(field_name="department__code", label="Its code.")

    class Meta:
        model = ApprovalType
        fields = ["code", "stage", "kind", "is_default", "is_joint_five"]


class ApprovalTypeViewSet(ReadOnlyModelViewSet):
    """The catalogue: what is granted, by whom, within how many days, on what materials.

    What is said is the `version` in force; it has been since `in_force_from` (null: since it came with
    the portal), and another one follows on `changes_on`, if that is known.
    """

    permission_classes = [AllowAny]
    queryset = ApprovalType.objects.select_related("department").prefetch_related(
        "prerequisites", "requirements__kind"
    )
    serializer_class = ApprovalTypeSerializer
    filterset_class = ApprovalTypeFilter
    ordering = "position"
