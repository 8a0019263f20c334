"""The headline figures."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.views import APIView

from huadu_portal.clock import now
from huadu_portal.dashboard import summary
from huadu_portal.dashboard.figures import TILES
from projects.choices import Industry, Town
from projects.models import Platform


class SummaryFilterSerializer(serializers.Serializer):
    year = serializers.IntegerField(min_value=2000, max_value=2100, required=False)
    town = serializers.ChoiceField(Town.choices, required=False)
    industry = serializers.ChoiceField(Industry.choices, required=False)
    platform = serializers.PrimaryKeyRelatedField(
        queryset=Platform.objects.all(), required=False
    )

    def validate_platform(self, platform):
        return str(platform.pk)


class YiField(serializers.DecimalField):
    """A sum in 亿元, exact to the second place."""

    def __init__(self, **options):
        super().__init__(max_digits=14, decimal_places=2, **options)


class TotalSerializer(serializers.Serializer):
    count = serializers.IntegerField()
    investment_yi = YiField()
    output_yi = YiField()


class RateField(serializers.DecimalField):
    """Per cent, to one place; null when there is nothing to take it of."""

    def __init__(self, **options):
        super().__init__(max_digits=6, decimal_places=1, allow_null=True, **options)


class SpeedUpSerializer(serializers.Serializer):
    promised = RateField(help_text="Working days the promises save against the law.")
    real = RateField(help_text="Working days saved in fact, of the items closed.")


class SummarySerializer(serializers.Serializer):
    year = serializers.IntegerField()
    as_of = serializers.DateTimeField()
    started = TotalSerializer()
    completed = TotalSerializer()
    joint_five = serializers.IntegerField(
        source="joint_five.count",
        help_text="Joint cases, their land registered, of the projects started.",
    )
    joint_five_median_days = serializers.DecimalField(
        source="joint_five.median_days",
        max_digits=6,
        decimal_places=1,
        allow_null=True,
        help_text="Working days from the land to the last certificate, of those that have all.",
    )
    on_time_rate = RateField()
    speed_up = SpeedUpSerializer()
    answered_share = RateField()

    def get_fields(self):
        counts = {
            name: serializers.IntegerField(
                source=f"counts.{name}", help_text=tile.help_text or None
            )
            for name, tile in TILES.items()
        }
        return super().get_fields() | counts


class SummaryView(APIView):
    @extend_schema(parameters=[SummaryFilterSerializer], responses=SummarySerializer)
    def get(self, request):
        """The leaders' figures of a year, for the district or a part of it.

        Without `year` the current one; in January and February the last one.
        """
        if not request.user.has_perm("desk.view_dashboard"):
            raise PermissionDenied
        asked = SummaryFilterSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = summary.summary(at=now(), user=request.user, **asked.validated_data)
        return Response(SummarySerializer(found).data)
