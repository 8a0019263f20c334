"""Projects, and who accompanies them."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from agents.acts import LIFE_ACTS, POSTED_ACTS
from agents.models import ServiceAgent
from agents.serializers import (
    EditProjectSerializer,
    ProjectEditSerializer,
    ProjectSerializer,
    ServiceAgentSerializer,
    TimelineSerializer,
)
from approvals.api import listed_items
from approvals.items.events import follow_ups
from approvals.items.readiness import readiness_of_project
from approvals.items.serializers import CourtSerializer, ItemSerializer, ReadinessSerializer
from approvals.items.time_by_holder import courts_of, items_with_time
from approvals.models import ApprovalItem, ItemEvent
from approvals.vault.needs import by_kind, needs_of_project
from approvals.vault.serializers import KindNeedSerializer
from huadu_portal.accounts.models import User
from huadu_portal.accounts.requests import SignedInApiRequest
from huadu_portal.acts.api import actions_of, perform_asked
from huadu_portal.clock import civil_day, now
from huadu_portal.rest.filters import Search
from huadu_portal.rest.idempotency import idempotent
from huadu_portal.rest.pages import KeysetPages
from huadu_portal.workdays.published import calendar
from projects.models import FILTERS, Project
from projects.search import COLUMNS, mentioning


class ServiceAgentViewSet(ReadOnlyModelViewSet):
    """The centre's service agents, with their load. For the centre."""

    request: SignedInApiRequest
    queryset = ServiceAgent.objects.all()
    serializer_class = ServiceAgentSerializer
    filterset_fields = ["is_on_duty"]
    ordering = "pk"

    def get_queryset(self):
        return (
            ServiceAgent.objects.visible_to(self.request.user)
            .with_load()
            .select_related("user")
        )


class ProjectFilter(filters.FilterSet):
    agent = filters.UUIDFilter(
        field_name="agent__service_agent", label="The service agent's id."
    )
    enterprise = filters.UUIDFilter(field_name="enterprise_id")
    q = Search(method="matching", label="Part of number, name or enterprise.")

    class Meta:
        model = Project
        fields = ["phase", *FILTERS]

    def matching(self, rows, name, value):
        return rows.filter(mentioning(value, *COLUMNS))


def shown_projects(user):
    return Project.objects.visible_to(user).select_related(
        "enterprise", "agent__service_agent", "chief_officer", "platform"
    )


@actions_of(POSTED_ACTS, ProjectSerializer)
class ProjectViewSet(ReadOnlyModelViewSet):
    """The projects of one's enterprises; all of them for the centre.

    Each act, and PATCH, names the `version` of the project that was seen; 409 if it has moved on.
    """

    request: SignedInApiRequest
    queryset = Project.objects.all()
    serializer_class = ProjectSerializer
    filterset_class = ProjectFilter
    ordering = "-pk"

    def get_queryset(self):
        return shown_projects(self.request.user)

    def shown(self, project: Project) -> dict:
        return ProjectSerializer(self.get_queryset().get(pk=project.pk)).data

    @extend_schema(request=EditProjectSerializer, responses=ProjectSerializer)
    @idempotent
    def partial_update(self, request, pk):
        """Change facts of the project: the center and its agent; the firm whom the center calls.

        Old and new values stand in `changes/`. 403 for a field that is not yours.
        """
        edited = perform_asked(LIFE_ACTS["edit"], self.get_object(), request)
        return Response(self.shown(edited))

    @extend_schema(responses=ProjectEditSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def changes(self, request, pk):
        """What was changed of the project's facts, with old and new values, the newest first."""
        edits = self.get_object().edits.select_related("by")
        return Response(ProjectEditSerializer(edits, many=True).data)

    @extend_schema(responses=ItemSerializer(many=True), filters=False)
    @action(detail=True)
    def items(self, request, pk):
        """The project's approval items, page by page."""
        items = listed_items(request.user).filter(project=self.get_object())
        pages = self.paginator
        assert isinstance(pages, KeysetPages)
        page = pages.paginate_queryset(items, request, view=PlainOrder)
        return self.get_paginated_response(ItemSerializer(page, many=True).data)

    @extend_schema(
        parameters=[OpenApiParameter("lacking", bool, description="Only what is lacking.")],
        responses=KindNeedSerializer(many=True),
        filters=False,
    )
    @action(detail=True, pagination_class=None)
    def materials(self, request, pk):
        """What all open items ask for, each kind once, and how it is with it."""
        needs = by_kind(needs_of_project(self.get_object(), civil_day(now()), calendar()))
        if request.query_params.get("lacking", "").lower() in {"1", "true"}:
            needs = [need for need in needs if need.is_lacking]
        return Response(KindNeedSerializer(needs, many=True).data)

    @extend_schema(responses=ReadinessSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def readiness(self, request, pk):
        """Before construction starts and before joint acceptance: what is missing or will be late."""
        checks = readiness_of_project(self.get_object(), civil_day(now()))
        return Response(ReadinessSerializer(checks, many=True).data)

    @extend_schema(responses=CourtSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def courts(self, request, pk):
        """How long each party held the project's items, the longest first.

        Items run side by side: the time is the sum of theirs.
        """
        items = ApprovalItem.objects.visible_to(request.user).filter(project=self.get_object())
        parts = courts_of(items_with_time(items), now()).parts
        return Response(CourtSerializer(parts, many=True).data)

    @extend_schema(responses=TimelineSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def timeline(self, request, pk):
        """What happened to the project and to its items, the oldest first."""
        project = self.get_object()
        steps = [*_phases(project), *_events(project, request.user)]
        steps.sort(key=lambda step: step["at"])
        return Response(TimelineSerializer(steps, many=True).data)


class PlainOrder:
    """Items in the order in which they were planned."""

    ordering = "pk"


def _phases(project: Project) -> list[dict]:
    return [
        {
            "at": change.at,
            "kind": "phase",
            "name": project.name,
            "from_status": change.from_phase,
            "to_status": change.to_phase,
            "item": None,
        }
        for change in project.phase_changes.all()
    ]


def _events(project: Project, reader: User) -> list[dict]:
    events = ItemEvent.objects.filter(item__project=project)
    # How staff push each other is no firm's business.
    if not reader.is_staff:
        events = events.exclude(act__in=follow_ups())
    return [
        {
            "at": event.at,
            "kind": "item",
            "name": str(event.item.approval_type),
            "from_status": event.from_status,
            "to_status": event.to_status,
            "item": event.item_id,
        }
        for event in events.select_related("item__approval_type").order_by("at", "pk")
    ]
