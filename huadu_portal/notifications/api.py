"""A person's own messages, and how they want to be told."""

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from huadu_portal.clock import now
from huadu_portal.notifications import operations, policy
from huadu_portal.notifications.filters import NotificationFilter
from huadu_portal.notifications.forms import open_choices
from huadu_portal.notifications.models import Delivery, Notification, Topic, When
from huadu_portal.rest.idempotency import idempotent


class NotificationSerializer(serializers.ModelSerializer):
    title = serializers.CharField(read_only=True)
    topic = serializers.SerializerMethodField()
    is_owed = serializers.SerializerMethodField(help_text="Whether the law owes it to you.")

    class Meta:
        model = Notification
        fields = [
            "id",
            "kind",
            "topic",
            "is_owed",
            "title",
            "url",
            "created_at",
            "read_at",
        ]
        read_only_fields = fields

    def get_topic(self, message: Notification) -> Topic:
        return policy.rule_of(message.kind).topic

    def get_is_owed(self, message: Notification) -> bool:
        return policy.is_required_by_law(message.kind, self.context["request"].user.role)


class ReadAllSerializer(serializers.Serializer):
    read = serializers.IntegerField(help_text="How many were unread.")


class ChoiceSerializer(serializers.Serializer):
    topic = serializers.ChoiceField(choices=Topic.choices)
    channel = serializers.ChoiceField(choices=Delivery.Channel.choices)
    when = serializers.ChoiceField(choices=When.choices)


class PreferencesSerializer(serializers.Serializer):
    """What is not among the choices goes as usual."""

    quiet_from = serializers.TimeField()
    quiet_until = serializers.TimeField()
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    choices = ChoiceSerializer(  # type: ignore[call-arg]  # of many, the list takes max_length
        many=True, max_length=50, source="message_preferences"
    )

    def validate_choices(self, rows):
        chosen = {(row["topic"], row["channel"]): row["when"] for row in rows}
        if len(chosen) < len(rows):
            raise serializers.ValidationError(_("A topic and channel are listed twice."))
        if not chosen.keys() <= set(open_choices(self.context["request"].user)):
            raise serializers.ValidationError(
                _("Some of these settings cannot be changed by you.")
            )
        return chosen


class NotificationViewSet(ReadOnlyModelViewSet):
    """One's own messages, the newest first."""

    queryset = Notification.objects.all()
    serializer_class = NotificationSerializer
    filterset_class = NotificationFilter
    ordering = "-created_at"

    def get_queryset(self):
        return Notification.objects.visible_to(self.request.user)

    @extend_schema(request=None, responses=NotificationSerializer)
    @idempotent
    @action(detail=True, methods=["post"])
    def read(self, request, pk):
        """Mark a message as read; a second reading changes nothing."""
        operations.mark_read(self.get_object(), at=now())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=ReadAllSerializer, filters=False)
    @idempotent
    @action(detail=False, methods=["post"])
    def read_all(self, request):
        """Mark all of one's messages as read."""
        return Response({"read": operations.mark_all_read(request.user, at=now())})

    @extend_schema(responses=PreferencesSerializer, filters=False)
    @action(detail=False, pagination_class=None)
    def preferences(self, request):
        """What one wants otherwise than usual: topics, ways and quiet hours."""
        return Response(PreferencesSerializer(request.user, context={"request": request}).data)

    @extend_schema(request=PreferencesSerializer, responses=PreferencesSerializer)
    @preferences.mapping.put
    @idempotent
    def prefer(self, request):
        """Choose anew; what is not named goes as usual again."""
        context = {"request": request}
        asked = PreferencesSerializer(data=request.data, context=context)
        asked.is_valid(raise_exception=True)
        said = dict(asked.validated_data)
        said["choices"] = said.pop("message_preferences")
        operations.prefer(request.user, **said)
        request.user.refresh_from_db()
        return Response(PreferencesSerializer(request.user, context=context).data)
