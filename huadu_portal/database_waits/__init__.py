"""How we wait for the database: never for one that is frozen, and not for ever for a lock.

`wait` is handed to psycopg2, which calls it whenever a connection has to wait; `monitor` looks
after those that wait long; `requests_under_way` says which of them belong to a request. See
docs/decisions/0032.
"""

from huadu_portal.database_waits.driver import install, uninstalled
from huadu_portal.database_waits.monitor import BREAK, MONITOR, any_length

__all__ = ["BREAK", "MONITOR", "any_length", "install", "uninstalled"]
