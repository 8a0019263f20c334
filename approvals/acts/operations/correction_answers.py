"""What a firm says to a request for correction, point by point."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from approvals.acts.models import CorrectionRequest, Point, PointAnswer
from approvals.items.models import ApprovalItem
from huadu_portal.rows import insert_missing
from projects.models import Document


@dataclass(frozen=True)
class AnswerGiven:
    """Said to the point of this number: words, files, or both."""

    number: int
    text: str = ""
    documents: Sequence[Document] = ()

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not self.documents

    def is_unchanged(self, had: Collection[UUID]) -> bool:
        """No words, and no file besides those that the item had been given (`had`)."""
        return not self.text.strip() and all(each.pk in had for each in self.documents)

    @property
    def sentence(self) -> str:
        """As a line of the history."""
        said = [self.text.strip(), *(each.filename for each in self.documents)]
        return f"{self.number}. {'；'.join(filter(None, said))}"


def open_correction(item: ApprovalItem) -> CorrectionRequest | None:
    """The request that waits for the firm, with what it asks for."""
    unanswered = item.corrections.filter(answered_at=None)
    return unanswered.prefetch_related("materials__kind", "answers").last()


def documents_given_before(item: ApprovalItem) -> set[UUID]:
    return set(item.documents.values_list("pk", flat=True))


def check_answers(
    points: Sequence[Point],
    given: Iterable[AnswerGiven],
    documents: Sequence[Document],
    *,
    had: Collection[UUID],
    note: str,
    unchanged: bool,
) -> list[AnswerGiven]:
    """The answer to each point that has one; raises ValidationError by field.

    Whoever answers one point answers all, each by a file or by words. Who answers none by its number
    (`documents` and a note alone) has answered the materials asked for with the files of their kinds.
    That nothing is new has to be said (`unchanged`), or it is refused.
    """
    given = list(given)
    if not given:
        if not (unchanged or note.strip() or any(each.pk not in had for each in documents)):
            raise ValidationError({"unchanged": nothing_new()})
        return _by_kind(points, documents)
    _check_numbers(points, given)
    stale = [answer.number for answer in given if answer.is_unchanged(had)]
    if stale and not unchanged:
        raise ValidationError({"unchanged": nothing_new_to(stale)})
    return given


def _check_numbers(points: Sequence[Point], given: Sequence[AnswerGiven]) -> None:
    numbers = [answer.number for answer in given]
    if len(set(numbers)) < len(numbers) or set(numbers) - {each.number for each in points}:
        raise ValidationError({"answers": _("Please answer each point of the list once.")})
    answered = {answer.number for answer in given if not answer.is_empty}
    if left := [each.number for each in points if each.number not in answered]:
        sentence = _("Please answer point %(numbers)s with a file or in words.")
        raise ValidationError({"answers": sentence % {"numbers": listed_numbers(left)}})


def _by_kind(points: Iterable[Point], documents: Iterable[Document]) -> list[AnswerGiven]:
    documents = list(documents)
    answers = [
        AnswerGiven(
            point.number,
            documents=[each for each in documents if each.kind_id == point.kind.pk],
        )
        for point in points
        if point.kind
    ]
    return [answer for answer in answers if answer.documents]


def nothing_new() -> str:
    return _(
        "Nothing new has been added. Please add a file or an answer, or confirm that you submit "
        "it unchanged."
    )


def nothing_new_to(numbers: Iterable[int]) -> str:
    sentence = _(
        "Your answer to point %(numbers)s has only files that were already submitted. Please "
        "add a file or an answer, or confirm that you submit it unchanged."
    )
    return sentence % {"numbers": listed_numbers(numbers)}


def listed_numbers(numbers: Iterable[int]) -> str:
    return "、".join(str(number) for number in numbers)


def keep_answers(
    correction: CorrectionRequest, answers: Iterable[AnswerGiven], *, had: Collection[UUID]
) -> None:
    answers = list(answers)
    kept = PointAnswer.objects.bulk_create(
        PointAnswer(
            correction=correction,
            number=answer.number,
            text=answer.text.strip(),
            is_unchanged=answer.is_unchanged(had),
        )
        for answer in answers
    )
    link = PointAnswer.documents.through
    insert_missing(
        link(pointanswer=row, document=document)
        for row, answer in zip(kept, answers, strict=True)
        for document in answer.documents
    )
