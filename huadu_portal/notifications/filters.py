"""How one's messages are narrowed, on the page and by the API."""

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters

from huadu_portal.notifications import policy
from huadu_portal.notifications.models import Topic
from huadu_portal.notifications.models.messages import NotificationQuerySet
from huadu_portal.rest.filters import Search, YesOrNo


class NotificationFilter(filters.FilterSet):
    q = Search(method="saying", label=_("words"))
    topic = filters.ChoiceFilter(
        method="about", choices=Topic, label=_("topic"), empty_label=_("all topics")
    )
    unread = YesOrNo(field_name="read_at", lookup_expr="isnull")

    def saying(
        self, queryset: NotificationQuerySet, name: str, value: str
    ) -> NotificationQuerySet:
        return queryset.saying(value)

    def about(
        self, queryset: NotificationQuerySet, name: str, value: str
    ) -> NotificationQuerySet:
        return queryset.filter(kind__in=policy.kinds_of(value))
