"""Documents, which a department meets through the items they were handed in for."""

from django.db.models import Q

from approvals.items.models import ApprovalItem
from projects.api import DocumentViewSet as FirmsDocumentViewSet
from projects.models import Document


class DocumentViewSet(FirmsDocumentViewSet):
    def readable(self):
        """A department's people meet a document through the items it was handed in for."""
        if not self.request.user.is_of_department:
            return super().readable()
        items = ApprovalItem.objects.visible_to(self.request.user)
        of_item = Q(pk__in=items.filter(documents__isnull=False).values("documents"))
        result = Q(pk__in=items.values("certificate__document"))
        return Document.objects.filter(of_item | result)
