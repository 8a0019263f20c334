"""Acts by the API: each row of a table is an action of its viewset."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from huadu_portal.acts.performing import Act, Acts, perform
from huadu_portal.clock import now
from huadu_portal.rest.bodies import read_body
from huadu_portal.rest.idempotency import idempotent

Viewset = type[GenericViewSet]


def actions_of(acts: Acts, says: type[Serializer]) -> Callable[[Viewset], Viewset]:
    """Decorates a viewset: `POST …/<id>/<name>/` does the act of that name to the thing.

    The answer is what the viewset's `shown(thing)` says of the thing then, by the serializer `says`.
    """

    def decorate(viewset: Viewset) -> Viewset:
        for act in acts.values():
            setattr(viewset, act.name, _action(act, says))
        return viewset

    return decorate


def _action(act: Act, says: type[Serializer]) -> Callable[..., Response]:
    def do(viewset, request, pk):
        done = perform_asked(act, viewset.get_object(), request)
        return Response(viewset.shown(done))

    do.__name__, do.__doc__ = act.name, described(act)
    # In this order: an action forgets what has been documented before.
    documented = extend_schema(request=act.serializer, responses=says)
    return documented(idempotent(action(detail=True, methods=["post"])(do)))


def perform_asked(act: Act, thing: Any, request: Request) -> Any:
    """Do the act with what the body of the request says; what its operation returns.

    403 where it is never the person's, before the body is read; 400 by field for what the body says
    wrong; otherwise what `perform` raises. The act's serializer finds the thing in its context.
    """
    if not act.rule.may_ever(request.user, thing):
        raise PermissionDenied
    asked = read_body(act.serializer, request, thing=thing) if act.serializer else {}
    return perform(act, thing, asked, by=request.user, at=now())


def described(act: Act) -> str:
    """What the act does, as its operation says; by whom and from which state, as its rule does."""
    does = (act.operation.__doc__ or "").partition("\n\n")[0]
    named = {"By": act.rule.roles, "From": act.rule.statuses}
    limits = [f"{what}: {', '.join(sorted(names))}." for what, names in named.items() if names]
    return " ".join([does, *limits])
