"""Applications as the window answers them."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from agents.api import shown_projects
from agents.serializers import ProjectSerializer
from agents.triage.acts import APPLICATION_ACTS
from agents.triage.serializers import DeclineSerializer, ReturnSerializer, TakeOnSerializer
from huadu_portal.acts.api import perform_asked
from huadu_portal.rest.idempotency import idempotent
from projects.api import ApplicationViewSet
from projects.serializers import ApplicationSerializer


class TriageViewSet(ApplicationViewSet):
    __doc__ = ApplicationViewSet.__doc__

    @extend_schema(request=TakeOnSerializer, responses=ProjectSerializer)
    @idempotent
    @action(detail=True, methods=["post"])
    def accept(self, request, pk):
        """Window: take it on. The project, its items and its agent, all or nothing."""
        project = perform_asked(APPLICATION_ACTS["take_on"], self.get_object(), request)
        done = shown_projects(request.user).get(pk=project.pk)
        return Response(ProjectSerializer(done).data)

    @extend_schema(request=ReturnSerializer, responses=ApplicationSerializer)
    @idempotent
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request, pk):
        """Window: return it with one list of everything that is missing."""
        application = self.get_object()
        perform_asked(APPLICATION_ACTS["return"], application, request)
        return self._shown(application)

    @extend_schema(request=DeclineSerializer, responses=ApplicationSerializer)
    @idempotent
    @action(detail=True, methods=["post"])
    def decline(self, request, pk):
        """Window: do not take it on, with reasons and what the firm can do instead."""
        application = self.get_object()
        perform_asked(APPLICATION_ACTS["decline"], application, request)
        return self._shown(application)
