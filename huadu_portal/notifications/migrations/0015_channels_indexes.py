"""What would hold a full table for long: indexes and the check of old rows."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notifications", "0014_channels")]

    operations = [
        AddIndexConcurrently(
            model_name='delivery',
            index=models.Index(condition=models.Q(('digest__isnull', True), ('state', 'collected')), fields=['created_at'], name='delivery_collected'),
        ),
        AddIndexConcurrently(
            model_name='delivery',
            index=models.Index(condition=models.Q(('digest__isnull', False)), fields=['digest'], name='delivery_digest'),
        ),
        AddIndexConcurrently(
            model_name='notification',
            index=models.Index(condition=models.Q(('subject_id__isnull', False)), fields=['subject_id', '-created_at'], name='notification_subject'),
        ),
        ValidateConstraint(model_name="delivery", name="delivery_digest_has_reader_and_day"),
        ValidateConstraint(model_name="delivery", name="delivery_only_messages_are_collected"),
        ValidateConstraint(model_name="delivery", name="delivery_sent_at_if_sent"),
    ]
