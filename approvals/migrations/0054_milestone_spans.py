from django.db import migrations

# So many spans in a transaction: the portal goes on meanwhile.
BATCH = 5_000
# A milestone without a limit is recorded by the centre: the firm had nothing to do for it.
MEND = """
    UPDATE approvals_clockspan SET holder = 'centre'
    WHERE id IN (
        SELECT span.id FROM approvals_clockspan span
        JOIN approvals_approvalitem item ON item.id = span.item_id
        JOIN approvals_approvaltype type ON type.id = item.approval_type_id
        WHERE span.holder = 'enterprise' AND type.kind = 'milestone'
            AND type.promised_days IS NULL
        LIMIT %s
    )
"""


def mend(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(MEND, [BATCH])
            if cursor.rowcount < BATCH:
                break


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("approvals", "0053_supervision_proposed")]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop)]
