"""Notices for enterprises of which nobody has an account."""

from django_filters import rest_framework as filters
from rest_framework.viewsets import ReadOnlyModelViewSet

from huadu_portal.accounts.requests import SignedInApiRequest
from huadu_portal.acts.api import actions_of
from projects.filing_acts import NOTICE_ACTS
from projects.filing_serializers import CounterNoticeSerializer
from projects.models import CounterNotice


class CounterNoticeFilter(filters.FilterSet):
    # By key, not by what is there: a filter that looked would tell a stranger.
    enterprise = filters.UUIDFilter(field_name="enterprise_id")
    application = filters.UUIDFilter(field_name="application_id")
    project = filters.UUIDFilter(field_name="project_id")
    item = filters.UUIDFilter(field_name="subject_id")
    to_hand_over = filters.BooleanFilter(
        method="waiting", label="Neither mailed nor handed over."
    )

    class Meta:
        model = CounterNotice
        fields: list[str] = []

    def waiting(self, rows, name, value):
        return rows.to_hand_over() if value else rows


@actions_of(NOTICE_ACTS, CounterNoticeSerializer)
class CounterNoticeViewSet(ReadOnlyModelViewSet):
    """Notices that the window hands over or that were mailed to a contact; of all enterprises for
    the centre, for a firm its own."""

    request: SignedInApiRequest
    queryset = CounterNotice.objects.all()
    serializer_class = CounterNoticeSerializer
    filterset_class = CounterNoticeFilter
    ordering = "-pk"

    def get_queryset(self):
        rows = CounterNotice.objects.visible_to(self.request.user)
        return rows.select_related("delivery", "handed_over__by")

    def shown(self, notice: CounterNotice) -> dict:
        return CounterNoticeSerializer(self.get_queryset().get(pk=notice.pk)).data
