"""The items, their documents and what can be done to them; opinions asked of departments,
promises made.
"""

from uuid import UUID

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from approvals.acts import operations
from approvals.acts.handing_out import documents_of
from approvals.acts.models import Commitment, Consultation
from approvals.acts.serializers import (
    CommitmentSerializer,
    ConsultationSerializer,
    ConsultSerializer,
    CorrectionSerializer,
    DeclineItemSerializer,
    DeliverSerializer,
    ExtendSerializer,
    KeepSerializer,
    MaterialsSerializer,
    NoteSerializer,
    OpinionSerializer,
    ReasonSerializer,
    RecordSerializer,
    SubmitSerializer,
    SuspendSerializer,
    TransferSerializer,
    VisitSerializer,
)
from approvals.items.courts import courts_of
from approvals.items.filters import DepartmentFilter, only
from approvals.items.models import ApprovalItem, Lamp
from approvals.items.rights import Act, events_for, may_ever, may_keep
from approvals.items.serializers import (
    LISTED_COLUMNS,
    ClockSpanSerializer,
    CourtSerializer,
    ItemEventSerializer,
    ItemSerializer,
)
from approvals.papers.handing_out import handed_out
from approvals.papers.serializers import ItemPaperSerializer
from approvals.vault.needs import needs_of_item
from approvals.vault.serializers import NeedSerializer
from huadu_portal.clock import civil_day, now
from huadu_portal.rest.filters import Search, YesOrNo
from huadu_portal.rest.idempotency import idempotent
from huadu_portal.workdays.published import calendar
from projects.api import DocumentViewSet as FirmsDocumentViewSet
from projects.api import read
from projects.models import Document


class ItemFilter(filters.FilterSet):
    department = DepartmentFilter()
    lamp = filters.ChoiceFilter(method="with_lamp", choices=Lamp.choices)
    due_before = filters.DateFilter(field_name="due_on", lookup_expr="lt")
    project = filters.UUIDFilter(field_name="project_id")
    officer = filters.UUIDFilter(field_name="officer_id")
    q = Search(method="matching", label="Part of the number, the approval or the project.")

    class Meta:
        model = ApprovalItem
        fields = ["status"]

    def with_lamp(self, rows, name, value):
        return rows.with_lamp(value, civil_day(now()))

    def matching(self, rows, name, value):
        return rows.filter(
            Q(number__icontains=value)
            | Q(approval_type__name__icontains=value)
            | Q(project__name__icontains=value)
            | Q(project__number__icontains=value)
        )


def act(asks, says=ItemSerializer):
    """An act on one thing, an item if nothing else is said: what its body asks, and what
    the answer says."""

    def decorate(method):
        # In this order: an action forgets what has been documented before.
        documented = extend_schema(request=asks, responses=says)
        return documented(idempotent(action(detail=True, methods=["post"])(method)))

    return decorate


def shown_items(user):
    """The items a person may know of, with all that is said of each."""
    return ApprovalItem.objects.visible_to(user).select_related(
        "project", "approval_type", "department", "officer"
    )


def listed_items(user):
    """The same, with the columns of a list and no others."""
    return shown_items(user).only(*LISTED_COLUMNS)


