"""Which files belong to items: who may see an item may have them."""

from django.db.models import Q

from approvals.items.models import ApprovalItemQuerySet


def documents_of(items: ApprovalItemQuerySet) -> Q:
    """Of the documents, what was handed in for the items, their results, and the notices to
    the firm for which a clock was stopped."""
    handed_in = items.filter(documents__isnull=False).values("documents")
    results = items.filter(certificate__document__isnull=False).values("certificate__document")
    notices = items.filter(suspensions__isnull=False).values("suspensions__notice_file")
    return Q(pk__in=handed_in) | Q(pk__in=results) | Q(pk__in=notices)
