"""`migrate` beside people who go on working; on real tables in tests/faults/test_migration.py."""

import re

import pytest
from django.apps import apps
from django.contrib.postgres import operations as beside
from django.core.management import CommandError, call_command
from django.core.management.commands import migrate as django
from django.db import IntegrityError, OperationalError, connection, migrations
from django.db.migrations.loader import MigrationLoader
from psycopg2.errors import DeadlockDetected, DiskFull, LockNotAvailable, UniqueViolation

from approvals.models import ApprovalType
from huadu_portal.escalation.models import EscalationPolicy
from huadu_portal.monitoring import packaged
from huadu_portal.monitoring.management.commands import migrate
from huadu_portal.workdays import notices
from huadu_portal.workdays.models import CalendarChange, PublishedYear


@pytest.fixture
def failing(monkeypatch):
    """So many times, for such a reason; how often it was tried."""

    def failing(cause, times):
        tries = []

        def handle(self, *args, **options):
            tries.append(1)
            if len(tries) <= times:
                raise OperationalError("no") from cause

        monkeypatch.setattr(django.Command, "handle", handle)
        monkeypatch.setattr(migrate, "PAUSE", 0)
        return tries

    return failing


def test_a_lock_not_had_is_asked_for_again(db, failing):
    tries = failing(LockNotAvailable(), times=3)

    call_command("migrate")

    assert len(tries) == 4


def test_in_the_end_it_gives_up_and_says_so(db, failing):
    failing(LockNotAvailable(), times=migrate.TRIES)

    with pytest.raises(CommandError, match="quiet hour"):
        call_command("migrate")


def test_any_other_failure_ends_it_at_once(db, failing):
    tries = failing(DiskFull(), times=3)

    with pytest.raises(OperationalError):
        call_command("migrate")

    assert len(tries) == 1


class TestWithoutATransaction:
    """What it has done by then stays, so that it cannot simply be done again."""

    @pytest.fixture
    def failing(self, monkeypatch):
        """Fails once, after what it has told of itself."""

        def failing(*actions, error, cause):
            tries = []
            migration = migrations.Migration("0007_index", "approvals")
            migration.atomic = False

            def handle(self, *args, verbosity, **options):
                self.verbosity = verbosity
                tries.append(1)
                if len(tries) == 1:
                    for action in actions:
                        self.migration_progress_callback(action, migration)
                    raise error from cause

            monkeypatch.setattr(django.Command, "handle", handle)
            monkeypatch.setattr(migrate, "PAUSE", 0)
            return tries

        return failing

    @pytest.mark.parametrize(
        ("error", "cause"),
        [
            (OperationalError("no"), DeadlockDetected()),
            (OperationalError("no"), DiskFull()),
            (IntegrityError("no"), UniqueViolation()),
        ],
    )
    def test_it_is_named_and_not_tried_again(self, db, failing, error, cause):
        tries = failing("apply_start", error=error, cause=cause)

        with pytest.raises(CommandError, match=r"approvals\.0007_index.*indisvalid"):
            call_command("migrate")

        assert len(tries) == 1

    def test_what_comes_after_it_is_tried_again(self, db, failing):
        no, why = OperationalError("no"), LockNotAvailable()
        tries = failing("apply_start", "apply_success", error=no, cause=why)

        call_command("migrate")

        assert len(tries) == 2


# What lets all others go on while it waits, however long that is.
BESIDE = (
    beside.AddIndexConcurrently,
    beside.RemoveIndexConcurrently,
    beside.ValidateConstraint,
    # Of rows, in batches: by the reader's eye.
    migrations.RunPython,
)


def test_only_what_holds_up_nobody_goes_without_a_transaction():
    """For there a lock is waited for as long as it takes (`lock_timeout`)."""
    assert [
        f"{migration}: {operation.describe()}"
        for migration in ours()
        if not migration.atomic
        for operation in migration.operations
        if not holds_up_nobody(operation)
    ] == []


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("item", "grown", None),
        migrations.RunSQL("ALTER TABLE item ADD COLUMN grown integer"),
        migrations.RunSQL(["CREATE INDEX CONCURRENTLY a ON b (c)", "CREATE INDEX d ON b (e)"]),
        migrations.SeparateDatabaseAndState([migrations.DeleteModel("Item")]),
    ],
)
def test_a_planted_change_of_a_table_is_caught(operation):
    assert not holds_up_nobody(operation)


def test_an_index_made_beside_the_traffic_is_not():
    index = migrations.RunSQL("CREATE UNIQUE INDEX CONCURRENTLY a ON b (c)")

    assert holds_up_nobody(migrations.SeparateDatabaseAndState([index]))


def ours():
    """Our own migrations, those of the libraries left out."""
    installed = apps.get_app_configs()
    labels = {app.label for app in installed if "site-packages" not in app.path}
    loader = MigrationLoader(None)
    return [each for (label, _), each in loader.disk_migrations.items() if label in labels]


