"""The items, and their documents; consultations and commitments."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from approvals.acts.consultation_and_commitment_acts import COMMITMENT_ACTS, CONSULTATION_ACTS
from approvals.acts.document_access import documents_of
from approvals.acts.models import POINTS, Commitment, Consultation
from approvals.acts.serializers import (
    CommitmentSerializer,
    ConsultationSerializer,
    CorrectionPointsSerializer,
)
from approvals.items.filters import DepartmentFilter, only
from approvals.items.models import ApprovalItem, Breach, Lamp
from approvals.items.rights import events_for
from approvals.items.serializers import (
    LISTED_COLUMNS,
    ClockSpanSerializer,
    CourtSerializer,
    ItemEventSerializer,
    ItemSerializer,
)
from approvals.items.time_by_holder import courts_of
from approvals.papers.serializers import ItemPaperSerializer
from approvals.vault.needs import needs_of_item
from approvals.vault.serializers import NeedSerializer
from huadu_portal.accounts.requests import SignedInApiRequest
from huadu_portal.acts.api import actions_of
from huadu_portal.clock import civil_day, now
from huadu_portal.papers.document_access import paper_response
from huadu_portal.rest.filters import Search, YesOrNo
from huadu_portal.workdays.published import calendar
from projects.api import DocumentViewSet
from projects.models import Document
from projects.search import mentioning


class ItemFilter(filters.FilterSet):
    department = DepartmentFilter()
    lamp = filters.ChoiceFilter(method="with_lamp", choices=Lamp.choices)
    breach = filters.ChoiceFilter(
        method="with_breach", choices=Breach.choices, label="Limit that was ever missed."
    )
    due_before = filters.DateFilter(field_name="due_on", lookup_expr="lt")
    project = filters.UUIDFilter(field_name="project_id")
    officer = filters.UUIDFilter(field_name="officer_id")
    q = Search(method="matching", label="Part of the number, the approval or the project.")

    class Meta:
        model = ApprovalItem
        fields = ["status"]

    def with_lamp(self, rows, name, value):
        return rows.with_lamp(value, civil_day(now()))

    def with_breach(self, rows, name, value):
        return rows.breached(value)

    def matching(self, rows, name, value):
        columns = ("number", "approval_type__name", "project__name", "project__number")
        return rows.filter(mentioning(value, *columns))


def shown_items(user):
    """The items a person may know of, with all that is said of each."""
    return ApprovalItem.objects.visible_to(user).select_related(
        "project", "approval_type", "department", "officer"
    )


def listed_items(user):
    """The same, with the columns of a list and no others."""
    return shown_items(user).only(*LISTED_COLUMNS)


class ItemViewSet(ReadOnlyModelViewSet):
    """The items one may know of; `approvals.api` adds what can be done to them."""

    request: SignedInApiRequest
    queryset = ApprovalItem.objects.all()
    serializer_class = ItemSerializer
    filterset_class = ItemFilter
    ordering = "pk"
    ordering_fields = ["due_on"]

    def get_queryset(self):
        items = listed_items if self.action == "list" else shown_items
        return items(self.request.user)

    @extend_schema(responses=ItemEventSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def events(self, request, pk):
        """The item's history: each row carries the digest of the one before."""
        events = events_for(request.user, self.get_object())
        return Response(ItemEventSerializer(events, many=True).data)

    @extend_schema(responses=ClockSpanSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def spans(self, request, pk):
        """Which party held the item, and from when until when."""
        return Response(ClockSpanSerializer(self.get_object().spans, many=True).data)

    @extend_schema(responses=CourtSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def courts(self, request, pk):
        """How long each party held the item, the longest first; to the second."""
        parts = courts_of([self.get_object()], now()).parts
        return Response(CourtSerializer(parts, many=True).data)

    @extend_schema(responses=NeedSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def materials(self, request, pk):
        """What the item asks for, what is there, what expires too soon, what is missing."""
        needs = needs_of_item(self.get_object(), civil_day(now()), calendar())
        return Response(NeedSerializer(needs, many=True, context={"request": request}).data)

    @extend_schema(responses=CorrectionPointsSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def corrections(self, request, pk):
        """What the department asked for, point by point, and what the firm said to each."""
        asked = self.get_object().corrections.prefetch_related(*POINTS)
        return Response(CorrectionPointsSerializer(asked, many=True).data)

    @extend_schema(responses=ItemPaperSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def papers(self, request, pk):
        """The official papers of the item, in the order in which they were issued."""
        links = self.get_object().papers.select_related("paper")
        return Response(ItemPaperSerializer(links, many=True).data)

    @extend_schema(
        parameters=[OpenApiParameter("paper", UUID, OpenApiParameter.PATH)],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    @action(detail=True, url_path="papers/(?P<paper>[^/.]+)")
    def paper(self, request, pk, paper):
        """The PDF of an official paper."""
        link = get_object_or_404(self.get_object().papers.select_related("paper"), paper=paper)
        return paper_response(link.paper, inline=False)

    def shown(self, item):
        """What is said of an item after an act."""
        return ItemSerializer(shown_items(self.request.user).get(pk=item.pk)).data


class ItemDocumentViewSet(DocumentViewSet):
    def readable(self):
        """A department's people see a document through the items that it belongs to."""
        user = self.request.user
        if not user.is_of_department:
            return super().readable()
        items = ApprovalItem.objects.visible_to(user)
        return Document.objects.filter(documents_of(items))


class ConsultationFilter(filters.FilterSet):
    item = filters.UUIDFilter(field_name="item_id")
    unanswered = YesOrNo(field_name="answered_at", lookup_expr="isnull")


@actions_of(CONSULTATION_ACTS, ConsultationSerializer)
class ConsultationViewSet(ReadOnlyModelViewSet):
    """Opinions asked of departments: of items one may know of, or of one's own."""

    request: SignedInApiRequest
    queryset = Consultation.objects.all()
    serializer_class = ConsultationSerializer
    filterset_class = ConsultationFilter
    ordering = "pk"

    def get_queryset(self):
        visible = Consultation.objects.visible_to(self.request.user)
        return visible.select_related("department")

    def shown(self, consultation):
        return ConsultationSerializer(consultation).data


class CommitmentFilter(filters.FilterSet):
    item = filters.UUIDFilter(field_name="item_id")
    open = YesOrNo(method="still_open", label="Whether it is still to be kept.")
    missed = YesOrNo(method="past_its_day", label="Whether its day has passed.")

    def still_open(self, rows, name, value):
        return only(rows, rows.open(), value)

    def past_its_day(self, rows, name, value):
        return only(rows, rows.missed(civil_day(now())), value)


@actions_of(COMMITMENT_ACTS, CommitmentSerializer)
class CommitmentViewSet(ReadOnlyModelViewSet):
    """The commitments for the items one may know of (容缺受理, 告知承诺)."""

    request: SignedInApiRequest
    queryset = Commitment.objects.all()
    serializer_class = CommitmentSerializer
    filterset_class = CommitmentFilter
    ordering = "pk"

    def get_queryset(self):
        visible = Commitment.objects.visible_to(self.request.user)
        return visible.select_related("item__project", "material", "approval_type")

    def shown(self, commitment):
        return CommitmentSerializer(commitment).data
