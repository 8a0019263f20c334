"""五证联办: a joint case from its opening to the registration of the land (docs/decisions/0013)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from approvals.acts.models import Commitment
from approvals.acts.operations.following_grants import promise_grants
from approvals.acts.operations.submitted_materials import (
    give,
    held_materials,
    record_commitments,
)
from approvals.items.events import (
    FACT_CHANGED,
    LEAVE_JOINT,
    PRE_REVIEW,
    REGISTER_LAND,
    VOID_OPINION,
)
from approvals.items.models import ApprovalItem, Status
from approvals.items.operations.dates import start_clock
from approvals.items.operations.history import (
    lock_items,
    move,
    move_all,
    note_act,
)
from approvals.items.operations.kept_versions import receive
from approvals.items.operations.notices import tell_ready
from approvals.items.operations.planning import open_ready
from approvals.joint.models import (
    BEFORE_LAND,
    Fact,
    FactChange,
    JointBundle,
    JointCase,
    PreOpinion,
)
from approvals.joint.operations import notices
from approvals.joint.operations.final_materials import (
    FinalMaterials,
    final_materials,
    swap_materials,
)
from approvals.joint.operations.papers import issue_joint_paper
from approvals.joint.operations.service import begin_service, end_service, sum_up_if_missing
from approvals.joint.standing import Prerequisite, open_prerequisites
from approvals.papers.operations import issue_for_all
from approvals.vault.needs import needs_by_item
from huadu_portal.accounts.models import User
from huadu_portal.acts import operation
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from huadu_portal.papers.models import PaperKind
from huadu_portal.papers.numbers import item_numbers, joint_number
from huadu_portal.rows import field_of
from huadu_portal.workdays.arithmetic import Calendar
from huadu_portal.workdays.published import calendar
from projects.models import Document, Enterprise, Project
from projects.operations import change_area, mark_joint, virus_found

# The catalogue's names of the papers that begin and end a pre-review.
COMMITMENT_KIND = "申请人承诺书（自愿承担未摘牌风险）"
LAND_KIND = "国有建设用地使用权出让合同"
# One approval alone is handled the ordinary way.
FEWEST = 2
# From these an item can still be taken into a case.
NOT_HANDED_IN = [Status.PLANNED, Status.READY]
# Changed figures of the project, by the fact they belong to.
FIGURES = {Fact.LAND_AREA: "land_mu", Fact.FLOOR_AREA: "floor_area_sqm"}


@operation
def open_case(
    project: Project,
    *,
    by: User,
    at: datetime,
    bundle: JointBundle,
    risk_accepted: bool,
    commitment: Document | None = None,
) -> JointCase:
    """Take a bundle's items of the project into pre-review; prerequisites are waived.

    The firm bears the risk that it does not win the land: its own people say so by
    `risk_accepted`, the centre hands in the signed `commitment`. What the firm keeps of the
    materials goes to all items: one shared set. Items that have been handed in already, or
    do not apply, stay out. Raises ValidationError by field, NotAllowed when fewer than two
    items can be handled jointly, the bundle does not suit the project or the project has
    such a case.
    """
    _check_risk(project, by, risk_accepted, commitment)
    _check_open_to(bundle, project)
    items = _lock_joinable(project, bundle)
    number = joint_number(civil_day(at))
    case = JointCase.objects.create(
        number=number,
        project=project,
        bundle=bundle,
        days=bundle.days,
        opinions_due_on=calendar().add(civil_day(at), bundle.opinion_days, "working"),
        opened_at=at,
        opened_by=by,
        commitment=commitment,
        service=begin_service(project, by=by, at=at, note=number),
    )
    _enter(items, case, by=by, at=at)
    notices.tell_opened(case, items, at=at)
    issue_joint_paper(case, items, at=at)
    return case


def _check_open_to(bundle: JointBundle, project: Project) -> None:
    if project.is_halted:
        raise NotAllowed(_("This project is paused or has ended."), version=0)
    if not JointBundle.objects.suiting(project).filter(pk=bundle.pk).exists():
        sentence = _("This joint bundle is for other projects: %(suits)s.")
        raise NotAllowed(sentence % {"suits": bundle.suits}, version=0)
    if project.joint_cases.going_on().filter(bundle=bundle).exists():
        raise NotAllowed(_("This project is already handled jointly."), version=0)


def _lock_joinable(project: Project, bundle: JointBundle) -> list[ApprovalItem]:
    items = lock_items(joinable(project, bundle), project)
    if len(items) < FEWEST:
        raise NotAllowed(
            _("Fewer than two approvals of this bundle can still be handled jointly."),
            version=0,
        )
    return items


def joinable(project: Project, bundle: JointBundle) -> QuerySet[ApprovalItem]:
    """The items of a project that a case of this bundle would take in."""
    types = bundle.entries.values("approval_type")
    return project.items.filter(approval_type__in=types, status__in=NOT_HANDED_IN)


def _check_risk(
    project: Project, by: User, risk_accepted: bool, commitment: Document | None
) -> None:
    if not risk_accepted:
        sentence = _("Without the risk commitment there is no pre-review.")
        raise ValidationError({"risk_accepted": sentence})
    if by.is_staff and commitment is None:
        sentence = _("Please add the risk commitment that the enterprise has signed.")
        raise ValidationError({"commitment": sentence})
    if commitment:
        _check_paper(project, commitment, COMMITMENT_KIND, "commitment")


def _check_paper(project: Project, document: Document, kind: str, field: str) -> None:
    """Of the firm, and the paper that the act stands on."""
    if document.is_infected:
        raise ValidationError({field: virus_found(document)})
    if document.enterprise_id != project.enterprise_id:
        raise ValidationError({field: _("This file belongs to another enterprise.")})
    if document.kind.name != kind:
        sentence = _("Please upload the required document: “%(kind)s”.")
        raise ValidationError({field: sentence % {"kind": kind}})


def _enter(items: list[ApprovalItem], case: JointCase, *, by: User, at: datetime) -> None:
    for item in items:
        item.joint_case = case
    move_all(items, Status.PRE_REVIEW, act=PRE_REVIEW, by=by, at=at, note=case.number)
    needs = needs_by_item(case.project, items, civil_day(at), calendar())
    give({item: held_materials(needs[item.pk]) for item in items})


@operation
def change_fact(
    case: JointCase,
    *,
    by: User,
    at: datetime,
    fact: str,
    note: str,
    figure: Decimal | None = None,
) -> JointCase:
    """A fact of the project is no longer what the departments have looked at.

    Exactly the opinions that rest on it become void: their items are in pre-review again.
    `figure`: the new area, in mu of land or square metres of floor; it becomes the project's.
    """
    fact = _known(fact)
    if not note.strip():
        raise ValidationError({"note": _("Please state what has changed, from what to what.")})
    figure = _checked(figure, fact)
    touched = _resting_on(case, fact)
    voided = [item for item in touched if item.status == Status.PRE_APPROVED]
    # The history is Chinese, whoever acts.
    with translation.override("zh-hans"):
        text = f"{fact.label}：{note.strip()}"
    for item in touched:
        if item in voided:
            item.pre_opinions.filter(passed=True, voided_at=None).update(voided_at=at)
            item.epoch += 1
            move(item, Status.PRE_REVIEW, act=VOID_OPINION, by=by, at=at, note=text)
        else:
            note_act(item, act=FACT_CHANGED, by=by, at=at, note=text)
    FactChange.objects.create(
        case=case, fact=fact, note=note.strip(), at=at, by=by, voided=len(voided)
    )
    if figure is not None:
        change_area(case.project, FIGURES[fact], figure, by=by, at=at, note=text)
    _count(case)
    notices.tell_fact_changed(case, touched, voided, at=at, note=text)
    return case


def _known(fact: str) -> Fact:
    try:
        return Fact(fact)
    except ValueError:
        raise ValidationError({"fact": _("Please choose what has changed.")}) from None


def _checked(figure: Decimal | None, fact: Fact) -> Decimal | None:
    """The new area as the project can hold it; only an area has a figure."""
    if figure is None:
        return None
    if fact not in FIGURES:
        sentence = _("A figure is asked only for a changed area.")
        raise ValidationError({"figure": sentence})
    try:
        return field_of(Project, FIGURES[fact]).clean(figure, None)
    except ValidationError as error:
        raise ValidationError({"figure": error.messages}) from error


def _resting_on(case: JointCase, fact: Fact) -> list[ApprovalItem]:
    """The case's items in pre-review whose opinion rests on the fact, locked."""
    types = [
        entry.approval_type_id for entry in case.bundle.entries.all() if fact in entry.rests_on
    ]
    items = case.items.filter(approval_type__in=types, status__in=BEFORE_LAND)
    return lock_items(items, case.project)


