"""Items as lists choose them: by who may see them, by their status, and by their lamp."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from approvals.catalogue.models import ApprovalType
from approvals.items.models.states import OPEN, Breach, Lamp, S
from huadu_portal.accounts.models import User
from projects.models import Enterprise

# Those whose limits run, and who have a lamp.
LIT = Q(status=S.ACCEPTED, due_on__isnull=False)


def lamp_is(lamp: str, today: date) -> Q:
    """The lamp as of `today`, in SQL; ApprovalItem.lamp_on says the same."""
    statutory = Q(statutory_due_on__lt=today)
    # A comparison with null is neither true nor false: such rows must stay in.
    calm = ~(statutory & Q(statutory_due_on__isnull=False))
    match Lamp(lamp):
        case Lamp.DEEP_RED:
            return LIT & statutory
        case Lamp.RED:
            return LIT & Q(due_on__lt=today) & calm
        case Lamp.YELLOW:
            return LIT & Q(near_on__lte=today, due_on__gte=today) & calm
        case Lamp.GREEN:
            return LIT & Q(near_on__gt=today) & calm
        case Lamp.NONE:
            return ~LIT


def overdue(today: date) -> Q:
    """Past either limit: a promise that was extended late may end after the statutory day."""
    return LIT & (Q(due_on__lt=today) | Q(statutory_due_on__lt=today))


class ApprovalItemQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """All for the centre, theirs for a department and for a firm's people."""
        if user.reads_everything:
            return self
        if user.is_of_department:
            return self.filter(department=user.department_id)
        return self.filter(project__enterprise__in=Enterprise.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def sent_back(self) -> Self:
        """In pre-review, with an opinion that the firm has to answer; see is_sent_back."""
        return self.filter(
            status=S.CORRECTING, joint_case__isnull=False, submitted_at__isnull=True
        )

    def running(self) -> Self:
        """Those whose limits run: they alone show a lamp that can change."""
        return self.filter(status=S.ACCEPTED)

    def lapsed(self, today: date) -> Self:
        """Received, and the notice limit has ended in silence: accepted by law."""
        return self.filter(
            status=S.SUBMITTED,
            notice_due_on__lt=today,
            approval_type__kind__in=ApprovalType.licence_like_kinds(),
        ).exclude(whole__status=S.SUBMITTED)

    def overdue(self, today: date) -> Self:
        """Those with the red or the deep red lamp; ApprovalItem.is_overdue says the same."""
        return self.filter(overdue(today))

    def due_within(self, today: date, last: date) -> Self:
        return self.running().filter(due_on__gte=today, due_on__lte=last)

    def breached(self, breach: str) -> Self:
        """Those that were ever past the promised, or past the statutory limit."""
        return self.filter(**{f"{Breach(breach).value}_breached_on__isnull": False})

    def with_lamp(self, lamp: str, today: date) -> Self:
        """The lamp as of `today`, in SQL; ApprovalItem.lamp_on says the same."""
        return self.filter(lamp_is(lamp, today))
