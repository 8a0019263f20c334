"""What waits for somebody: each app describes its own and registers it in `ready()`.

    class RequestSubject(ProjectSubject):
        kind, model = "service_request", ServiceRequest
        courses = [Course("request", _("answer to a request"), words={"number", "due"})]
        ...

    subjects.register(RequestSubject(), packaged=DATA / "escalation.yaml")

A course is what is waited for: each has policies of its own (`Course`).
An epoch counts how often a subject's clock has begun anew; then its steps are told again.
An occasion tells the silences of one epoch apart: the version of the subject since which nothing
has happened (`Timing.version`), 0 for every other step.

The sweep asks a subject type for batches, so that a thousand things cost as many statements as
one does.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.functional import Promise as LazyText

from huadu_portal.accounts.models import User
from huadu_portal.escalation.schedule import DueStep, Timing
from huadu_portal.workdays.arithmetic import Calendar

T = TypeVar("T", bound=Model)
FIRM = "firm"


@dataclass(frozen=True, eq=False)
class Course:
    """What is waited for. Each has policies of its own."""

    # As it is stored, at most 20 characters.
    code: str
    label: str | LazyText
    # What the texts of its steps may name: `words_of` gives all of them.
    words: Collection[str]
    # A department owes it: steps can show a card, and the department's head can stop them.
    is_of_department: bool = False
    # How staff follow each other up is no firm's business (docs/decisions/0016).
    is_staff_only: bool = False

    def __str__(self) -> str:
        return self.code

    def recipients(self, audience: Iterable[str]) -> list[str]:
        """Of those whom a step names; among staff no firm, whatever an old version says."""
        hidden = {FIRM} if self.is_staff_only else set()
        return [role for role in audience if role not in hidden]


@dataclass(frozen=True)
class Responsibility:
    """Who has which part in a matter, as keys of people; None where there is nobody.

    Department and grade decide which policy holds for it.
    """

    department_id: UUID | None = None
    officer_id: UUID | None = None
    agent_id: UUID | None = None
    chief_officer_id: UUID | None = None
    enterprise_id: UUID | None = None
    # Of the project, "" where there is none.
    grade: str = ""


@dataclass(frozen=True)
class Escalation(Generic[T]):
    """One subject that is waited for, and the steps of the policy that holds for it."""

    subject: T
    course: Course
    # All steps of the policy, the lowest first.
    steps: list[DueStep]
    # Until then nobody is to be reminded of it.
    paused_until: datetime | None = None

    def next_after(self, at: datetime) -> datetime | None:
        """When a sweep has to look at it again."""
        if self.paused_until:
            return self.paused_until
        return next((due.at for due in self.steps if due.at > at), None)


@dataclass(frozen=True)
class ToldStep(Generic[T]):
    """The highest step that a subject has reached: it is told, lower ones are superseded."""

    subject: T
    course: Course
    due: DueStep
    reminder_id: int


class SubjectType(Generic[T]):
    """A kind of thing that waits.

    Its model has `next_rung_at`, when a sweep has to look at it: the app sets it to the moment of
    every act that changes what is waited for (`huadu_portal.escalation.models.Waiting` has it).
    """

    # As reminders store it, at most 20 characters.
    kind: str
    model: type[T]
    courses: Sequence[Course]
    # Relations that the methods below read, fetched in bulk.
    related: Sequence[str] = ()
    # By which the list of reminders is searched.
    search_fields: Sequence[str] = ()

    # Which rows wait, and for what.

    def waiting(self) -> QuerySet[T]:
        """The rows that may wait; `course_of` decides for each."""
        raise NotImplementedError

    def waiting_on(self, course: str) -> QuerySet[T]:
        """Of these, the rows that may wait for the course of this code."""
        has_it = course in {each.code for each in self.courses}
        return self.waiting() if has_it else self.model._default_manager.none()

    def with_related(self, rows: QuerySet[T]) -> QuerySet[T]:
        """For a batch: fetched apart, for many rows have them in common."""
        return rows.prefetch_related(*self.related)

    def with_joined(self, rows: QuerySet[T]) -> QuerySet[T]:
        """For a page: the same in one statement."""
        # Without a name, Django would join all there is.
        return rows.select_related(*self.related) if self.related else rows

    def prepare(self, subjects: Sequence[T], calendar: Calendar) -> None:
        """Fetch for a whole batch what the methods below need of each."""

    def course_of(self, subject: T) -> Course | None:
        """What it waits for now; None when nobody has to be reminded any more."""
        raise NotImplementedError

    def timing_of(self, subject: T) -> Timing:
        """The days by which it is waited for."""
        raise NotImplementedError

    def epoch_of(self, subject: T) -> int:
        """How often its clock began anew; after that, its steps are told anew."""
        return 0

    def paused(self, subjects: Sequence[T], today: date) -> Mapping[UUID, datetime]:
        """By key, until when nobody is to be reminded of them."""
        return {}

    # Who is told, and what.

    def responsibility_of(self, subject: T) -> Responsibility:
        raise NotImplementedError

    def members_of(self, enterprises: Collection[UUID]) -> Mapping[UUID, Sequence[User]]:
        """The people who act for each of these firms, for steps that tell the firm."""
        return {}

    def words_of(self, subject: T) -> dict[str, str]:
        """What texts may name; a key that ends in `_en` stands in for it in English texts."""
        raise NotImplementedError

    def note_of(self, subject: T) -> str:
        """What the mail quotes below the text of the step."""
        return ""

    def url_of(self, subject: T) -> str:
        raise NotImplementedError

    def message_subject_of(self, subject: T) -> UUID | None:
        """The item on whose page staff follow the message."""
        return None

    def on_told(self, told: Sequence[ToldStep[T]], *, at: datetime) -> None:
        """What else follows from the steps that are told, in the transaction that records
        them."""

    # Who may read of it.

    def visible_to(self, user: User) -> QuerySet[T]:
        """Whose reminders a department's people may read; who reads everything reads all."""
        return self.model._default_manager.none()


