"""Handled late without an approved extension: the duty to explain, and the decision. None for the past."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0023_what_binds'),
        ('staff', '0003_ways_of_being_told'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalOverrun',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('state', models.CharField(choices=[('to_explain', 'To be explained'), ('to_decide', 'Explained, to be decided'), ('accepted', 'Explanation accepted'), ('declined', 'Explanation not accepted'), ('dropped', 'Dropped with a wrong entry')], default='to_explain', max_length=10)),
                ('opened_at', models.DateTimeField(help_text="When the clock's stop was written down.")),
                ('due_at', models.DateTimeField(help_text='The due time that was missed.')),
                ('stopped_at', models.DateTimeField(help_text='When the clock stopped.')),
                ('severity', models.CharField(choices=[('minor', 'Minor'), ('important', 'Important'), ('major', 'Major')], max_length=10)),
                ('note', models.TextField(blank=True, verbose_name='why it took longer')),
                ('customer_told_at', models.DateTimeField(blank=True, null=True, verbose_name='customer told')),
                ('customer_told_how', models.CharField(blank=True, choices=[('in_person', 'In person'), ('phone', 'Phone'), ('writing', 'In writing'), ('portal', 'Owner portal')], max_length=10, verbose_name='how')),
                ('not_told_because', models.CharField(blank=True, max_length=300, verbose_name='why the customer was not told')),
                ('explained_at', models.DateTimeField(blank=True, null=True)),
                ('approver_role', models.CharField(choices=[('front_desk', 'Front desk'), ('duty_desk', 'Duty desk'), ('steward', 'Building steward'), ('handler', 'Handler'), ('department_head', 'Department head'), ('supervisor', 'Supervisor'), ('property_manager', 'Property manager'), ('general_manager', 'General manager'), ('auditor', 'Auditor'), ('administrator', 'Administrator')], max_length=20)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('comment', models.TextField(blank=True, verbose_name='comment')),
                ('alone_because', models.CharField(blank=True, max_length=300, verbose_name='why the same person decides')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('clock', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='complaints.clock')),
                ('complaint', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='complaints.complaint')),
                ('decided_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.department')),
                ('explained_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('explainer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handler', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reason', models.ForeignKey(blank=True, db_column='reason', db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='complaints.extensionreason', to_field='code', verbose_name='reason')),
            ],
            options={
                'verbose_name': 'historical overrun',
                'verbose_name_plural': 'historical overruns',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Overrun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('to_explain', 'To be explained'), ('to_decide', 'Explained, to be decided'), ('accepted', 'Explanation accepted'), ('declined', 'Explanation not accepted'), ('dropped', 'Dropped with a wrong entry')], default='to_explain', max_length=10)),
                ('opened_at', models.DateTimeField(help_text="When the clock's stop was written down.")),
                ('due_at', models.DateTimeField(help_text='The due time that was missed.')),
                ('stopped_at', models.DateTimeField(help_text='When the clock stopped.')),
                ('severity', models.CharField(choices=[('minor', 'Minor'), ('important', 'Important'), ('major', 'Major')], max_length=10)),
                ('note', models.TextField(blank=True, verbose_name='why it took longer')),
                ('customer_told_at', models.DateTimeField(blank=True, null=True, verbose_name='customer told')),
                ('customer_told_how', models.CharField(blank=True, choices=[('in_person', 'In person'), ('phone', 'Phone'), ('writing', 'In writing'), ('portal', 'Owner portal')], max_length=10, verbose_name='how')),
                ('not_told_because', models.CharField(blank=True, max_length=300, verbose_name='why the customer was not told')),
                ('explained_at', models.DateTimeField(blank=True, null=True)),
                ('approver_role', models.CharField(choices=[('front_desk', 'Front desk'), ('duty_desk', 'Duty desk'), ('steward', 'Building steward'), ('handler', 'Handler'), ('department_head', 'Department head'), ('supervisor', 'Supervisor'), ('property_manager', 'Property manager'), ('general_manager', 'General manager'), ('auditor', 'Auditor'), ('administrator', 'Administrator')], max_length=20)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('comment', models.TextField(blank=True, verbose_name='comment')),
                ('alone_because', models.CharField(blank=True, max_length=300, verbose_name='why the same person decides')),
                ('remind_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('clock', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='overrun', to='complaints.clock')),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overruns', to='complaints.complaint')),
                ('decided_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.department')),
                ('explained_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('explainer', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handler', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reason', models.ForeignKey(blank=True, db_column='reason', db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.extensionreason', to_field='code', verbose_name='reason')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['to_explain', 'to_decide'])), fields=['explainer', 'opened_at'], name='overrun_to_explain'), models.Index(condition=models.Q(('state', 'to_decide')), fields=['approver_role', 'opened_at'], name='overrun_to_decide'), models.Index(condition=models.Q(('remind_at__isnull', False)), fields=['remind_at'], name='overrun_to_remind'), models.Index(fields=['due_at', 'id'], name='overrun_by_due'), models.Index(condition=models.Q(('decided_at__isnull', False)), fields=['-decided_at'], name='overrun_decided')],
                'constraints': [models.CheckConstraint(condition=models.Q(('stopped_at__gt', models.F('due_at'))), name='an_overrun_is_late'), models.CheckConstraint(condition=models.Q(('state__in', ['to_explain', 'dropped']), models.Q(('explained_at__isnull', False), ('explained_by__isnull', False), ('reason__isnull', False), models.Q(('note', ''), _negated=True)), _connector='OR'), name='an_explanation_has_words'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'declined']), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(models.Q(('decided_by', models.F('explained_by')), _negated=True), models.Q(('alone_because', ''), _negated=True), _connector='OR')), _connector='OR'), name='another_person_decides_overruns')],
            },
        ),
    ]
