"""A person's own messages."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from huadu_portal.clock import now
from huadu_portal.notifications import operations
from huadu_portal.notifications.models import Notification


class NotificationSerializer(serializers.ModelSerializer):
    title = serializers.CharField(read_only=True)

    class Meta:
        model = Notification
        fields = ["id", "kind", "title", "url", "created_at", "read_at"]
        read_only_fields = fields


class ReadAllSerializer(serializers.Serializer):
    read = serializers.IntegerField(help_text="How many were unread.")


class NotificationFilter(filters.FilterSet):
    unread = filters.BooleanFilter(field_name="read_at", lookup_expr="isnull")


class NotificationViewSet(ReadOnlyModelViewSet):
    """One's own messages, the newest first."""

    queryset = Notification.objects.all()
    serializer_class = NotificationSerializer
    filterset_class = NotificationFilter
    ordering = "-created_at"

    def get_queryset(self):
        return Notification.objects.visible_to(self.request.user)

    @extend_schema(request=None, responses=NotificationSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request, pk):
        """Mark a message as read; a second reading changes nothing."""
        operations.read(self.get_object(), at=now())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=ReadAllSerializer, filters=False)
    @action(detail=False, methods=["post"])
    def read_all(self, request):
        """Mark all of one's messages as read."""
        return Response({"read": operations.read_all(request.user, at=now())})
