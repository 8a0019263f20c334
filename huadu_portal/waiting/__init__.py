"""How we wait for the database: never for one that is frozen, and not for ever for a lock.

`wait` is handed to psycopg2, which calls it whenever a connection has to wait; `watch` looks
after those that wait long; `turns` says which of them belong to a request. See
docs/decisions/0032.
"""

from huadu_portal.waiting.driver import install, uninstalled
from huadu_portal.waiting.watch import BREAK, WATCH, any_length

__all__ = ["BREAK", "WATCH", "any_length", "install", "uninstalled"]