# By kind, in the order of registration.
SUBJECT_TYPES: dict[str, SubjectType] = {}
# The policies that come with the apps: a file each (huadu_portal/escalation/operations/packaged.py).
PACKAGED: list[Path] = []
# The grades of projects, for which a policy of their own may hold; with their labels.
GRADES: dict[str, str | LazyText] = {}


def register(*types: SubjectType, packaged: Path | None = None) -> None:
    """Register kinds of things that somebody is reminded of. Raises ValueError for a name that is taken."""
    for subject_type in types:
        taken = {course.code for course in courses()} & {
            course.code for course in subject_type.courses
        }
        if subject_type.kind in SUBJECT_TYPES or taken:
            raise ValueError(f"{subject_type.kind} {sorted(taken)} is registered already.")
        SUBJECT_TYPES[subject_type.kind] = subject_type
    if packaged:
        PACKAGED.append(packaged)


def subject_types() -> list[SubjectType]:
    return list(SUBJECT_TYPES.values())


def courses() -> Iterator[Course]:
    """Of all subject types, in the order of registration."""
    for subject_type in SUBJECT_TYPES.values():
        yield from subject_type.courses


def course_named(code: str) -> Course:
    """Raises KeyError for a code that no app has registered."""
    return {course.code: course for course in courses()}[code]


# Choices of fields: the migrations name these functions, so that a new course needs none.


def course_choices() -> list[tuple[str, str | LazyText]]:
    return [(course.code, course.label) for course in courses()]


def grade_choices() -> list[tuple[str, str | LazyText]]:
    return list(GRADES.items())


def register_grades(choices: Iterable[tuple[str, str | LazyText]]) -> None:
    GRADES.update(choices)
