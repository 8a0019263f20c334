"""What happens beside an item's course: opinions asked of departments, promises made."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from approvals import operations
from approvals.api.filters import only
from approvals.asked import (
    KeepSerializer,
    OpinionSerializer,
)
from approvals.models import Commitment, Consultation
from approvals.rights import may_keep
from approvals.serializers import (
    CommitmentSerializer,
    ConsultationSerializer,
)
from huadu_portal.clock import civil_day, now
from huadu_portal.rest.filters import YesOrNo
from huadu_portal.rest.idempotency import idempotent
from projects.api import read


class ConsultationFilter(filters.FilterSet):
    item = filters.UUIDFilter(field_name="item_id")
    unanswered = YesOrNo(field_name="answered_at", lookup_expr="isnull")


class ConsultationViewSet(ReadOnlyModelViewSet):
    """Opinions asked of departments: of items one may know of, or of one's own."""

    queryset = Consultation.objects.all()
    serializer_class = ConsultationSerializer
    filterset_class = ConsultationFilter
    ordering = "pk"

    def get_queryset(self):
        visible = Consultation.objects.visible_to(self.request.user)
        return visible.select_related("department")

    @extend_schema(request=OpinionSerializer, responses=ConsultationSerializer)
    @idempotent
    @action(detail=True, methods=["post"])
    def answer(self, request, pk):
        """Asked department: give one's opinion."""
        asked = read(OpinionSerializer, request)
        consultation = self.get_object()
        done = operations.give_opinion(consultation, by=request.user, at=now(), **asked)
        return Response(ConsultationSerializer(done).data)


class CommitmentFilter(filters.FilterSet):
    item = filters.UUIDFilter(field_name="item_id")
    open = YesOrNo(method="still_open", label="Whether it is still to be kept.")
    missed = YesOrNo(method="past_its_day", label="Whether its day has passed.")

    def still_open(self, rows, name, value):
        return only(rows, rows.open(), value)

    def past_its_day(self, rows, name, value):
        return only(rows, rows.missed(civil_day(now())), value)


class CommitmentViewSet(ReadOnlyModelViewSet):
    """What was promised in writing for the items one may know of (容缺受理, 告知承诺)."""

    queryset = Commitment.objects.all()
    serializer_class = CommitmentSerializer
    filterset_class = CommitmentFilter
    ordering = "pk"

    def get_queryset(self):
        visible = Commitment.objects.visible_to(self.request.user)
        return visible.select_related("item__project", "material")

    @extend_schema(request=KeepSerializer, responses=CommitmentSerializer)
    @idempotent
    @action(detail=True, methods=["post"])
    def keep(self, request, pk):
        """Firm, or the centre on its behalf: bring what was promised."""
        commitment = self.get_object()
        if not may_keep(request.user, commitment.item.project):
            raise PermissionDenied
        asked = read(KeepSerializer, request)
        done = operations.keep_commitment(commitment, by=request.user, at=now(), **asked)
        return Response(CommitmentSerializer(done).data)