class ItemViewSet(ReadOnlyModelViewSet):
    """The items one may know of; the rooms above add their acts (`approvals.api`)."""

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
        """In whose court the item was, and from when until when."""
        return Response(ClockSpanSerializer(self.get_object().spans, many=True).data)

    @extend_schema(responses=CourtSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def courts(self, request, pk):
        """How long the item was in each party's court, the longest first; to the second."""
        parts = courts_of([self.get_object()], now()).parts
        return Response(CourtSerializer(parts, many=True).data)

    @extend_schema(responses=NeedSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def materials(self, request, pk):
        """What the item asks for, what is there, what expires too soon, what is missing."""
        needs = needs_of_item(self.get_object(), civil_day(now()), calendar())
        return Response(NeedSerializer(needs, many=True, context={"request": request}).data)

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
        return handed_out(link.paper, inline=False)

    @act(SubmitSerializer)
    def submit(self, request, pk):
        """Firm: hand the item in, with documents from one's own materials."""
        return self.do(Act.SUBMIT, operations.submit, SubmitSerializer)

    @act(MaterialsSerializer)
    def resubmit(self, request, pk):
        """Firm: answer a request for correction; a new receipt with a new notice limit."""
        return self.do(Act.RESUBMIT, operations.resubmit, MaterialsSerializer)

    @act(NoteSerializer)
    def withdraw(self, request, pk):
        """Firm: take the item back, before it has been decided."""
        return self.do(Act.WITHDRAW, operations.withdraw, NoteSerializer)

    @act(NoteSerializer)
    def accept(self, request, pk):
        """Department or window: take the item on; its limits begin to run."""
        return self.do(Act.ACCEPT, operations.accept, NoteSerializer)

    @act(CorrectionSerializer)
    def request_correction(self, request, pk):
        """Department or window: say, once and completely, what is missing."""
        operation = operations.request_correction
        return self.do(Act.REQUEST_CORRECTION, operation, CorrectionSerializer)

    @act(DeclineItemSerializer)
    def decline(self, request, pk):
        """Department or window: do not accept it, for the reason given in `note`."""
        return self.do(Act.DECLINE, operations.decline, DeclineItemSerializer)

    @act(SuspendSerializer)
    def suspend(self, request, pk):
        """Department: stop the clock on a legal ground, with length and notice."""
        return self.do(Act.SUSPEND, operations.suspend, SuspendSerializer)

    @act(NoteSerializer)
    def resume(self, request, pk):
        """Department: the clock runs on; both due dates move by the stop."""
        return self.do(Act.RESUME, operations.resume, NoteSerializer)

    @act(ExtendSerializer)
    def extend(self, request, pk):
        """Department's head: extend both limits, once, for the reason given in `note`."""
        return self.do(Act.EXTEND, operations.extend, ExtendSerializer)

    @act(TransferSerializer)
    def transfer(self, request, pk):
        """Department: hand the item to another of its officers."""
        return self.do(Act.TRANSFER, operations.transfer, TransferSerializer)

    @act(ConsultSerializer)
    def consult(self, request, pk):
        """Department: ask another department for its opinion, within seven working days."""
        return self.do(Act.CONSULT, operations.consult, ConsultSerializer)

    @act(ReasonSerializer)
    def reopen(self, request, pk):
        """Department's head: take a refusal back, for the reason given in `note`."""
        return self.do(Act.REOPEN, operations.reopen, ReasonSerializer)

    @act(NoteSerializer)
    def apply_anew(self, request, pk):
        """Firm or centre: the same approval as a new item, which is the answer."""
        return self.do(Act.APPLY_ANEW, operations.apply_anew, NoteSerializer)

    @act(VisitSerializer)
    def set_visit(self, request, pk):
        """Lead department of a joint inspection: set the one visit, or set it anew."""
        return self.do(Act.SET_VISIT, operations.set_visit, VisitSerializer)

    @act(NoteSerializer)
    def grant(self, request, pk):
        """Department: say yes; what depends on it may open."""
        return self.do(Act.GRANT, operations.grant, NoteSerializer)

    @act(ReasonSerializer)
    def refuse(self, request, pk):
        """Department: say no, for the reason given in `note`."""
        return self.do(Act.REFUSE, operations.refuse, ReasonSerializer)

    @act(DeliverSerializer)
    def deliver(self, request, pk):
        """Department or window: hand over the result, with its certificate's number."""
        return self.do(Act.DELIVER, operations.deliver, DeliverSerializer)

    @act(RecordSerializer)
    def record(self, request, pk):
        """Centre: record a milestone that has been reached."""
        return self.do(Act.RECORD, operations.record, RecordSerializer)

    @act(ReasonSerializer)
    def mark_not_applicable(self, request, pk):
        """Centre: the project does not need it, for the reason given in `note`."""
        operation = operations.mark_not_applicable
        return self.do(Act.MARK_NOT_APPLICABLE, operation, ReasonSerializer)

    @act(ReasonSerializer)
    def undo_not_applicable(self, request, pk):
        """Centre: it applies after all, for the reason given in `note`."""
        operation = operations.undo_not_applicable
        return self.do(Act.UNDO_NOT_APPLICABLE, operation, ReasonSerializer)

    def do(self, act, operation, serializer_class):
        """Not visible: 404; not one's own to do: 403; then what the body says."""
        item = self.get_object()
        if not may_ever(self.request.user, act, item):
            raise PermissionDenied
        asked = read(serializer_class, self.request, item=item)
        done = operation(item, by=self.request.user, at=now(), **asked)
        shown = shown_items(self.request.user).get(pk=done.pk)
        return Response(ItemSerializer(shown).data)


class DocumentViewSet(FirmsDocumentViewSet):
    def readable(self):
        """A department's people meet a document through the items that it belongs to."""
        if not self.request.user.is_of_department:
            return super().readable()
        items = ApprovalItem.objects.visible_to(self.request.user)
        return Document.objects.filter(documents_of(items))


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

    @act(OpinionSerializer, ConsultationSerializer)
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

    @act(KeepSerializer, CommitmentSerializer)
    def keep(self, request, pk):
        """Firm, or the centre on its behalf: bring what was promised."""
        commitment = self.get_object()
        if not may_keep(request.user, commitment.item.project):
            raise PermissionDenied
        asked = read(KeepSerializer, request)
        done = operations.keep_commitment(commitment, by=request.user, at=now(), **asked)
        return Response(CommitmentSerializer(done).data)
