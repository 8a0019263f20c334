from django.db import migrations

# What is promised for the day of acceptance is yellow from that day on (approvals/items/clock.py).
MEND = """
    UPDATE approvals_approvalitem item
    SET near_on = (
        CASE type.promised_from WHEN 'receipt' THEN item.submitted_at ELSE item.accepted_at END
        AT TIME ZONE 'Asia/Shanghai'
    )::date
    FROM approvals_approvaltype type
    WHERE type.id = item.approval_type_id AND item.status IN ('accepted', 'suspended')
        AND item.promised_days = 0 AND item.extension_days = 0
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0054_milestone_spans")]

    operations = [migrations.RunSQL(MEND, migrations.RunSQL.noop)]
