"""Which ladder holds for what, how it is changed, and what a change would do."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from approvals.supervision.models import AMONG_STAFF, Course, Hearer, Ladder, LadderRung
from approvals.supervision.operations.audience import Standing
from approvals.supervision.operations.watched import WORDS, WORDS_OF_ITEM, look_again
from huadu_portal.accounts.models import User
from huadu_portal.errors import NotAllowed

# Who may change when whom is reminded of what.
EDITORS = {User.Role.CENTRE_HEAD, User.Role.SYSTEM_ADMIN}


class Ladders:
    """All ladders in force, read once for a batch."""

    def __init__(self):
        rows = Ladder.objects.current().prefetch_related("rungs")
        self._ladders = {(row.course, row.department_id, row.grade): row for row in rows}

    def of(self, course: Course, standing: Standing) -> Ladder | None:
        """The one that says it most precisely: of department and grade, then of either."""
        grade = standing.project.grade if standing.project else ""
        for department in (standing.department_id, None):
            for precise in (grade, ""):
                if found := self._ladders.get((course, department, precise)):
                    return found
        return None

    def rungs_for(self, course: Course, standing: Standing) -> Sequence[LadderRung]:
        found = self.of(course, standing)
        return [_of(found, rung) for rung in found.rungs.all()] if found else []

    def replacing(self, new: Ladder, rungs: Sequence[LadderRung]) -> "Ladders":
        """The same with one that is not in force yet; nothing is written."""
        others = Ladders()
        new._prefetched_objects_cache = {"rungs": rungs}
        others._ladders[(new.course, new.department_id, new.grade)] = new
        return others


def _of(ladder_: Ladder, rung: LadderRung) -> LadderRung:
    # So that a rung knows its course without a question.
    rung.ladder = ladder_
    return rung


def may_edit(user: User) -> bool:
    return user.role in EDITORS


@transaction.atomic
def publish(
    new: Ladder, rungs: Sequence[LadderRung], *, by: User, at: datetime, replaces: Ladder | None
) -> Ladder:
    """Put a version in force; what waits is looked at by the next sweep.

    `replaces` is the version that was seen. Raises ValidationError when a rung makes no
    sense, NotAllowed when somebody has published another version meanwhile.
    """
    if not may_edit(by):
        raise PermissionDenied
    check(new, rungs)
    now = _in_force(new).select_for_update().first()
    if (now and now.pk) != (replaces and replaces.pk):
        raise NotAllowed(_("Someone has changed this meanwhile. Please look at it again."))
    if now:
        now.replaced_at = at
        now.save(update_fields=["replaced_at"])
    last = _same(new).order_by("-version").first()
    new.version = last.version + 1 if last else 1
    new.published_at, new.published_by = at, by
    new.save(force_insert=True)
    for position, rung in enumerate(rungs, start=1):
        rung.pk, rung.ladder, rung.position = None, new, position
    LadderRung.objects.bulk_create(rungs)
    look_again(Course(new.course))
    return new


@transaction.atomic
def retire(old: Ladder, *, by: User, at: datetime) -> None:
    """A special ladder ends; the general one holds again. The general one never ends."""
    if not may_edit(by):
        raise PermissionDenied
    if old.department_id is None and not old.grade:
        raise NotAllowed(_("The ladder for all cannot be taken away, only changed."))
    if not Ladder.objects.current().filter(pk=old.pk).update(replaced_at=at):
        raise NotAllowed(_("Someone has changed this meanwhile. Please look at it again."))
    look_again(Course(old.course))


def check(new: Ladder, rungs: Sequence[LadderRung]) -> None:
    """Raises ValidationError when the rungs make no sense, tell whom they must not, or name
    what is not known of this course."""
    if not rungs:
        raise ValidationError(_("A ladder needs a rung at least."))
    if len({rung.code for rung in rungs}) != len(rungs):
        raise ValidationError(_("Two rungs have the same code."))
    if new.course in AMONG_STAFF and any(Hearer.FIRM in rung.audience for rung in rungs):
        raise ValidationError(_("The enterprise is not told how staff push each other."))
    for rung in rungs:
        check_text(new.course, rung.text)
        check_text(new.course, rung.text_en)


def check_text(course: str, text: str) -> None:
    """Raises ValidationError when the text names what is not known of this course."""
    known = WORDS.get(Course(course), WORDS_OF_ITEM)
    try:
        text % dict.fromkeys(known, "")
    except (KeyError, ValueError, TypeError) as error:
        names = "、".join(f"%({word})s" for word in sorted(known))
        sentence = _("The text may name: %(names)s. A per cent sign is written twice.")
        raise ValidationError(sentence % {"names": names}) from error


def _same(new: Ladder) -> QuerySet:
    return Ladder.objects.filter(
        course=new.course, department=new.department_id, grade=new.grade
    )


def _in_force(new: Ladder) -> QuerySet:
    return _same(new).current()
