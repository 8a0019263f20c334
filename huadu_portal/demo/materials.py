"""What the firms of the demonstration have handed in for their items, and been delivered.

A row for each material, but one file behind all of them: what it says is that it is a
demonstration.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Model

from approvals.catalogue import guides
from approvals.catalogue.packaged import EXTRA_KINDS
from approvals.models import ApprovalItem, MaterialRequirement, Status
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from projects import files
from projects.models import (
    Document,
    DocumentSource,
    Enterprise,
    MaterialKind,
    MaterialScope,
    Project,
)

# Days for which materials that expire are good from the day they were handed in.
GOOD_FOR = {
    "授权代表身份证明": 3650,
    "申请人身份证明": 3650,
    "消纳场地证明": 365,
    "水质检测报告或承诺书": 365,
    "运输合同": 365,
    "防雷产品相关说明": 730,
}


@dataclass
class Materials:
    """Hands out each firm's materials, making those that are not there yet."""

    kinds: Mapping[str, MaterialKind]
    content: bytes
    made: list[Document] = field(default_factory=list)

    def __post_init__(self):
        upload = ContentFile(self.content, name="演示材料.pdf")
        self.checked = files.check_file(upload, limit=len(self.content))
        self.stored = default_storage.save("documents/demo/material.pdf", upload)
        self.issued = {name for names in guides.kinds_by_type().values() for name in names}
        self.there: dict[tuple, Document] = {}
        self.asked = defaultdict(list)
        for requirement in MaterialRequirement.objects.select_related("kind"):
            self.asked[requirement.approval_type_id].append(requirement.kind)

    def keep(self, documents: Iterable[Document], project: Project) -> None:
        """What came with the application need not be handed in again."""
        for document in documents:
            owner = self._owner(document.kind, project.enterprise, project, None)
            self.there[owner, document.kind.name] = document

    def for_item(self, item: ApprovalItem, by: User) -> list[Document]:
        """All that it asks for; where a correction is open, the last is still missing."""
        kinds = self.asked[item.approval_type_id]
        if item.status == Status.CORRECTING:
            kinds = kinds[:-1]
        assert item.submitted_at is not None
        return [self._of(kind, item, item.submitted_at, by) for kind in kinds]

    def result(self, item: ApprovalItem, at: datetime, by: User) -> Document:
        """The result document, as the material as which it serves later items."""
        serves_as = guides.kinds_by_type().get(item.approval_type.code, [])
        kind = self.kinds[next(iter(serves_as), EXTRA_KINDS[0])]
        return self._make(kind, item, at, by, DocumentSource.DELIVERED)

    def _of(self, kind: MaterialKind, item: ApprovalItem, at: datetime, by: User) -> Document:
        owner = self._owner(kind, item.project.enterprise, item.project, item)
        document = self.there.get((owner, kind.name))
        if document and document.uploaded_at <= at:
            return document
        is_issued = kind.name in self.issued
        source = DocumentSource.DELIVERED if is_issued else DocumentSource.ITEM
        return self._make(kind, item, at, by, source)

    def _make(
        self,
        kind: MaterialKind,
        item: ApprovalItem,
        at: datetime,
        by: User,
        source: DocumentSource,
    ) -> Document:
        project = None if kind.scope == MaterialScope.ENTERPRISE else item.project
        good_for = GOOD_FOR.get(kind.name)
        document = Document(
            enterprise=item.project.enterprise,
            kind=kind,
            project=project,
            source=source,
            file=self.stored,
            filename=f"{kind.name.split('（')[0]}（演示）.pdf",
            content_type=self.checked.content_type,
            size=self.checked.size,
            sha256=self.checked.sha256,
            valid_until=civil_day(at) + timedelta(days=good_for) if good_for else None,
            uploaded_by=by,
            uploaded_at=at,
        )
        owner = self._owner(kind, item.project.enterprise, item.project, item)
        self.there[owner, kind.name] = document
        self.made.append(document)
        return document

    @staticmethod
    def _owner(
        kind: MaterialKind, enterprise: Enterprise, project: Project, item: ApprovalItem | None
    ) -> UUID | None:
        owners: dict[str, Model | None] = {
            MaterialScope.ENTERPRISE: enterprise,
            MaterialScope.ITEM: item,
        }
        owner = owners.get(kind.scope, project)
        return owner.pk if owner else None
