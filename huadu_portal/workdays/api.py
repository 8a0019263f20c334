"""The working-day calendar, for everyone."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from huadu_portal.workdays.models import Unit
from huadu_portal.workdays.published import calendar

FIRST, LAST = date(2019, 1, 1), date(2099, 12, 31)
LONGEST = timedelta(3 * 366)
MOST_DAYS = 3660


def in_range(day: date) -> None:
    if not FIRST <= day <= LAST:
        raise serializers.ValidationError(
            _("Please enter a date from %(first)s to %(last)s.")
            % {"first": FIRST, "last": LAST}
        )


class RangeSerializer(serializers.Serializer):
    # "from" is a keyword, hence no class attributes.
    def get_fields(self):
        return {
            "from": serializers.DateField(source="start", validators=[in_range]),
            "to": serializers.DateField(source="end", validators=[in_range]),
        }

    def validate(self, data):
        if not timedelta(0) <= data["end"] - data["start"] < LONGEST:
            raise serializers.ValidationError(
                {
                    "to": _(
                        "The last day must not be before the first day and at most three "
                        "years after it."
                    )
                }
            )
        return data


class LimitSerializer(serializers.Serializer):
    def get_fields(self):
        return {
            "from": serializers.DateField(source="start", validators=[in_range]),
            "days": serializers.IntegerField(min_value=0, max_value=MOST_DAYS),
            "unit": serializers.ChoiceField(Unit.choices, default=Unit.WORKING),
        }


class WorkdaySerializer(serializers.Serializer):
    date = serializers.DateField()
    is_workday = serializers.BooleanField()
    provisional = serializers.BooleanField()


class DueSerializer(serializers.Serializer):
    date = serializers.DateField()
    provisional = serializers.BooleanField()


@extend_schema(parameters=[RangeSerializer], responses=WorkdaySerializer(many=True))
@api_view()
@permission_classes([AllowAny])
def workdays(request):
    """Every day from `from` to `to`, both included, as one list."""
    asked = _read(RangeSerializer, request)
    published = calendar()
    days = (asked["end"] - asked["start"]).days + 1
    return Response(
        [
            {
                "date": day.isoformat(),
                "is_workday": published.is_workday(day),
                "provisional": published.is_provisional(day),
            }
            for day in (asked["start"] + timedelta(n) for n in range(days))
        ]
    )


@extend_schema(parameters=[LimitSerializer], responses=DueSerializer)
@api_view()
@permission_classes([AllowAny])
def add_workdays(request):
    """The last day of a limit of `days` that starts on `from`, which is day 0."""
    asked = _read(LimitSerializer, request)
    published = calendar()
    due = published.add(asked["start"], asked["days"], asked["unit"])
    provisional = published.rests_on_provisional(asked["start"], due)
    return Response({"date": due.isoformat(), "provisional": provisional})


def _read(serializer_class, request):
    asked = serializer_class(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return asked.validated_data
