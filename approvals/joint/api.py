"""五证联办: bundles, cases, and what can be done to a case."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from approvals.joint.acts import CASE_ACTS, OPEN_CASE
from approvals.joint.models import JointBundle, JointCase
from approvals.joint.serializers import (
    JointBundleSerializer,
    JointCaseSerializer,
    OpenCaseSerializer,
)
from approvals.joint.standing import shown_cases
from huadu_portal.acts import perform
from huadu_portal.acts.api import actions_of
from huadu_portal.clock import now
from huadu_portal.rest.bodies import read_body
from huadu_portal.rest.idempotency import idempotent


class JointBundleViewSet(ReadOnlyModelViewSet):
    """Which approvals can be handled jointly, and within how many working days."""

    permission_classes = [AllowAny]
    queryset = JointBundle.objects.prefetch_related("entries__approval_type", "before_land")
    serializer_class = JointBundleSerializer
    lookup_field = "code"
    ordering = "code"


class JointCaseFilter(filters.FilterSet):
    project = filters.UUIDFilter(field_name="project_id")

    class Meta:
        model = JointCase
        fields = ["project"]


@actions_of(CASE_ACTS, JointCaseSerializer)
class JointCaseViewSet(ReadOnlyModelViewSet):
    """The joint cases one may know of. Opinions are acts on the case's items.

    Each act names the `version` of the case that was seen; if the case has moved on
    meanwhile, or its pre-review is over: 409.
    """

    queryset = JointCase.objects.all()
    serializer_class = JointCaseSerializer
    filterset_class = JointCaseFilter
    ordering = "-pk"

    def get_queryset(self):
        return shown_cases(self.request.user)

    @extend_schema(request=OpenCaseSerializer, responses={201: JointCaseSerializer})
    @idempotent
    def create(self, request):
        """Firm or centre: take a bundle's items of a project into pre-review."""
        if not OPEN_CASE.rule.is_for_role(request.user.role):
            raise PermissionDenied
        asked = read_body(OpenCaseSerializer, request)
        case = perform(OPEN_CASE, asked.pop("project"), asked, by=request.user, at=now())
        return Response(self.shown(case), status=201)

    def shown(self, case: JointCase) -> dict:
        return JointCaseSerializer(shown_cases(self.request.user).get(pk=case.pk)).data
