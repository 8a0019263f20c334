"""The cache in PostgreSQL, in which attempts are counted."""

from datetime import datetime

from django.core.cache.backends.db import DatabaseCache
from django.db import OperationalError, connections, router

# Those that are just being counted up are passed over.
EXPIRED = """
    DELETE FROM %(table)s WHERE cache_key IN (
        SELECT cache_key FROM %(table)s WHERE expires <= %%s
        LIMIT %%s FOR UPDATE SKIP LOCKED
    )
"""


class Cache(DatabaseCache):
    """Django's own, which takes every failed write for a key that is there already.

    With a disk that is full, the first attempt at signing in would be one too many.
    """

    def _base_set(self, *args, **kwargs):
        failures = []

        def watch(execute, *asked):
            try:
                return execute(*asked)
            except OperationalError as error:
                failures.append(error)
                raise

        connection = connections[router.db_for_write(self.cache_model_class)]
        with connection.execute_wrapper(watch):
            done = super()._base_set(*args, **kwargs)  # type: ignore[misc]  # Django's own
        if failures:
            raise failures[0]
        return done

    def remove_expired(self, at: datetime, most: int) -> int:
        """At most so many; how many. Django itself removes them only from a full cache."""
        connection = connections[router.db_for_write(self.cache_model_class)]
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(self.cache_model_class._meta.db_table)
            cursor.execute(EXPIRED % {"table": table}, [at, most])
            return cursor.rowcount
