"""Policies, steps and reminders were `approvals`' before: they keep their tables and every row.

Nothing is renamed in the database: the release before runs beside this one during an upgrade.
"""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.lookups
import huadu_portal.escalation.subjects
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

MODELS = [
    migrations.CreateModel(
        name='RecheckRequest',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('course', models.CharField(blank=True, choices=huadu_portal.escalation.subjects.course_choices, max_length=20)),
        ],
        options={
            'verbose_name': 'look at all again',
            'verbose_name_plural': 'looks at all again',
            'db_table': 'approvals_lookagain',
        },
    ),
    migrations.CreateModel(
        name='EscalationPolicy',
        fields=[
            ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
            ('course', models.CharField(choices=huadu_portal.escalation.subjects.course_choices, max_length=20, verbose_name='matter waited for')),
            ('grade', models.CharField(blank=True, choices=huadu_portal.escalation.subjects.grade_choices, max_length=10, verbose_name='only for projects of the grade')),
            ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
            ('published_at', models.DateTimeField(editable=False, verbose_name='in force from')),
            ('note', models.CharField(blank=True, max_length=200, verbose_name='why it was changed')),
            ('replaced_at', models.DateTimeField(editable=False, null=True, verbose_name='in force until')),
            ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department', verbose_name='only of the department')),
            ('published_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
        ],
        options={
            'verbose_name': 'ladder',
            'verbose_name_plural': 'ladders',
            'db_table': 'approvals_ladder',
        },
    ),
    migrations.CreateModel(
        name='Reminder',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('course', models.CharField(choices=huadu_portal.escalation.subjects.course_choices, max_length=20, verbose_name='matter waited for')),
            ('epoch', models.PositiveIntegerField()),
            ('rung', models.CharField(max_length=20, verbose_name='rung')),
            ('rung_name', models.CharField(max_length=40)),
            ('rung_name_en', models.CharField(max_length=60)),
            ('occasion', models.PositiveIntegerField(default=0)),
            ('reached_at', models.DateTimeField(verbose_name='reached')),
            ('recorded_at', models.DateTimeField(verbose_name='recorded')),
            ('is_superseded', models.BooleanField(default=False, verbose_name='superseded')),
            ('application', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.application', verbose_name='application')),
            ('certificate', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.certificate', verbose_name='certificate')),
            ('commitment', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.commitment', verbose_name='commitment')),
            ('consultation', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.consultation', verbose_name='consultation')),
            ('correction', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.correctionrequest', verbose_name='correction notice')),
            ('help_request', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.helprequest', verbose_name='request for coordination')),
            ('item', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.approvalitem', verbose_name='approval item')),
            ('order', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.supervisionorder', verbose_name='supervision order')),
        ],
        options={
            'verbose_name': 'reminder',
            'verbose_name_plural': 'reminders',
            'db_table': 'approvals_reminder',
            'ordering': ['-reached_at', '-pk'],
        },
    ),
    migrations.CreateModel(
        name='Step',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('position', models.PositiveSmallIntegerField(verbose_name='order')),
            ('code', models.SlugField(max_length=20, validators=[django.core.validators.RegexValidator('^[a-z][a-z_0-9]*$')], verbose_name='code')),
            ('name', models.CharField(max_length=40, verbose_name='name')),
            ('name_en', models.CharField(max_length=60, verbose_name='English name')),
            ('trigger', models.CharField(choices=[('since', 'days since the clock began'), ('share', 'per cent of the promised limit used'), ('near', 'the lamp turns yellow'), ('left', 'days left until the promised day'), ('past', 'days past the promised day'), ('statutory_past', 'days past the statutory day'), ('quiet', 'working days without any event')], max_length=20, verbose_name='trigger')),
            ('value', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(1000)], verbose_name='number')),
            ('unit', models.CharField(choices=[('working', 'working days'), ('calendar', 'calendar days')], default='working', max_length=10, verbose_name='unit')),
            ('min_days', models.PositiveSmallIntegerField(default=0, verbose_name='only for limits of days')),
            ('audience', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('officer', 'the officer in charge'), ('department_head', 'head of the department'), ('agent', 'service agent of the project'), ('chief_officer', 'chief officer of the project'), ('window', 'comprehensive window'), ('centre_head', 'center head'), ('leader', 'district leader'), ('firm', 'the enterprise')], max_length=20), size=None, verbose_name='who is told')),
            ('card', models.CharField(blank=True, choices=[('warning', 'warning'), ('yellow', 'yellow card'), ('red', 'red card'), ('supervision', 'supervision order')], max_length=20, verbose_name='card')),
            ('channels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('email', 'e-mail'), ('wecom', 'WeCom'), ('dingtalk', 'DingTalk'), ('sms', 'text message'), ('webhook', 'webhook')], max_length=20), blank=True, default=list, size=None, verbose_name='by these ways only')),
            ('is_urgent', models.BooleanField(default=False, verbose_name='at once')),
            ('text', models.CharField(max_length=200, verbose_name='text')),
            ('text_en', models.CharField(max_length=250, verbose_name='English text')),
            ('policy', models.ForeignKey(db_column='ladder_id', on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='escalation.escalationpolicy')),
        ],
        options={
            'verbose_name': 'rung',
            'verbose_name_plural': 'rungs',
            'db_table': 'approvals_ladderrung',
            'ordering': ['position'],
        },
    ),
    migrations.AddConstraint(
        model_name='escalationpolicy',
        constraint=models.UniqueConstraint(condition=models.Q(('replaced_at__isnull', True)), fields=('course', 'department', 'grade'), name='ladder_one_in_force', nulls_distinct=False, violation_error_message='There is a ladder for exactly this already.'),
    ),
    migrations.AddConstraint(
        model_name='escalationpolicy',
        constraint=models.UniqueConstraint(fields=('course', 'department', 'grade', 'version'), name='ladder_version_once', nulls_distinct=False),
    ),
    migrations.AddConstraint(
        model_name='reminder',
        constraint=models.UniqueConstraint(condition=models.Q(('item__isnull', False)), fields=('item', 'epoch', 'course', 'rung', 'occasion'), name='reminder_once_per_item_rung'),
    ),
    migrations.AddConstraint(
        model_name='reminder',
        constraint=models.UniqueConstraint(condition=models.Q(('application__isnull', False)), fields=('application', 'epoch', 'course', 'rung', 'occasion'), name='reminder_once_per_application_rung'),
    ),
    migrations.AddConstraint(
        model_name='reminder',
        constraint=models.UniqueConstraint(condition=models.Q(('consultation__isnull', False)), fields=('consultation', 'epoch', 'course', 'rung', 'occasion'), name='reminder_once_per_consultation_rung'),
    ),
    migrations.AddConstraint(
        model_name='reminder',
        constraint=models.UniqueConstraint(condition=models.Q(('correction__isnull', False)), fields=('correction', 'epoch', 'course', 'rung', 'occasion'), name='reminder_once_per_correction_rung'),
    ),
    migrations.AddConstraint(
        model_name='reminder',
        constraint=models.UniqueConstraint(condition=models.Q(('commitment__isnull', False)), fields=('commitment', 'epoch', 'course', 'rung', 'occasion'), name='reminder_once_per_commitment_rung'),
    ),
    migrations.AddConstraint(
        model_name='reminder',
        constraint=models.UniqueConstraint(condition=models.Q(('certificate__isnull', False)), fields=('certificate', 'epoch', 'course', 'rung', 'occasion'), name='reminder_once_per_certificate_rung'),
    ),
    migrations.AddConstraint(
        model_name='reminder',
        constraint=models.UniqueConstraint(condition=models.Q(('order__isnull', False)), fields=('order', 'epoch', 'course', 'rung', 'occasion'), name='reminder_once_per_order_rung'),
    ),
    migrations.AddConstraint(
        model_name='reminder',
        constraint=models.UniqueConstraint(condition=models.Q(('help_request__isnull', False)), fields=('help_request', 'epoch', 'course', 'rung', 'occasion'), name='reminder_once_per_help_request_rung'),
    ),
    migrations.AddConstraint(
        model_name='reminder',
        constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('item'), models.F('application'), models.F('consultation'), models.F('correction'), models.F('commitment'), models.F('certificate'), models.F('order'), models.F('help_request'), function='num_nonnulls', output_field=models.IntegerField()), 1), name='reminder_has_one_subject'),
    ),
    migrations.AddConstraint(
        model_name='step',
        constraint=models.UniqueConstraint(fields=('policy', 'code'), name='rung_code_once'),
    ),
    migrations.AddConstraint(
        model_name='step',
        constraint=models.CheckConstraint(condition=models.Q(models.Q(('trigger', 'share'), _negated=True), models.Q(('value__gte', 1), ('value__lte', 100)), _connector='OR'), name='rung_share_is_a_percentage', violation_error_message='A share lies between 1 and 100 per cent.'),
    ),
    migrations.AddConstraint(
        model_name='step',
        constraint=models.CheckConstraint(condition=models.Q(models.Q(('trigger__in', ['past', 'statutory_past', 'quiet']), _negated=True), ('value__gte', 1), _connector='OR'), name='rung_past_by_a_day_at_least', violation_error_message='At least one day.'),
    ),
    migrations.AddConstraint(
        model_name='step',
        constraint=models.CheckConstraint(condition=models.Q(('audience__len__gte', 1)), name='rung_told_to_somebody', violation_error_message='Somebody has to be told.'),
    ),
]


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_wording'),
        ('approvals', '0025_packaged'),
        ('projects', '0013_failed_scans'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=MODELS),
    ]
