"""Policies and reminders come from `approvals` with all that refers to them."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from huadu_portal.escalation import operations as escalation
from huadu_portal.escalation.models import EscalationPolicy
from tests.conftest import HOUR, MONDAY
from tests.escalation.reminders import reminders_of

BEFORE = [("approvals", "0025_packaged"), ("escalation", None)]


@pytest.fixture
def back(transactional_db):
    """Goes back to the release before; at the end all is as it was."""

    def go(targets):
        executor = MigrationExecutor(connection)
        executor.migrate(targets)
        return (
            MigrationExecutor(connection)
            .loader.project_state([target for target in targets if target[1]])
            .apps
        )

    yield go
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_every_row_log_line_and_right_is_kept(back, catalogue, accepted, chen):
    policy = EscalationPolicy.objects.first()
    escalation.remind(MONDAY + HOUR)
    told = reminders_of(accepted).get()
    entry = LogEntry.objects.create(
        user=chen,
        content_type=ContentType.objects.get_for_model(EscalationPolicy),
        object_id=policy.pk,
        object_repr="催办规则",
        action_flag=CHANGE,
        change_message="",
    )
    rows = EscalationPolicy.objects.count()

    before = back(BEFORE)
    assert before.get_model("approvals", "Ladder").objects.count() == rows
    assert before.get_model("approvals", "Reminder").objects.get().item_id == accepted.pk
    rights = Permission.objects.filter(content_type__app_label="approvals")
    assert "change_ladder" in rights.values_list("codename", flat=True)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    ContentType.objects.clear_cache()

    entry = LogEntry.objects.get(pk=entry.pk)
    assert entry.content_type.model_class() is EscalationPolicy
    assert EscalationPolicy.objects.count() == rows
    assert reminders_of(accepted).get() == told
    rights = Permission.objects.filter(content_type=entry.content_type)
    assert set(rights.values_list("codename", flat=True)) == {
        f"{action}_escalationpolicy" for action in ("add", "change", "delete", "view")
    }
