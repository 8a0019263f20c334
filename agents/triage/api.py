"""Applications as the window answers them."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from agents.api import shown_projects
from agents.serializers import ProjectSerializer
from agents.triage.acts import APPLICATION_ACTS
from agents.triage.serializers import DeclineSerializer, ReturnSerializer, TakeOnSerializer
from huadu_portal.acts import perform
from huadu_portal.clock import now
from huadu_portal.rest.bodies import read_body
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
        _application, project = self._answered(request, "take_on", TakeOnSerializer)
        done = shown_projects(request.user).get(pk=project.pk)
        return Response(ProjectSerializer(done).data)

    @extend_schema(request=ReturnSerializer, responses=ApplicationSerializer)
    @idempotent
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request, pk):
        """Window: return it with one list of everything that is missing."""
        application, _done = self._answered(request, "return", ReturnSerializer)
        return self._shown(application)

    @extend_schema(request=DeclineSerializer, responses=ApplicationSerializer)
    @idempotent
    @action(detail=True, methods=["post"])
    def decline(self, request, pk):
        """Window: do not take it on, with reasons and what the firm can do instead."""
        application, _done = self._answered(request, "decline", DeclineSerializer)
        return self._shown(application)

    def _answered(self, request, name, serializer_class):
        """The application and what came of the act of this name."""
        application, act = self.get_object(), APPLICATION_ACTS[name]
        if not act.rule.may_ever(request.user, application):
            raise PermissionDenied
        asked = read_body(serializer_class, request, application=application)
        return application, perform(act, application, asked, by=request.user, at=now())
