"""Who may do an act to a thing, and when."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# Asked with the person and the thing.
Predicate = Callable[[Any, Any], bool]


def always(_user: Any, _thing: Any) -> bool:
    return True


def never(_user: Any, _thing: Any) -> bool:
    return False


@dataclass(frozen=True)
class Rule:
    """Of those who may see a thing: who may do an act to it, and in which state of it.

    `roles` and `statuses`: None is every one. `who` has to hold besides of the person, who is
    refused for good without it (403). `only` has to hold for now (409): whatever can change for
    the same person, such as being the officer in charge. `offered`: when the act is shown, where it
    may be repeated without effect.
    """

    roles: frozenset[str] | None = None
    statuses: frozenset[str] | None = None
    who: tuple[Predicate, ...] = ()
    only: tuple[Predicate, ...] = ()
    offered: tuple[Predicate, ...] = ()

    def is_for_role(self, role: str) -> bool:
        return self.roles is None or role in self.roles

    def may_ever(self, user: Any, thing: Any) -> bool:
        """Whether the person may do it to this thing in some state."""
        return self.is_for_role(user.role) and all(holds(user, thing) for holds in self.who)

    def may(self, user: Any, thing: Any) -> bool:
        """Whether they may do it now."""
        in_status = self.statuses is None or thing.status in self.statuses
        return (
            in_status
            and self.may_ever(user, thing)
            and all(holds(user, thing) for holds in self.only)
        )

    def is_offered(self, user: Any, thing: Any) -> bool:
        """Whether its button is shown."""
        return self.may(user, thing) and all(holds(user, thing) for holds in self.offered)