def holds_up_nobody(operation) -> bool:
    match operation:
        case migrations.SeparateDatabaseAndState():
            return all(map(holds_up_nobody, operation.database_operations))
        case migrations.RunSQL(sql=str(sql)):
            return is_concurrent(sql)
        case migrations.RunSQL():
            return all(map(is_concurrent, operation.sql))
    return isinstance(operation, BESIDE)


def is_concurrent(statement) -> bool:
    return bool(
        re.match(r"\s*(CREATE (UNIQUE )?|DROP )INDEX CONCURRENTLY\b[^;]*;?\s*$", statement)
    )


# Released before there was this rule: history is not changed.
BEFORE_THE_RULE = {
    "notifications.0015_channels_indexes",
    "notifications.0020_sealed_body_index",
    "projects.0007_scan_index",
}


def test_what_goes_without_a_transaction_is_one_operation():
    """If a later one failed, the first would have to be undone by hand."""
    several = {str(each) for each in ours() if holds_several_without_a_transaction(each)}

    assert several == BEFORE_THE_RULE


@pytest.mark.parametrize("atomic", [True, False])
@pytest.mark.parametrize(
    ("statements", "is_several"),
    [
        (["DROP INDEX CONCURRENTLY a"], False),
        (["DROP INDEX CONCURRENTLY a", "DROP INDEX CONCURRENTLY b"], True),
    ],
)
@pytest.mark.parametrize("in_one", [True, False])
def test_a_planted_second_operation_is_caught(atomic, statements, is_several, in_one):
    planted = migrations.Migration("0099_planted", "approvals")
    planted.atomic = atomic
    run = migrations.RunSQL
    planted.operations = [run(statements)] if in_one else [run(each) for each in statements]

    assert holds_several_without_a_transaction(planted) is (is_several and not atomic)


def holds_several_without_a_transaction(migration) -> bool:
    return not migration.atomic and sum(map(how_many, migration.operations)) > 1


def how_many(operation) -> int:
    """What it does to the database, one after the other."""
    match operation:
        case migrations.SeparateDatabaseAndState():
            return sum(map(how_many, operation.database_operations))
        case migrations.RunSQL(sql=[*statements]):
            return len(statements)
    return 1


def test_afterwards_the_limits_of_all_others_hold_again(db):
    """The tables of these tests were made by it, over this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("5s",)


class TestPackagedData:
    """Added once every migration is applied, by no other kind of run."""

    @pytest.fixture
    def gone(self, catalogue):
        """As if the ladder had come with this release."""
        EscalationPolicy.objects.filter(course="receipt").delete()

    @staticmethod
    def is_back():
        return EscalationPolicy.objects.current().filter(course="receipt").exists()

    def test_is_added(self, gone, capsys):
        call_command("migrate")

        assert self.is_back()
        assert "Added rung near of receipt" in capsys.readouterr().out

    def test_is_added_once(self, gone, capsys):
        call_command("migrate")
        capsys.readouterr()

        call_command("migrate")

        assert "Added" not in capsys.readouterr().out

    @pytest.mark.parametrize(
        "options",
        [
            ["--plan"],
            ["--check"],
            ["--fake"],
            ["approvals"],
            ["papers", "0006"],
            ["workdays", "--prune"],
        ],
    )
    def test_is_not_added_by(self, gone, options):
        call_command("migrate", *options)

        assert not self.is_back()

    def test_is_waited_for_as_a_table_is(self, gone, monkeypatch):
        tries = []

        def load(*, at):
            tries.append(limits())
            if len(tries) < 3:
                raise OperationalError("no") from LockNotAvailable()
            return packaged.Gained()

        monkeypatch.setattr(migrate, "load_packaged", load)
        monkeypatch.setattr(migrate, "PAUSE", 0)

        call_command("migrate")

        assert tries == [("0", migrate.LOCK)] * 3
        assert limits() == ("15s", "5s")

    def test_that_cannot_be_added_is_no_success(self, gone, monkeypatch):
        def load(*, at):
            raise IntegrityError("no") from UniqueViolation()

        monkeypatch.setattr(migrate, "load_packaged", load)

        with pytest.raises(IntegrityError):
            call_command("migrate")

    def test_a_year_that_is_new_is_published(self, catalogue):
        last = max(notice.year for notice in notices.packaged())
        PublishedYear.objects.filter(year=last).delete()

        call_command("migrate")

        assert CalendarChange.objects.get().year == last
        assert PublishedYear.objects.filter(year=last).exists()

    def test_a_calendar_without_any_year_is_filled(self, catalogue):
        PublishedYear.objects.all().delete()

        call_command("migrate")

        assert PublishedYear.objects.count() == len(notices.packaged())
        assert not CalendarChange.objects.exists()

    def test_a_limit_of_the_desk_stays(self, catalogue):
        ApprovalType.objects.filter(code="HD-GC-01").update(promised_days=7)

        call_command("migrate")

        assert ApprovalType.objects.get(code="HD-GC-01").promised_days == 7


def limits():
    with connection.cursor() as cursor:
        return tuple(
            cursor.execute(f"SHOW {name}") or cursor.fetchone()[0]
            for name in ("statement_timeout", "lock_timeout")
        )