@operation
def register_land(
    case: JointCase,
    *,
    by: User,
    at: datetime,
    land_paper: Document,
    commit_by: date | None = None,
) -> JointCase:
    """The land is the firm's: every pre-approved item turns formal, all in one act or none.

    Day 0 of the joint limit. The drafts give way to what the firm keeps now; what lacks and may
    follow later becomes a commitment for `commit_by`, approvals that may follow one for the
    last day. Items without a favourable opinion leave the case. Raises NotAllowed while what
    has to be met before is open, ValidationError by field when a material lacks for good.
    """
    _check_paper(case.project, land_paper, LAND_KIND, "land_paper")
    items = lock_items(case.items.filter(status__in=BEFORE_LAND), case.project)
    formal = [item for item in items if item.status == Status.PRE_APPROVED]
    if not formal:
        raise NotAllowed(_("No item has passed its pre-review yet."), version=case.version)
    still_open = open_prerequisites(case, formal)
    _check_before_land(case, still_open)
    published = calendar()
    materials = final_materials(case.project, formal, civil_day(at), published, commit_by)
    case.registered_at, case.registered_by, case.land_paper = at, by, land_paper
    _count(case)
    _number(formal, civil_day(at))
    _make_formal(formal, case, published, by=by, at=at)
    swap_materials(materials)
    due = case.due_on(published)
    _write_commitments(materials, still_open, by=by, at=at, commit_by=commit_by, due_on=due)
    issue_for_all(formal, PaperKind.ACCEPTANCE, at=at)
    left = [item for item in items if item not in formal]
    _leave(left, by=by, at=at, note=case.number)
    sum_up_if_missing(case, by=by, at=at)
    mark_joint(case.project)
    notices.tell_registered(case, formal, left, at=at, due=due)
    _open_others(case, at=at)
    issue_joint_paper(case, formal, at=at)
    return case


