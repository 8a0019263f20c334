"""督办 by the API: the cards, the supervision orders, the requests for coordination.

What follows up an item itself (`nudge/`, `explain/`, `stop_ladder/` …) is an act of the item.
"""

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from approvals.items.filters import DepartmentFilter, only
from approvals.items.rights import ITEM_ACTS
from approvals.supervision.acts import CARD_ACTS, HELP_ACTS, ORDER_ACTS, PROPOSAL_ACTS
from approvals.supervision.filters import AwaitedFilter, OfItemFilter, since, until
from approvals.supervision.models import (
    Card,
    HelpRequest,
    OrderProposal,
    ProposalState,
    SupervisionOrder,
)
from approvals.supervision.models.cards import OfItemQuerySet
from approvals.supervision.operations.item_subject import ITEMS
from approvals.supervision.operations.progress import outlook_of
from approvals.supervision.serializers import (
    CardSerializer,
    DemandSerializer,
    HelpRequestSerializer,
    ItemRemindersSerializer,
    OrderProposalSerializer,
    OrderSerializer,
    QuestionSerializer,
)
from huadu_portal.accounts.requests import SignedInApiRequest
from huadu_portal.acts import perform
from huadu_portal.acts.api import actions_of
from huadu_portal.clock import civil_day, now
from huadu_portal.escalation.operations.progress import reminders_of
from huadu_portal.rest.bodies import read_body
from huadu_portal.rest.filters import YesOrNo
from huadu_portal.rest.idempotency import idempotent
from huadu_portal.workdays.published import calendar


class OfItemViewSet(ReadOnlyModelViewSet):
    """What belongs to an item and only the desk may see."""

    request: SignedInApiRequest
    ordering = "-pk"
    queryset: OfItemQuerySet
    related = ["item__project", "item__approval_type"]

    def get_queryset(self):
        visible = self.queryset.visible_to(self.request.user)
        return visible.select_related(*self.related)

    def shown(self, thing):
        """What is said of it after an act."""
        return self._shown(pk=thing.pk)

    def _push(self, name: str, serializer_class: type[Serializer]) -> Response:
        """What is created by an act on the item that the body names."""
        act, user = ITEM_ACTS[name], self.request.user
        if not act.rule.is_for_role(user.role):
            raise PermissionDenied
        asked = read_body(serializer_class, self.request)
        item = asked.pop("item")
        perform(act, item, asked, by=user, at=now())
        # Its newest: somebody may have answered it since.
        pk = self.get_queryset().filter(item=item).order_by("-pk").values("pk")[:1]
        return Response(self._shown(pk=pk), status=201)

    def _shown(self, pk: object) -> dict:
        return self.get_serializer(self.get_queryset().get(pk=pk)).data


class CardFilter(OfItemFilter):
    department = DepartmentFilter()
    standing = YesOrNo(
        field_name="cancelled_at",
        lookup_expr="isnull",
        label="Whether it counts: not cancelled.",
    )
    disputed = YesOrNo(
        method="appealed_against", label="Whether an appeal is to be decided on."
    )
    since, until = since("raised_at"), until("raised_at")

    class Meta:
        model = Card
        fields = ["level", "cause"]

    def appealed_against(self, rows, name, value):
        return only(rows, rows.disputed(), value)


@actions_of(CARD_ACTS, CardSerializer)
class CardViewSet(OfItemViewSet):
    """预警, 黄牌, 红牌, 督办: the cards departments were shown, the newest first."""

    queryset = Card.objects.all()
    serializer_class = CardSerializer
    filterset_class = CardFilter
    ordering_fields = ["raised_at"]
    related = [*OfItemViewSet.related, "department", "raised_by"]


class OrderFilter(AwaitedFilter):
    department = DepartmentFilter()
    number = filters.CharFilter()
    received = YesOrNo(field_name="received_at", lookup_expr="isnull", exclude=True)
    since, until = since("ordered_at"), until("ordered_at")


@actions_of(ORDER_ACTS, OrderSerializer)
class SupervisionOrderViewSet(OfItemViewSet):
    """督办单: what departments have to answer within three working days, the newest first."""

    queryset = SupervisionOrder.objects.all()
    serializer_class = OrderSerializer
    filterset_class = OrderFilter
    ordering_fields = ["due_on"]
    related = [*OfItemViewSet.related, "department", "ordered_by"]

    @extend_schema(request=DemandSerializer, responses={201: OrderSerializer})
    @idempotent
    def create(self, request):
        """Head or leader: order an answer, for an item that has none open; shows a card.

        The same as the item's `order/`.
        """
        return self._push("order", DemandSerializer)


class ProposalFilter(OfItemFilter):
    department = DepartmentFilter()
    state = filters.ChoiceFilter(choices=ProposalState.choices, method="in_state")
    overdue = YesOrNo(
        method="past_its_day", label="Whether it is to be decided on and its day has passed."
    )
    since, until = since("proposed_at"), until("proposed_at")

    def in_state(self, rows, name, value):
        return rows.in_state(value)

    def past_its_day(self, rows, name, value):
        return only(rows, rows.overdue(civil_day(now())), value)


@actions_of(PROPOSAL_ACTS, OrderProposalSerializer)
class OrderProposalViewSet(OfItemViewSet):
    """督办建议: the supervision orders that the ladder proposes, the newest first.

    A head or a leader issues the order, or declines it with a reason.
    """

    queryset = OrderProposal.objects.all()
    serializer_class = OrderProposalSerializer
    filterset_class = ProposalFilter
    ordering_fields = ["due_on"]
    related = [*OfItemViewSet.related, "department", "decided_by"]


class HelpFilter(AwaitedFilter):
    department = DepartmentFilter(field_name="item__department")
    since, until = since("asked_at"), until("asked_at")


@actions_of(HELP_ACTS, HelpRequestSerializer)
class HelpRequestViewSet(OfItemViewSet):
    """Where departments need the centre to bring the parties together, the newest first."""

    queryset = HelpRequest.objects.all()
    serializer_class = HelpRequestSerializer
    filterset_class = HelpFilter
    ordering_fields = ["due_on"]
    related = [*OfItemViewSet.related, "item__department", "asked_by"]

    @extend_schema(request=QuestionSerializer, responses={201: HelpRequestSerializer})
    @idempotent
    def create(self, request):
        """Department: ask for coordination, for an item that has no request open.

        The same as the item's `ask_help/`.
        """
        return self._push("ask_help", QuestionSerializer)


class LadderOfItem(GenericViewSet):
    """Of the items by API: their ladder."""

    request: SignedInApiRequest

    @extend_schema(responses=ItemRemindersSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def reminders(self, request, pk):
        """For the desk: which rungs were told, which come when, and who will be told."""
        item = self.get_object()
        if not request.user.has_perm("escalation.view_reminder"):
            raise PermissionDenied
        reminders = list(reminders_of(ITEMS, item))
        outlook = outlook_of(item, reminders, now(), calendar())
        said = {"outlook": outlook, "reminders": reminders}
        return Response(ItemRemindersSerializer(said).data)
