"""督办 by the API: the cards, the supervision orders, the requests for coordination.

What pushes an item itself (`nudge/`, `explain/`, `stop_ladder/` …) is an act of the item.
"""

from collections.abc import Callable

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from approvals.acts.api import act
from approvals.acts.serializers import NoteSerializer, ReasonSerializer
from approvals.items.filters import DepartmentFilter, only
from approvals.items.rights import RULES, Act, may_ever
from approvals.supervision import operations
from approvals.supervision.filters import AwaitedFilter, OfItemFilter, since, until
from approvals.supervision.models import Card, HelpRequest, SupervisionOrder
from approvals.supervision.operations.progress import outlook_of
from approvals.supervision.operations.subjects import ITEMS
from approvals.supervision.rights import CARD_RIGHTS, HELP_RIGHTS, ORDER_RIGHTS
from approvals.supervision.serializers import (
    AnswerSerializer,
    AppealSerializer,
    CancelSerializer,
    CardSerializer,
    DecideSerializer,
    DemandSerializer,
    HelpRequestSerializer,
    ItemRemindersSerializer,
    OrderSerializer,
    QuestionSerializer,
    StopLadderSerializer,
)
from huadu_portal.clock import now
from huadu_portal.escalation.operations.progress import reminders_of
from huadu_portal.rest.filters import YesOrNo
from huadu_portal.rest.idempotency import idempotent
from huadu_portal.workdays.published import calendar
from projects.api import read


class OfItemViewSet(ReadOnlyModelViewSet):
    """What stands beside an item; for the desk, a firm meets none of it."""

    ordering = "-pk"
    related = ["item__project", "item__approval_type"]
    # Who may do what is named after the act's address, as at the desk.
    rights: dict[str, Callable]

    def get_queryset(self):
        visible = self.queryset.visible_to(self.request.user)
        return visible.select_related(*self.related)

    def _do(self, operation, serializer_class=None):
        """Not visible: 404; not one's own to do: 403; then what the body says."""
        thing, user = self.get_object(), self.request.user
        if not self.rights[self.action](user, thing):
            raise PermissionDenied
        asked = read(serializer_class, self.request) if serializer_class else {}
        operation(thing, by=user, at=now(), **asked)
        return Response(self._shown(pk=thing.pk))

    def _push(self, act: Act, operation, serializer_class):
        """The same for what is created by an act on the item that the body names."""
        user = self.request.user
        if user.role not in RULES[act].roles:
            raise PermissionDenied
        asked = read(serializer_class, self.request)
        item = asked.pop("item")
        if not may_ever(user, act, item):
            raise PermissionDenied
        operation(item, by=user, at=now(), **asked)
        # Its newest: somebody may have answered it since.
        pk = self.get_queryset().filter(item=item).order_by("-pk").values("pk")[:1]
        return Response(self._shown(pk=pk), status=201)

    def _shown(self, pk) -> dict:
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


class CardViewSet(OfItemViewSet):
    """预警, 黄牌, 红牌, 督办: the cards departments were shown, the newest first."""

    queryset = Card.objects.all()
    serializer_class = CardSerializer
    filterset_class = CardFilter
    ordering_fields = ["raised_at"]
    related = [*OfItemViewSet.related, "department", "raised_by"]
    rights = CARD_RIGHTS

    @act(AppealSerializer, CardSerializer)
    def appeal(self, request, pk):
        """Head of the department it was shown to: say, once, why it should not stand."""
        return self._do(operations.appeal, AppealSerializer)

    @act(DecideSerializer, CardSerializer)
    def decide(self, request, pk):
        """Centre's head, or a leader on the centre's own: answer an appeal, with a reason."""
        return self._do(operations.decide, DecideSerializer)

    @act(CancelSerializer, CardSerializer)
    def cancel(self, request, pk):
        """The same people: take back what was shown by mistake."""
        return self._do(operations.cancel, CancelSerializer)


class OrderFilter(AwaitedFilter):
    department = DepartmentFilter()
    number = filters.CharFilter()
    received = YesOrNo(field_name="received_at", lookup_expr="isnull", exclude=True)
    since, until = since("ordered_at"), until("ordered_at")


