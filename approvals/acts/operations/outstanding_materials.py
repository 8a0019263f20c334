"""Materials that are not there on the day of the decision: what is promised already, what may
follow, and what a grant has to give a reason for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from approvals.acts.models import Commitment
from approvals.items.models import ApprovalItem
from approvals.vault.needs import Need, needs_of_item
from huadu_portal.prepared import Prepared
from huadu_portal.workdays.arithmetic import Calendar

# What is still owed: the kind, its name as promised, and the day.
OPEN_PROMISES = Prepared[tuple](
    lambda item: (
        Commitment.objects.open()
        .filter(item=item)
        .order_by("due_on", "pk")
        .values_list("material", "text", "due_on")
    )
)


@dataclass(frozen=True)
class Outstanding:
    """What an item asks for and does not have, valid, on a day.

    What an earlier approval of the project is yet to deliver is not the firm's to bring.
    """

    # By text and day: commitments that are open already.
    promised: list[tuple[str, date]]
    # These may follow later (容缺受理): granted all the same, they become commitments.
    tolerable: list[Need]
    # Missing or expired, and nothing in the catalogue lets them follow.
    hard: list[Need]

    @property
    def tolerable_names(self) -> str:
        return _joined(self.tolerable)

    @property
    def hard_names(self) -> str:
        return _joined(self.hard)

    def told(self, note: str, due_on: date) -> str:
        """The note of the grant, with what was missing before it: history and message say so."""
        lines = [note] if note else []
        if self.hard:
            lines.insert(0, _("Missing or expired: %(names)s.") % {"names": self.hard_names})
        if self.tolerable:
            to_follow = {"names": self.tolerable_names, "day": due_on.isoformat()}
            lines.append(_("To follow by %(day)s: %(names)s.") % to_follow)
        return "\n".join(lines)


def outstanding_materials(item: ApprovalItem, today: date, calendar: Calendar) -> Outstanding:
    promises = OPEN_PROMISES(item.pk)
    promised = {material for material, _text, _day in promises}
    lacking = [
        need
        for need in needs_of_item(item, today, calendar)
        if not (need.at_hand or need.kind.pk in promised or need.awaited_from)
    ]
    return Outstanding(
        [(text, day) for _material, text, day in promises],
        [need for need in lacking if need.is_tolerable],
        [need for need in lacking if not need.is_tolerable],
    )


def _joined(needs: Iterable[Need]) -> str:
    return "、".join(str(need.kind) for need in needs)
