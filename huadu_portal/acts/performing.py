"""An act as a row of a table, and the one way in which it is performed."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from functools import update_wrapper
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import Serializer

from huadu_portal.acts.forms import ActForm, SeveralForm
from huadu_portal.acts.rules import Predicate, Rule, always
from huadu_portal.errors import NotAllowed, Stale
from huadu_portal.stored_files import atomic_with_files

Text = str | LazyText


class Operation:
    """What an act does: made of a function of the locked thing, `by` whom, `at` when, and what
    is asked.

    Whoever calls it performs its act, and names the `version` that was seen, where the thing
    has one.
    """

    act: "Act"

    def __init__(self, body: Callable[..., Any]):
        self.body = body
        update_wrapper(self, body)

    def __call__(self, thing: Any, *, by: Any, at: datetime, **data: Any) -> Any:
        return perform(self.act, thing, data, by=by, at=at)


# As a decorator.
operation = Operation


@dataclass(frozen=True)
class Several:
    """How an act is offered for several things at once, and what it then asks of all.

    `consequence`: where that of the act does not fit; `permission`: where no roles of the rule
    say who may do it.
    """

    label: Text
    form: type[SeveralForm] = SeveralForm
    consequence: Text = ""
    permission: str = ""


@dataclass(frozen=True)
class Act:
    """What can be done to a kind of thing, by an operation that locks the thing and refuses by
    itself. Where `perform` does both for the operation, it is a GuardedAct.
    """

    # In addresses, and in the history.
    name: str
    # Not `_`, which is gettext.
    __: KW_ONLY
    rule: Rule
    operation: Callable[..., Any]
    form: type[ActForm] = ActForm
    # What the API asks; None: nothing.
    serializer: type[Serializer] | None = None
    label: Text
    # What follows and who will be notified, said before it is done.
    consequence: Text
    done: Text
    danger: bool = False
    # Whether it can be the next step on the thing's way; what leads aside never is.
    leads: Predicate = always
    several: Several | None = None
    # What is said where the rule does not allow it now; see why_not.
    otherwise: Text | Callable[[Any], Text] = _(
        "This action is not available in the current state. Please check what has changed."
    )

    def settle(self, thing: Any, *, at: datetime) -> None:
        """Record what time alone has decided about the thing, in a transaction of its own.

        Raises Overtaken when there was something.
        """

    def lock(self, thing: Any) -> Any:
        """The thing as it is, kept from others until the transaction ends."""
        return thing

    def is_visible(self, thing: Any, by: Any) -> bool:
        """Whether the person may know of the locked thing."""
        return True

    def version_of(self, thing: Any) -> int | None:
        """The version that has to be named; None where none has."""
        return None

    def check(self, thing: Any, *, by: Any, version: int | None) -> None:
        """Raises PermissionDenied, Stale or NotAllowed, whichever is first."""
        if not (self.is_visible(thing, by) and self.rule.may_ever(by, thing)):
            raise PermissionDenied
        if self.version_of(thing) not in {None, version}:
            raise Stale(version=self.version_of(thing))
        if not self.rule.may(by, thing):
            raise self.refusal(thing)

    def why_not(self, thing: Any) -> Text:
        """What is said where the rule does not allow it now."""
        return self.otherwise(thing) if callable(self.otherwise) else self.otherwise

    def refusal(self, thing: Any) -> NotAllowed:
        return NotAllowed(self.why_not(thing), version=self.version_of(thing))

    def run(self, thing: Any, *, by: Any, at: datetime, **asked: Any) -> Any:
        """Call the operation, on the locked thing."""
        body = self.operation
        return (body.body if isinstance(body, Operation) else body)(
            thing, by=by, at=at, **asked
        )


@dataclass(frozen=True, kw_only=True)
class GuardedAct(Act):
    """An act whose operation is given the locked thing, once nothing stands against it.

    Its kind of thing says how it is locked.
    """

    operation: Operation

    def lock(self, thing: Any) -> Any:
        raise NotImplementedError

    def is_visible(self, thing: Any, by: Any) -> bool:
        return type(thing).objects.visible_to(by).filter(pk=thing.pk).exists()


@dataclass(frozen=True)
class Offer:
    """An act as a button; the main one is that of the next step."""

    act: Act
    is_main: bool


class Acts(dict[str, Act]):
    """The acts on one kind of thing, by name, in the order in which they are offered."""

    def __init__(self, *acts: Act):
        super().__init__()
        self.add(*acts)

    def add(self, *acts: Act) -> None:
        for act in acts:
            if act.name in self:
                raise ValueError(f"There are two acts “{act.name}”.")
            self[act.name] = act
            if isinstance(act.operation, Operation):
                act.operation.act = act

    def offered(self, user: Any, thing: Any) -> list[Act]:
        """Those whose buttons are shown to the person."""
        return [act for act in self.values() if act.rule.is_offered(user, thing)]

    def offers(self, user: Any, thing: Any) -> list[Offer]:
        """The same as buttons: the main one first, if one leads on."""
        offered = self.offered(user, thing)
        leading = (act for act in offered if not act.danger and act.leads(user, thing))
        main = next(leading, None)
        others = [Offer(act, is_main=False) for act in offered if act is not main]
        return [Offer(main, is_main=True), *others] if main else others


def perform(
    act: Act, thing: Any, data: Mapping[str, Any] | ActForm, *, by: Any, at: datetime
) -> Any:
    """Do an act to a thing, whichever way it is asked for; what its operation returns.

    `data`: a valid form, or what the operation is asked with, by name; with the `version`
    that was seen where the thing has one. One transaction holds the lock, the files of a
    form and the act: of an act that is refused no file remains.

    Raises Overtaken when time has decided first (what was recorded of it stays),
    PermissionDenied, Stale, NotAllowed, and ValidationError by field.
    """
    if not act.rule.may_ever(by, thing):
        raise PermissionDenied
    act.settle(thing, at=at)
    with atomic_with_files():
        locked = act.lock(thing)
        said = data if isinstance(data, Mapping) else data.cleaned_data
        act.check(locked, by=by, version=said.get("version"))
        asked = dict(data) if isinstance(data, Mapping) else data.arguments(by=by, at=at)
        if act.version_of(locked) is not None:
            del asked["version"]
        done = act.run(locked, by=by, at=at, **asked)
        # The audit trail writes its row here, in the same transaction.
        return done
