"""How often the API may be asked, counted in one statement.

DRF keeps the moments of all requests of the last minute in the cache and writes them anew
with every request: six statements and a commit that is waited for, and of requests made in
the same moment it counts one. Here a minute and its count are one row of the same table,
and those made in the same moment all count.
"""

from django.conf import settings
from django.db import connection
from rest_framework import throttling

# The minute begins with the first request in it. A crash may lose the last counts; in
# return no request waits for the disk.
UNAWAITED = "SET LOCAL synchronous_commit TO off;"
COUNT = f"""
    INSERT INTO {settings.CACHES["default"]["LOCATION"]} AS counted (cache_key, value, expires)
    VALUES (%(key)s, '1', now() + make_interval(secs => %(duration)s))
    ON CONFLICT (cache_key) DO UPDATE SET
        value = CASE WHEN counted.expires > now() THEN counted.value::int + 1 ELSE 1 END,
        expires = CASE
            WHEN counted.expires > now() THEN counted.expires ELSE excluded.expires
        END
    RETURNING value::int, extract(epoch FROM expires - now())::float
"""


class Counted(throttling.SimpleRateThrottle):
    """A throttle of DRF that counts in the database."""

    # Not DRF's own place, whose values are no numbers.
    cache_format = "asked_%(scope)s_%(ident)s"
    left: float | None = None
    duration: int
    num_requests: int

    def allow_request(self, request, view):
        key = self.rate and self.get_cache_key(request, view)
        if not key:
            return True
        # Within a transaction the setting would hold for all that it commits.
        statement = COUNT if connection.in_atomic_block else UNAWAITED + COUNT
        with connection.cursor() as cursor:
            cursor.execute(statement, {"key": key, "duration": self.duration})
            count, self.left = cursor.fetchone()
        return count <= self.num_requests

    def wait(self):
        return self.left


class AnonymousThrottle(Counted, throttling.AnonRateThrottle):
    pass


class UserThrottle(Counted, throttling.UserRateThrottle):
    pass
