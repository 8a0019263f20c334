"""The portal's pages without its row locks: what a race would come to."""

from django.db.models import QuerySet

# Before any statement of ours is made into SQL.
QuerySet.select_for_update = lambda rows, **options: rows

from huadu_portal.wsgi import application  # noqa: E402, F401
