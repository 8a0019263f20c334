"""Types and accepted items that are there get what the engine reads from now on."""

from django.db import migrations

TYPES = """
    UPDATE approvals_approvaltype SET
        statutory_from = CASE WHEN code IN ('HD-GC-04', 'HD-GC-05')
            THEN 'receipt' ELSE statutory_from END,
        max_extension_days = CASE WHEN kind = 'joint' THEN 15 ELSE max_extension_days END,
        notice_stops_clock = code IN
            ('HD-GC-01', 'HD-GC-02', 'HD-GC-04', 'HD-GC-05', 'HD-SG-09'),
        commitment_allowed = code IN
            ('HD-SV-03', 'HD-LX-01', 'HD-GC-02', 'HD-GC-03', 'HD-GC-04', 'HD-GC-08',
             'HD-SG-01', 'HD-SG-05', 'HD-SG-06', 'HD-SG-07', 'HD-JG-07', 'HD-JG-09')
"""
ITEMS = """
    UPDATE approvals_approvalitem AS item SET
        promised_days = entry.promised_days, promised_unit = entry.promised_unit,
        statutory_days = entry.statutory_days, statutory_unit = entry.statutory_unit
    FROM approvals_approvaltype AS entry
    WHERE entry.id = item.approval_type_id AND item.accepted_at IS NOT NULL
"""
# A recorded milestone is nobody's to deliver: its last span ends with the record.
SPANS = """
    UPDATE approvals_clockspan AS span SET ended_at = span.started_at
    FROM approvals_approvalitem AS item
    JOIN approvals_approvaltype AS entry ON entry.id = item.approval_type_id
    WHERE span.item_id = item.id AND span.ended_at IS NULL AND item.status = 'granted'
        AND entry.kind = 'milestone' AND entry.promised_days IS NULL
"""
TRIGGER = """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_extension
    FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_history()
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0007_engine")]

    operations = [
        migrations.RunSQL(TYPES, migrations.RunSQL.noop),
        migrations.RunSQL(ITEMS, migrations.RunSQL.noop),
        migrations.RunSQL(SPANS, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER append_only ON approvals_extension"),
    ]
