"""Rows that let nobody in and answer nobody any more: removed, a portion at a time.

Sessions, tokens of the API, answers kept for a repeated `Idempotency-Key`, and counts of
attempts. A browser that is known has no row: its cookie ends by itself.
"""

from datetime import datetime

from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.db import transaction
from django.db.models import QuerySet

from huadu_portal.accounts.session_store import Session
from huadu_portal.accounts.tokens import Token
from huadu_portal.cache import Cache
from huadu_portal.rest.models import IdempotencyKey

# Far below what a statement may take, also where nobody has removed any for years.
PORTION = 1000


def remove_expired(at: datetime) -> None:
    for rows in (
        Session.objects.filter(expire_date__lte=at),
        Token.objects.filter(expiry__lte=at),
        IdempotencyKey.objects.expired(),
    ):
        while _remove_portion(rows):
            pass
    attempts = caches[DEFAULT_CACHE_ALIAS]
    assert isinstance(attempts, Cache)
    while attempts.remove_expired(at, PORTION):
        pass


@transaction.atomic
def _remove_portion(rows: QuerySet) -> int:
    """How many; what is just being used, or removed by another sweep, is passed over."""
    portion = rows.select_for_update(skip_locked=True)[:PORTION]
    keys = list(portion.values_list("pk", flat=True))
    return rows.model.objects.filter(pk__in=keys).delete()[0]
