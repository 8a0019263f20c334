"""The cache in PostgreSQL, in which attempts are counted."""

from django.core.cache.backends.db import DatabaseCache
from django.db import OperationalError, connections, router


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
            done = super()._base_set(*args, **kwargs)
        if failures:
            raise failures[0]
        return done
