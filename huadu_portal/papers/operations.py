"""Papers are issued inside an act, set after it, and never changed.

    paper = issue(PaperKind.ACCEPTANCE, draft, at=at)      in the act's transaction
    set_due()                                              the sweep, half a minute later
    with opened(paper) as file: …                          whoever may have it

A paper that cannot be set fails no act: its row says what it says, and the next sweep or
the first download tries again.
"""

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from huadu_portal.downloads import Damaged, NotHandedOut, intact
from huadu_portal.papers.drafts import NOTES, Draft
from huadu_portal.papers.letters import day_in_words, qr
from huadu_portal.papers.models import Paper, PaperKind
from huadu_portal.papers.numbers import paper_numbers
from huadu_portal.papers.pdf import render
from huadu_portal.rows import insert

logger = logging.getLogger(__name__)


class NotSet(NotHandedOut):
    """The paper could not be set now; later it can, for its row says all it says."""

    status_code, retry_after = 503, 60  # seconds
    title = _("The paper is being generated")

    def __init__(self) -> None:
        super().__init__(
            _(
                "The paper has been issued, but its PDF could not be generated just now. "
                "Please try again in a few minutes."
            )
        )


def issue(kind: PaperKind, draft: Draft, *, at: datetime, language: str = "zh") -> Paper:
    """Number a paper and freeze what it says, in the caller's transaction.

    Call it late in the act: until that commits, no other paper of the kind gets a number.
    """
    return issue_all(kind, [draft], at=at, language=language)[0]


def issue_all(
    kind: PaperKind, drafts: Sequence[Draft], *, at: datetime, language: str = "zh"
) -> list[Paper]:
    """The same for several papers of an act, numbered in their order."""
    day = timezone.localtime(at, timezone.get_default_timezone()).date()
    numbers = paper_numbers(day, kind, len(drafts))
    return insert(
        _frozen(Paper(kind=kind, language=language, issued_at=at, number=number), draft, day)
        for number, draft in zip(numbers, drafts, strict=True)
    )


def _frozen(paper: Paper, draft: Draft, day: date) -> Paper:
    """With what it says, which from now on never changes."""
    paper.title, paper.recipient = draft.title, draft.recipient
    paper.data = asdict(draft) | {
        "number": paper.number,
        "language": paper.language,
        "day": day_in_words(day, paper.language),
        "note": NOTES[paper.language],
        "look_up": settings.SITE_URL + paper.get_absolute_url(),
    }
    paper.data_sha256 = digest_of_data(paper.data)
    return paper


def digest_of_data(data: dict) -> str:
    """The same for the same facts, in whatever order they are kept."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def set_due() -> int:
    """Set every paper that is waiting for it; how many were set.

    Each in its own transaction; other sweeps pass over it. One that cannot be set
    is passed by, noted in the log, and tried again by the next sweep; the others are set.
    """
    done, last = 0, None
    while (waiting := _next_after(last)) is not None:
        last = waiting
        try:
            done += _set(waiting, skip_locked=True) is not None
        except Exception:  # whatever the typesetter or the storage raises
            logger.exception("paper %s could not be set", waiting)
    return done


def opened(paper: Paper) -> File:
    """The paper's file, set now if need be.

    Raises NotSet when that cannot be done now, Damaged when the file is not what was set.
    """
    paper = once_set(paper)
    return intact(paper.file, paper.sha256)


def once_set(paper: Paper) -> Paper:
    """The paper with its file, set now if need be; NotSet when that cannot be done now."""
    return paper if paper.is_set else _set_now(paper)


def _set_now(paper: Paper) -> Paper:
    try:
        found = _set(paper.pk)
    except Exception as error:  # whatever the typesetter or the storage raises
        logger.exception("paper %s could not be set", paper.pk)
        raise NotSet from error
    if found is None:
        raise NotSet
    return found


def _next_after(last: UUID | None) -> UUID | None:
    waiting = Paper.objects.filter(sha256="")
    if last is not None:
        waiting = waiting.filter(pk__gt=last)
    return waiting.order_by("pk").values_list("pk", flat=True).first()


@transaction.atomic
def _set(pk: UUID, *, skip_locked: bool = False) -> Paper | None:
    """Set a paper once; None when it is gone, or another is at it and `skip_locked` says not to
    wait.

    Raises Damaged when its row no longer says what it was issued with.
    """
    locked = Paper.objects.select_for_update(no_key=True, skip_locked=skip_locked)
    paper = locked.filter(pk=pk).first()
    if paper is None or paper.is_set:
        return paper
    if digest_of_data(paper.data) != paper.data_sha256:
        raise Damaged
    content = render("notice", as_set(paper))
    paper.sha256, paper.size = hashlib.sha256(content).hexdigest(), len(content)
    _keep(paper, content)
    paper.save(update_fields=["file", "sha256", "size"])
    return paper


def as_set(paper: Paper) -> dict:
    """What the typesetter is given: the frozen data, its check code and its QR code."""
    return paper.data | {"code": paper.check_code, "qr": qr(paper.data["look_up"])}


def _keep(paper: Paper, content: bytes) -> None:
    """Under a name of its own; what an earlier attempt left there without a row goes."""
    field = paper.file.field
    name = field.generate_filename(paper, "")
    field.storage.delete(name)
    paper.file = field.storage.save(name, ContentFile(content))