class SupervisionOrderViewSet(OfItemViewSet):
    """督办单: what departments have to answer within three working days, the newest first."""

    queryset = SupervisionOrder.objects.all()
    serializer_class = OrderSerializer
    filterset_class = OrderFilter
    ordering_fields = ["due_on"]
    related = [*OfItemViewSet.related, "department", "ordered_by"]
    rights = ORDER_RIGHTS

    @extend_schema(request=DemandSerializer, responses={201: OrderSerializer})
    @idempotent
    def create(self, request):
        """Head or leader: order an answer, for an item that has none open; shows a card.

        The same as the item's `order/`.
        """
        return self._push(Act.ORDER, operations.order, DemandSerializer)

    @act(None, OrderSerializer)
    def receive(self, request, pk):
        """Department: confirm that it has been read; a second time changes nothing."""
        return self._do(operations.receive_order)

    @act(AnswerSerializer, OrderSerializer)
    def answer(self, request, pk):
        """Department: reply, once; late is better than never, and seen to be late."""
        return self._do(operations.answer_order, AnswerSerializer)


class HelpFilter(AwaitedFilter):
    department = DepartmentFilter(field_name="item__department")
    since, until = since("asked_at"), until("asked_at")


class HelpRequestViewSet(OfItemViewSet):
    """Where departments need the centre to bring the parties together, the newest first."""

    queryset = HelpRequest.objects.all()
    serializer_class = HelpRequestSerializer
    filterset_class = HelpFilter
    ordering_fields = ["due_on"]
    related = [*OfItemViewSet.related, "item__department", "asked_by"]
    rights = HELP_RIGHTS

    @extend_schema(request=QuestionSerializer, responses={201: HelpRequestSerializer})
    @idempotent
    def create(self, request):
        """Department: ask for coordination, for an item that has no request open.

        The same as the item's `ask_help/`.
        """
        return self._push(Act.ASK_HELP, operations.ask_help, QuestionSerializer)

    @act(AnswerSerializer, HelpRequestSerializer)
    def answer(self, request, pk):
        """Centre, or whoever accompanies the project: answer it, once."""
        return self._do(operations.answer_help, AnswerSerializer)


class PushingActs:
    """Of the items by API: their ladder, and the acts that push."""

    @extend_schema(responses=ItemRemindersSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def reminders(self, request, pk):
        """For the desk: which rungs were told, which come when, and who will be told."""
        item = self.get_object()
        if not request.user.has_perm("escalation.view_reminder"):
            raise PermissionDenied
        outlook = outlook_of(item, now(), calendar())
        said = {"outlook": outlook, "reminders": reminders_of(ITEMS, item)}
        return Response(ItemRemindersSerializer(said).data)

    @act(ReasonSerializer)
    def explain(self, request, pk):
        """Department: say in `note` why it takes longer; its heads are told."""
        return self.do(Act.EXPLAIN, operations.explain, ReasonSerializer)

    @act(ReasonSerializer)
    def ask_help(self, request, pk):
        """Department: ask the centre to coordinate, for what `note` names."""
        return self.do(Act.ASK_HELP, operations.ask_help, ReasonSerializer)

    @act(NoteSerializer)
    def nudge(self, request, pk):
        """The project's agent: ask the officer how it is getting on, once a working day."""
        return self.do(Act.NUDGE, operations.nudge, NoteSerializer)

    @act(ReasonSerializer)
    def order(self, request, pk):
        """Head or leader: a supervision order; `note` is what is demanded."""
        return self.do(Act.ORDER, operations.order, ReasonSerializer)

    @act(StopLadderSerializer)
    def stop_ladder(self, request, pk):
        """Head: stop the reminders until a day, for the reason given in `note`."""
        return self.do(Act.STOP_LADDER, operations.stop_ladder, StopLadderSerializer)

    @act(NoteSerializer)
    def lift_stop(self, request, pk):
        """Head: let stopped reminders go on."""
        return self.do(Act.LIFT_STOP, operations.lift_stop, NoteSerializer)
