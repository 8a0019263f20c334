"""One material, versions 1, 2, 3: how files of the firm itself follow each other in its vault."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import F, Max

from projects.models import (
    OF_THE_FIRM,
    Application,
    Document,
    DocumentQuerySet,
    MaterialKind,
    MaterialScope,
)


def kept_of_kind(kind: MaterialKind, enterprise_id: UUID) -> DocumentQuerySet:
    """What the firm has handed in of a kind that serves all its projects, as it stands now."""
    return (
        Document.objects.handed_in()
        .current()
        .filter(
            enterprise=enterprise_id, kind=kind, project__isnull=True, source__in=OF_THE_FIRM
        )
        .order_by("uploaded_at", "pk")
    )


def renew_in_vault(application: Application) -> None:
    """What is submitted of the firm itself becomes the next version of what the firm keeps.

    The caller holds the firm's lock.
    """
    own = application.documents.current().filter(kind__scope=MaterialScope.ENTERPRISE)
    by_kind: dict[MaterialKind, list[Document]] = {}
    for document in own.select_related("kind").order_by("uploaded_at", "pk"):
        by_kind.setdefault(document.kind, []).append(document)
    for kind, documents in by_kind.items():
        kept = kept_of_kind(kind, application.enterprise_id).exclude(application=application)
        for earlier, document in successions(kept, documents):
            _append(earlier, document)


def successions(
    kept: Iterable[Document], documents: Iterable[Document]
) -> Iterator[tuple[Document, Document]]:
    """Which file takes the place of which: by its name, the others in their order.

    A licence may be two files, front and back; what has no counterpart stands for itself.
    """
    kept, left = list(kept), []
    for document in documents:
        same = next((each for each in kept if each.filename == document.filename), None)
        if same is None:
            left.append(document)
        else:
            kept.remove(same)
            yield same, document
    yield from zip(kept, left, strict=False)


def _append(earlier: Document, document: Document) -> None:
    """All versions of the one after all of the other."""
    last = Document.objects.filter(series=earlier.series).aggregate(last=Max("version"))["last"]
    versions = Document.objects.filter(series=document.series)
    first = versions.filter(removed_at=None).order_by("version").first()
    versions.update(series=earlier.series, version=F("version") + last)
    Document.objects.filter(pk=earlier.pk).update(replaced_by=first)
