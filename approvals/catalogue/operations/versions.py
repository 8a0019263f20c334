"""A type is changed by versions: published with a reason, in force from a day on.

The type's own fields are those of the version in force. What an item that has been received keeps
of the version of its receipt is said in `approvals/items/operations/type_versions.py`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from approvals.catalogue import hooks
from approvals.catalogue.models import ApprovalType, MaterialRequirement, TypeVersion
from approvals.catalogue.operations.loading import leads
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from huadu_portal.rows import field_of
from huadu_portal.workdays.models import Unit
from huadu_portal.workdays.templatetags.workdays import limit
from projects.models import MaterialKind

CHANGE = "approvals.change_approvaltype"
# What can be changed of a type, beside its materials and prerequisites. Where a limit starts,
# how long it may be extended and what stops it is law and comes with a release.
FIELDS = [
    "name",
    "name_en",
    "aliases",
    "promised_days",
    "promised_unit",
    "statutory_days",
    "statutory_unit",
    "notice_days",
    "commitment_allowed",
    "result",
    "result_en",
    "valid_months",
    "valid_note",
    "valid_note_en",
    "fee",
    "fee_en",
    "is_default",
    "source",
]


class RequiredMaterial(TypedDict):
    """A kind by its Chinese name; one that is not there yet is made when the version begins."""

    name: str
    name_en: str
    is_tolerable: bool


class Content(TypedDict):
    """All that a version says; kept as JSON."""

    fields: dict[str, Any]
    materials: list[RequiredMaterial]
    # Codes of types.
    prerequisites: list[str]


@dataclass(frozen=True)
class VersionChange:
    """One thing that a version says otherwise than the one before it, in words."""

    label: str
    old: str
    new: str


def content_of(entry: ApprovalType) -> Content:
    """What the type says now."""
    requirements = entry.requirements.select_related("kind")
    before = entry.prerequisites.order_by("position")
    return {
        "fields": {name: getattr(entry, name) for name in FIELDS},
        "materials": [
            {"name": each.kind.name, "name_en": "", "is_tolerable": each.is_tolerable}
            for each in requirements
        ],
        "prerequisites": [each.code for each in before],
    }


def content_under(entry: ApprovalType, version: int | None) -> Content | None:
    """What that version of the type says; None for the one in force, which the type says itself."""
    if version in (None, entry.version):
        return None
    return entry.versions.get(version=version).content


# ---- What differs ------------------------------------------------------------------------


def changes_between(old: Content, new: Content) -> list[VersionChange]:
    """In words, in the order of the form; the order of materials alone is no change."""
    lines = [*_of_fields(old["fields"], new["fields"])]
    materials = [{_material(each) for each in content["materials"]} for content in (old, new)]
    lines += _of_lists(_("required materials"), *materials)
    gone, added = set(old["prerequisites"]), set(new["prerequisites"])
    names = _names(gone ^ added)
    before = [{names[code] for code in each if code in names} for each in (gone, added)]
    lines += _of_lists(_("prerequisites"), *before)
    return lines


def _of_fields(old: Mapping, new: Mapping) -> Iterator[VersionChange]:
    for name in FIELDS:
        # A unit is said with its days. Of a version from before a field was there nothing is known.
        if name.endswith("_unit") or name not in old:
            continue
        was, now = value_in_words(name, old), value_in_words(name, new)
        if was != now:
            yield VersionChange(changed_label(name), was, now)


def changed_label(name: str) -> str:
    return str(field_of(ApprovalType, name).verbose_name)


def value_in_words(name: str, fields: Mapping[str, Any]) -> str:
    """Of a limit with its unit; "–" for what is empty."""
    value = fields[name]
    if value is None or value == "":
        return "–"
    if name.endswith("_days"):
        unit = fields.get(name.replace("_days", "_unit"), Unit.WORKING)
        return limit(value, unit)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _of_lists(label: str, old: set[str], new: set[str]) -> list[VersionChange]:
    """What is taken away, and what is added."""
    comma = pgettext("between names", ", ")
    gone, added = comma.join(sorted(old - new)), comma.join(sorted(new - old))
    return [VersionChange(label, gone or "–", added or "–")] if old != new else []


def _material(material: RequiredMaterial) -> str:
    name = MaterialKind(name=material["name"], name_en=material["name_en"])
    return (
        _("%(name)s (may follow later)") % {"name": name}
        if material["is_tolerable"]
        else str(name)
    )


def _names(codes: Collection[str]) -> dict[str, str]:
    return {entry.code: str(entry) for entry in ApprovalType.objects.filter(code__in=codes)}


# ---- Publishing --------------------------------------------------------------------------


@transaction.atomic
def publish_version(
    entry: ApprovalType,
    content: Content,
    *,
    by: User,
    at: datetime,
    effective_on: date,
    note: str,
    replaces: int,
) -> TypeVersion:
    """A version that is in force from a day on, at once if that is today.

    `replaces` is the version that was seen. The same sent twice by the same person is answered
    with the version it made. Raises ValidationError where the content makes no sense, NotAllowed
    when another version was published meanwhile, or waits for its day.
    """
    entry = _locked(entry, by)
    last = entry.versions.filter(cancelled_at=None).last()
    if last and _is_same(last, content, effective_on, note, by):
        return last
    _check_current(entry, replaces)
    check_content(entry, content)
    check_day(effective_on, at)
    if not changes_between(content_of(entry), content):
        raise ValidationError(_("Nothing has been changed."))
    _keep_first(entry, at)
    version = TypeVersion.objects.create(
        approval_type=entry,
        version=_next_number(entry),
        content=content,
        effective_on=effective_on,
        note=note,
        published_at=at,
        published_by=by,
    )
    ApprovalType.objects.filter(pk=entry.pk).update(changes_on=effective_on)
    if effective_on <= civil_day(at):
        bring_into_force(entry, at)
    return version


def _locked(entry: ApprovalType, by: User) -> ApprovalType:
    """The type, kept from others. Items are marked before: acts lock them before their type."""
    if not by.has_perm(CHANGE):
        raise PermissionDenied
    if not entry.versions.exists():
        for keep in hooks.before_first_version:
            keep(entry)
    return ApprovalType.objects.select_for_update(no_key=True).get(pk=entry.pk)


def _next_number(entry: ApprovalType) -> int:
    """Those that were called off keep theirs."""
    return max(entry.versions.values_list("version", flat=True)) + 1


def _is_same(
    last: TypeVersion, content: Content, effective_on: date, note: str, by: User
) -> bool:
    sent = (content, effective_on, note, by.pk)
    return (last.content, last.effective_on, last.note, last.published_by_id) == sent


def _check_current(entry: ApprovalType, replaces: int) -> None:
    if entry.changes_on:
        raise NotAllowed(
            _(
                "A new version waits for its day. It can be called off, and another one published."
            )
        )
    if entry.version != replaces:
        raise NotAllowed(_("Someone has changed this meanwhile. Please look at it again."))


def check_day(effective_on: date, at: datetime) -> None:
    """Raises ValidationError for a day in the past: what has been promised by then stays."""
    if effective_on < civil_day(at):
        sentence = _("The day cannot be in the past.")
        raise ValidationError({"effective_on": sentence})


def check_content(entry: ApprovalType, content: Content) -> None:
    """Raises ValidationError where a type cannot say this."""
    if entry.code in content["prerequisites"]:
        raise ValidationError({"prerequisites": _("An approval cannot wait for itself.")})
    through = ApprovalType.prerequisites.through.objects.values_list(
        "from_approvaltype__code", "to_approvaltype__code"
    )
    pairs = {pair for pair in through if pair[0] != entry.code}
    for code in content["prerequisites"]:
        if leads(pairs, code, entry.code):
            sentence = _("“%(before)s” itself waits for this approval.")
            raise ValidationError(
                {"prerequisites": sentence % {"before": _names([code])[code]}}
            )
    draft = ApprovalType(code=entry.code, **content["fields"])
    draft.clean_fields(exclude={f.name for f in ApprovalType._meta.fields} - set(FIELDS))
    draft.validate_constraints(exclude={"code"})


def _keep_first(entry: ApprovalType, at: datetime) -> None:
    """What it said before anybody changed it, so that it stays to be read."""
    if not entry.versions.exists():
        TypeVersion.objects.create(
            approval_type=entry,
            version=entry.version,
            content=content_of(entry),
            published_at=at,
            in_force_at=at,
            followed_up_at=at,
        )


@transaction.atomic
def cancel_version(entry: ApprovalType, *, by: User, at: datetime) -> None:
    """Call off the version that waits for its day; the one in force goes on."""
    if not by.has_perm(CHANGE):
        raise PermissionDenied
    entry = ApprovalType.objects.select_for_update(no_key=True).get(pk=entry.pk)
    done = entry.versions.planned().update(cancelled_at=at, cancelled_by=by)
    if not done:
        raise NotAllowed(_("No new version waits for its day."))
    ApprovalType.objects.filter(pk=entry.pk).update(changes_on=None)


# ---- In force ----------------------------------------------------------------------------


def due_types(today: date) -> QuerySet[ApprovalType]:
    """Types of which a version is in force from today or an earlier day, and is not yet."""
    return ApprovalType.objects.filter(changes_on__lte=today)


@transaction.atomic
def bring_into_force(entry: ApprovalType, at: datetime) -> ApprovalType:
    """The type says what its planned version says. Repeated calls do nothing."""
    entry = ApprovalType.objects.select_for_update(no_key=True).get(pk=entry.pk)
    version = entry.versions.planned().first()
    if version is None or not version.effective_on or version.effective_on > civil_day(at):
        return entry
    content = version.content
    for name, value in content["fields"].items():
        setattr(entry, name, value)
    entry.version, entry.in_force_from = version.version, version.effective_on
    entry.changes_on = None
    entry.save()
    entry.prerequisites.set(ApprovalType.objects.filter(code__in=content["prerequisites"]))
    _set_materials(entry, content["materials"])
    version.in_force_at = at
    version.save(update_fields=["in_force_at"])
    return entry


def _set_materials(entry: ApprovalType, materials: Sequence[RequiredMaterial]) -> None:
    kinds = _kinds(materials)
    entry.requirements.exclude(kind__in=kinds.values()).delete()
    MaterialRequirement.objects.bulk_create(
        [
            MaterialRequirement(
                approval_type=entry,
                kind=kinds[each["name"]],
                is_tolerable=each["is_tolerable"],
                position=position,
            )
            for position, each in enumerate(materials)
        ],
        update_conflicts=True,
        unique_fields=["approval_type", "kind"],
        update_fields=["is_tolerable", "position"],
    )


def _kinds(materials: Sequence[RequiredMaterial]) -> dict[str, MaterialKind]:
    """By name; those that are new are made, with the next number as code."""
    names = [each["name"] for each in materials]
    there = {kind.name: kind for kind in MaterialKind.objects.filter(name__in=names)}
    for each in materials:
        if each["name"] not in there:
            there[each["name"]] = MaterialKind.objects.create(
                code=_next_code(), name=each["name"], name_en=each["name_en"]
            )
    return there


def _next_code() -> str:
    codes = MaterialKind.objects.values_list("code", flat=True)
    numbers = [int(code[1:]) for code in codes if code[1:].isdecimal()]
    return f"M{max(numbers, default=0) + 1:03}"


def requirements_under(entry: ApprovalType, content: Content) -> list[MaterialRequirement]:
    """The materials of that version, as the type's own; unsaved."""
    kinds = _kinds(content["materials"])
    return [
        MaterialRequirement(
            approval_type=entry, kind=kinds[each["name"]], is_tolerable=each["is_tolerable"]
        )
        for each in content["materials"]
    ]