def _open_others(case: JointCase, *, at: datetime) -> None:
    """What has left the case is ready once its prerequisites are met, and the firm is told."""
    ready = open_ready(case.project, at=at)
    tell_ready(case.project, ready, cause=f"joint:{case.pk}:{case.version}", at=at)


def _write_commitments(
    materials: Mapping[ApprovalItem, FinalMaterials],
    still_open: Iterable[Prerequisite],
    *,
    by: User,
    at: datetime,
    commit_by: date | None,
    due_on: date,
) -> None:
    """Write down as commitments what lacks: materials by the firm's day, approvals by ours."""
    lacking = {item: its.lacking for item, its in materials.items()}
    record_commitments(
        lacking, by=by, at=at, commit_by=commit_by, source=Commitment.Source.JOINT
    )
    promised = [(item, each.approval_type) for each in still_open for item in each.followers]
    promise_grants(promised, by=by, at=at, due_on=due_on)


def _check_before_land(case: JointCase, still_open: Iterable[Prerequisite]) -> None:
    names = [str(each.approval_type) for each in still_open if each.is_before_land]
    if names:
        sentence = _("Before the land is registered, complete: %(names)s.")
        raise NotAllowed(sentence % {"names": "、".join(names)}, version=case.version)


def _number(items: list[ApprovalItem], day: date) -> None:
    codes = [item.approval_type.code.removeprefix("HD-") for item in items]
    for item, number in zip(items, item_numbers(day, codes), strict=True):
        item.number = number


def _make_formal(
    items: list[ApprovalItem],
    case: JointCase,
    published: Calendar,
    *,
    by: User,
    at: datetime,
) -> None:
    for item in items:
        receive(item, at)
        start_clock(item, at, published, joint_days=case.days)
    move_all(items, Status.ACCEPTED, act=REGISTER_LAND, by=by, at=at, note=case.number)


def _leave(items: list[ApprovalItem], *, by: User, at: datetime, note: str) -> None:
    """Out of the case: planned again, and ready once the prerequisites are met.

    Another case has reminders of its own.
    """
    for item in items:
        item.joint_case = None
        item.epoch += 1
    holding = PreOpinion.objects.filter(item__in=items, passed=True, voided_at=None)
    holding.update(voided_at=at)
    move_all(items, Status.PLANNED, act=LEAVE_JOINT, by=by, at=at, note=note)


@operation
def end_case(case: JointCase, *, by: User, at: datetime, note: str) -> JointCase:
    """The land is not won, or the firm no longer wants it: all items go the ordinary way."""
    if not note.strip():
        raise ValidationError({"note": _("Please give a reason.")})
    items = lock_items(case.items.filter(status__in=BEFORE_LAND), case.project)
    case.ended_at, case.ended_by, case.reason = at, by, note.strip()
    _count(case)
    _leave(items, by=by, at=at, note=f"{case.number} {case.reason}")
    end_service(case, by=by, at=at, note=f"{case.number} {case.reason}")
    notices.tell_ended(case, items, at=at)
    _open_others(case, at=at)
    return case


def _count(case: JointCase) -> None:
    case.version += 1
    case.save()


def keys_of_cases(firm: Enterprise) -> Iterable[UUID]:
    """Those of a firm's joint cases, for messages about them."""
    return JointCase.objects.filter(project__enterprise=firm).values_list("pk", flat=True)
