import time

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from psycopg2.errors import DeadlockDetected, LockNotAvailable

from huadu_portal.clock import now
from huadu_portal.database_waits import any_length
from huadu_portal.monitoring.packaged import load_packaged

# How long a change of a table may let all others wait, and the seconds it then lets them go.
LOCK, PAUSE = "500ms", 3
TRIES = 100
HALF_WAY = (
    "%s has stopped half-way: it has no transaction, so what it did until then stays, and "
    "perhaps an invalid index. Drop the indexes it has made, those that %s finds among "
    "them, and run migrate again."
)
INVALID = "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"
AS_LONG_AS_IT_TAKES = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}
# With one of these it migrates something else than everything, or nothing.
NOT_ALL = ["app_label", "plan", "check_unapplied", "fake", "prune"]


class Command(migrate.Command):
    """Django's own, beside people who go on working; then the packaged data.

    A change of a table has to be alone with it for a moment. Behind a long transaction it
    would wait, and everybody else behind it; so it gives up soon, and tries again. Once
    every migration is applied, what calendar, catalogue and ladders have gained since is
    added (`huadu_portal.monitoring.packaged`).
    """

    def handle(self, *args, **options):
        for _ in range(TRIES):
            self.under_way = None
            try:
                with any_length():
                    super().handle(*args, **options)
                    return self.load_packaged(options)
            except DatabaseError as error:
                if self.under_way and not self.under_way.atomic:
                    raise CommandError(HALF_WAY % (self.under_way, INVALID)) from error
                if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
                    raise
                # What has been applied so far is recorded; the one under way left nothing.
                self.stdout.write("\nA table is in use; trying again.")
                time.sleep(PAUSE)
        raise CommandError("A table is in use all the time; try again in a quiet hour.")

    def load_packaged(self, options):
        if any(options[name] for name in NOT_ALL) or options["database"] != DEFAULT_DB_ALIAS:
            return
        _set(lock_timeout=LOCK, **AS_LONG_AS_IT_TAKES)
        try:
            gained = load_packaged(at=now())
        finally:
            _set(lock_timeout=None, **dict.fromkeys(AS_LONG_AS_IT_TAKES))
        if options["verbosity"] >= 1:
            for line in gained.added:
                self.stdout.write(f"  Added {line}")
            for line in gained.left_out:
                self.stdout.write(self.style.WARNING(f"  Left out {line}"))

    def migration_progress_callback(self, action, migration=None, fake=False):
        super().migration_progress_callback(action, migration, fake)
        if action in {"apply_start", "unapply_start"}:
            self.under_way = migration
            # Without a transaction only that is done which holds up nobody while it waits
            # for whoever has begun before it (tests/monitoring/test_migrate.py).
            _set(lock_timeout=LOCK if migration.atomic else "0", **AS_LONG_AS_IT_TAKES)
        elif action in {"apply_success", "unapply_success"}:
            self.under_way = None
            _set(lock_timeout=None, **dict.fromkeys(AS_LONG_AS_IT_TAKES))


def _set(**values):
    """For this connection; None brings back what settings.py says."""
    with connection.cursor() as cursor:
        for name, value in values.items():
            cursor.execute(f"SET {name} = '{value}'" if value else f"RESET {name}")
