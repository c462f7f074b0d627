"""A database that begins empty gets its tables as they stand after 0014, in one step."""

import django.core.serializers.json
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from config.framework.whole_schema import WholeSchema


class Migration(migrations.Migration):

    replaces = [('reports', '0001_initial'), ('reports', '0002_papers'), ('reports', '0003_sheets_of_the_ledger'), ('reports', '0004_posters'), ('reports', '0006_report_calendar'), ('reports', '0007_rollups'), ('reports', '0008_papers_of_all_kinds'), ('reports', '0008b_papers_end_on'), ('reports', '0008c_papers_of_all_kinds_held'), ('reports', '0009_quarter_meetings'), ('reports', '0010_overrun_and_follow_up_sheets'), ('reports', '0011_public_accounts'), ('reports', '0011b_due_digests'), ('reports', '0012_papers_tell_how_far_they_are'), ('reports', '0013_warranty_record'), ('reports', '0014_measures_of_meetings')]

    initial = True

    dependencies = [
        ('complaints', '0001_squashed_0075_commendations_remind'),
        ('staff', '0001_squashed_0009_audit_rows_count'),
    ]

    operations = [
        WholeSchema([
            migrations.CreateModel(
                name='MeetingDecision',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveSmallIntegerField()),
                    ('what', models.TextField(verbose_name='what')),
                    ('who', models.CharField(max_length=100, verbose_name='who')),
                    ('due_on', models.DateField(help_text='The last day.', verbose_name='by when')),
                    ('state', models.CharField(choices=[('open', 'Not done yet'), ('done', 'Done'), ('dropped', 'Dropped')], default='open', max_length=10)),
                    ('settled_on', models.DateField(blank=True, help_text='The day it was done or dropped.', null=True)),
                    ('note', models.TextField(blank=True, help_text='What was done, or why it was dropped.')),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('recorded_at', models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name='CalendarVersion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField(unique=True)),
                    ('data', models.JSONField(default=dict)),
                    ('note', models.CharField(blank=True, max_length=200)),
                    ('created_at', models.DateTimeField()),
                    ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
            ),
            migrations.CreateModel(
                name='DueDigest',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('scope', models.CharField(max_length=30)),
                    ('date', models.DateField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('date', 'scope'), name='one_due_digest_a_day')],
                },
            ),
            migrations.CreateModel(
                name='DuePaper',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('version', models.PositiveSmallIntegerField()),
                    ('stored', models.CharField(blank=True, max_length=32)),
                    ('name', models.CharField(blank=True, max_length=120)),
                    ('content_type', models.CharField(blank=True, max_length=100)),
                    ('size', models.PositiveIntegerField(default=0)),
                    ('text', models.TextField(blank=True)),
                    ('sha256', models.CharField(max_length=64)),
                    ('kept_at', models.DateTimeField()),
                    ('signed_at', models.DateTimeField(null=True)),
                    ('kept_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('signed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
            ),
            migrations.CreateModel(
                name='DueReport',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('daily', 'Daily report'), ('half_monthly', 'Half-monthly report'), ('monthly', 'Monthly report'), ('quarterly', 'Quarterly report'), ('annual', 'Annual report'), ('department', "Department's monthly report"), ('department_year', "Department's annual report"), ('warranty', 'Construction quality warranty record'), ('input_half', "Estate's input to the half-monthly report"), ('input_month', "Estate's input to the monthly report"), ('public_list', 'Upheld complaints made public')], max_length=20, verbose_name='kind')),
                    ('scope', models.CharField(max_length=30)),
                    ('scope_name', models.CharField(max_length=200, verbose_name='covers')),
                    ('time_zone', models.CharField(max_length=40)),
                    ('starts_on', models.DateField()),
                    ('ends_on', models.DateField(help_text='The first day that is no part of it.')),
                    ('due_at', models.DateTimeField()),
                    ('due_on', models.DateField(help_text='The last day it may come on, in its zone.')),
                    ('state', models.CharField(choices=[('to_prepare', 'To be prepared'), ('draft', 'Draft'), ('checked', 'Checked'), ('signed', 'Signed and issued'), ('sent', 'Sent to its readers'), ('excused', 'Not needed this time')], max_length=12, verbose_name='state')),
                    ('opened_at', models.DateTimeField()),
                    ('prepared_at', models.DateTimeField(null=True)),
                    ('checked_at', models.DateTimeField(null=True)),
                    ('signed_at', models.DateTimeField(null=True)),
                    ('done_at', models.DateTimeField(null=True)),
                    ('checked_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('paper', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.duepaper')),
                    ('prepared_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('rules', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.calendarversion')),
                    ('signed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
            ),
            migrations.AddField(
                model_name='duepaper',
                name='due',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='reports.duereport'),
            ),
            migrations.CreateModel(
                name='HistoricalQuarterMeeting',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('scope', models.CharField(help_text='company, region-<id> or estate-<id>.', max_length=30)),
                    ('scope_name', models.CharField(max_length=200, verbose_name='covers')),
                    ('starts_on', models.DateField(help_text='The first day of the quarter it is about.')),
                    ('held_on', models.DateField(verbose_name='held on')),
                    ('place', models.CharField(max_length=100, verbose_name='place')),
                    ('present', models.TextField(verbose_name='present')),
                    ('reported', models.TextField(verbose_name='what was reported')),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('recorded_at', models.DateTimeField()),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('recorded_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical quarter meeting',
                    'verbose_name_plural': 'historical quarter meetings',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='IssuedReport',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ('kind', models.CharField(choices=[('daily', 'Daily report'), ('half_monthly', 'Half-monthly report'), ('monthly', 'Monthly report'), ('quarterly', 'Quarterly report'), ('annual', 'Annual report'), ('warranty', 'Construction quality warranty record'), ('public_list', 'Upheld complaints made public')], max_length=20, verbose_name='kind')),
                    ('scope', models.CharField(help_text='company, region-<id> or estate-<id>.', max_length=30)),
                    ('scope_name', models.CharField(max_length=200, verbose_name='covers')),
                    ('starts_on', models.DateField(help_text='The first day it covers.', verbose_name='from')),
                    ('ends_on', models.DateField(help_text='The last day it covers.', verbose_name='to')),
                    ('language', models.CharField(choices=[('zh-hans', '中文'), ('en', 'English')], max_length=10, verbose_name='language')),
                    ('version', models.PositiveSmallIntegerField(verbose_name='version')),
                    ('state', models.CharField(choices=[('asked', 'Waiting for the worker'), ('working', 'Being made'), ('done', 'Ready'), ('failed', 'Failed')], default='asked', max_length=10, verbose_name='state')),
                    ('progress', models.PositiveSmallIntegerField(default=0, help_text='0 to 100.')),
                    ('reason', models.CharField(blank=True, max_length=300, verbose_name='why it failed')),
                    ('asked_at', models.DateTimeField(verbose_name='asked for')),
                    ('started_at', models.DateTimeField(blank=True, help_text='The moment its figures speak of.', null=True)),
                    ('figures', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ('pdf', models.FileField(blank=True, upload_to='reports/')),
                    ('pdf_sha256', models.CharField(blank=True, max_length=64)),
                    ('xlsx', models.FileField(blank=True, upload_to='reports/')),
                    ('xlsx_sha256', models.CharField(blank=True, max_length=64)),
                    ('issued_at', models.DateTimeField(blank=True, null=True, verbose_name='issued')),
                    ('asked_by', models.ForeignKey(help_text='Empty: the report calendar.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                    ('issued_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by')),
                    ('supersedes', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='reports.issuedreport')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('pdf_sha256', ''), _negated=True), fields=['pdf_sha256'], name='report_by_hash'), models.Index(fields=['-asked_at', '-id'], name='reports_last_made')],
                    'constraints': [models.UniqueConstraint(fields=('kind', 'scope', 'starts_on', 'language', 'version'), name='report_version_once'), models.UniqueConstraint(condition=models.Q(('state__in', ['asked', 'working'])), fields=('kind', 'scope', 'starts_on', 'language'), name='report_made_once_at_a_time'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='a_report_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(models.Q(('issued_at__isnull', True), ('issued_by__isnull', True)), models.Q(('issued_at__isnull', False), ('issued_by__isnull', False), ('state', 'done')), _connector='OR'), name='only_a_finished_report_is_issued'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(models.Q(('pdf', ''), _negated=True), models.Q(('pdf_sha256', ''), _negated=True), models.Q(('xlsx', ''), _negated=True), models.Q(('xlsx_sha256', ''), _negated=True)), _connector='OR'), name='a_finished_report_has_its_files'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('state', 'failed'), _negated=True), ('reason', '')), _connector='OR'), name='a_failed_report_says_why')],
                },
            ),
            migrations.AddField(
                model_name='duereport',
                name='asked',
                field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='due', to='reports.issuedreport'),
            ),
            migrations.AddField(
                model_name='duepaper',
                name='made',
                field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.issuedreport'),
            ),
            migrations.CreateModel(
                name='DecisionMeasure',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('set_at', models.DateTimeField()),
                    ('measure', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='complaints.measure')),
                    ('set_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='reports.meetingdecision')),
                ],
            ),
            migrations.CreateModel(
                name='MonthRollup',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('month', models.DateField(help_text='Its first day.')),
                    ('zone', models.CharField(help_text='By whose clock it began and ended.', max_length=64)),
                    ('form', models.PositiveSmallIntegerField(default=1)),
                    ('voids', models.PositiveIntegerField(help_text='Wrong entries of the estate received before the end.')),
                    ('loads', models.PositiveIntegerField(help_text='Past ledgers the estate had taken over.')),
                    ('received', models.PositiveIntegerField(default=0)),
                    ('valid', models.PositiveIntegerField(default=0, help_text='Of the received.')),
                    ('closed', models.PositiveIntegerField(default=0)),
                    ('flow', models.JSONField(default=list, help_text='Deadlines kept, overruns, revisits, answers.')),
                    ('facts', models.JSONField(default=dict)),
                    ('times', models.BinaryField(default=b'', help_text='Microseconds, eight bytes each, the shortest first.')),
                    ('made_at', models.DateTimeField()),
                    ('estate', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.estate')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('estate', 'month'), name='one_rollup_a_month')],
                },
            ),
            migrations.CreateModel(
                name='Paper',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ('kind', models.CharField(choices=[('receipt', 'Receipt'), ('case', 'Complaint handling sheet'), ('extension', 'Extension sheet'), ('revisit', 'Revisit sheet'), ('overrun', 'Overrun sheet'), ('follow_up', 'Follow-up sheet'), ('bulletin', 'Bulletin'), ('ledger', 'Complaint ledger'), ('posters', 'Posters')], max_length=10)),
                    ('subject', models.BigIntegerField(help_text='The key of what it is about: extension, revisit, overrun, bulletin.')),
                    ('language', models.CharField(max_length=10)),
                    ('shows', models.BooleanField(help_text='Whether it names the customer.')),
                    ('calls', models.BooleanField(default=False, help_text='Whether phones stand there whole.')),
                    ('link', models.CharField(blank=True, help_text="The customer's; gone once it is printed.", max_length=300)),
                    ('days', models.JSONField(default=dict, help_text='Of the ledger: scope, from and until; of posters: estate, size, which places.')),
                    ('name', models.CharField(help_text='Of the file.', max_length=200)),
                    ('done', models.PositiveIntegerField(db_default=0, default=0, help_text='Cases of the ledger that are in it by now.')),
                    ('total', models.PositiveIntegerField(db_default=0, default=0, help_text='Of so many; 0: not known, or no ledger.')),
                    ('state', models.CharField(choices=[('asked', 'Waiting for the worker'), ('working', 'Being made'), ('done', 'Ready'), ('failed', 'Failed')], default='asked', max_length=10)),
                    ('reason', models.CharField(blank=True, max_length=300)),
                    ('asked_at', models.DateTimeField(db_index=True)),
                    ('started_at', models.DateTimeField(blank=True, help_text='When its worker took it up, or last said how far it is.', null=True)),
                    ('body', models.BinaryField(default=bytes)),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('complaint', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='complaints.complaint')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('state', 'failed'), _negated=True), ('reason', '')), _connector='OR'), name='a_failed_paper_says_why'), models.CheckConstraint(condition=models.Q(('link', ''), ('state__in', ['asked', 'working']), _connector='OR'), name='a_made_paper_keeps_no_link'), models.CheckConstraint(condition=models.Q(models.Q(('complaint__isnull', True), ('kind__in', ['ledger', 'posters'])), models.Q(models.Q(('kind__in', ['ledger', 'posters']), _negated=True), ('complaint__isnull', False)), _connector='OR'), name='a_paper_is_of_a_case_or_of_none')],
                },
            ),
            migrations.CreateModel(
                name='PublicAccount',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField()),
                    ('account', models.CharField(blank=True, max_length=200, verbose_name='short account')),
                    ('handling', models.CharField(blank=True, max_length=200, verbose_name='handling')),
                    ('left_out_because', models.CharField(blank=True, max_length=200, verbose_name='why it is left out')),
                    ('kept_at', models.DateTimeField()),
                    ('complaint', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.complaint')),
                    ('kept_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('complaint', 'number'), name='public_account_version_once'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('account', ''), _negated=True), ('left_out_because', '')), models.Q(('account', ''), models.Q(('left_out_because', ''), _negated=True)), _connector='OR'), name='a_public_account_says_something_or_why_not')],
                },
            ),
            migrations.CreateModel(
                name='QuarterMeeting',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('scope', models.CharField(help_text='company, region-<id> or estate-<id>.', max_length=30)),
                    ('scope_name', models.CharField(max_length=200, verbose_name='covers')),
                    ('starts_on', models.DateField(help_text='The first day of the quarter it is about.')),
                    ('held_on', models.DateField(verbose_name='held on')),
                    ('place', models.CharField(max_length=100, verbose_name='place')),
                    ('present', models.TextField(verbose_name='present')),
                    ('reported', models.TextField(verbose_name='what was reported')),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('scope', 'starts_on'), name='one_meeting_a_quarter')],
                },
            ),
            migrations.AddField(
                model_name='meetingdecision',
                name='meeting',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='reports.quartermeeting'),
            ),
            migrations.CreateModel(
                name='HistoricalMeetingDecision',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('number', models.PositiveSmallIntegerField()),
                    ('what', models.TextField(verbose_name='what')),
                    ('who', models.CharField(max_length=100, verbose_name='who')),
                    ('due_on', models.DateField(help_text='The last day.', verbose_name='by when')),
                    ('state', models.CharField(choices=[('open', 'Not done yet'), ('done', 'Done'), ('dropped', 'Dropped')], default='open', max_length=10)),
                    ('settled_on', models.DateField(blank=True, help_text='The day it was done or dropped.', null=True)),
                    ('note', models.TextField(blank=True, help_text='What was done, or why it was dropped.')),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('recorded_at', models.DateTimeField()),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('meeting', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='reports.quartermeeting')),
                ],
                options={
                    'verbose_name': 'historical meeting decision',
                    'verbose_name_plural': 'historical meeting decisions',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='ReportDuty',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('daily', 'Daily report'), ('half_monthly', 'Half-monthly report'), ('monthly', 'Monthly report'), ('quarterly', 'Quarterly report'), ('annual', 'Annual report'), ('department', "Department's monthly report"), ('department_year', "Department's annual report"), ('warranty', 'Construction quality warranty record'), ('input_half', "Estate's input to the half-monthly report"), ('input_month', "Estate's input to the monthly report"), ('public_list', 'Upheld complaints made public')], max_length=20)),
                    ('scope', models.CharField(help_text='company, region-<id>, estate-<id> or department-<id>.', max_length=30)),
                    ('number', models.PositiveIntegerField()),
                    ('is_on', models.BooleanField()),
                    ('readers', models.JSONField(default=list, help_text='Named people it goes to besides the roles: keys.')),
                    ('since', models.DateTimeField()),
                    ('created_at', models.DateTimeField()),
                    ('approver', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('checker', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('preparer', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('kind', 'scope', 'number'), name='duty_version_once')],
                },
            ),
            migrations.CreateModel(
                name='DueReader',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('sent_at', models.DateTimeField()),
                    ('opened_at', models.DateTimeField(null=True)),
                    ('paper', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='reports.duepaper')),
                    ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('paper', 'user'), name='due_reader_once')],
                },
            ),
            migrations.CreateModel(
                name='DueNotice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('level', models.CharField(choices=[('remind', 'Reminder'), ('over', 'Overdue'), ('day_over', 'One day overdue')], max_length=10)),
                    ('at', models.DateTimeField()),
                    ('state', models.CharField(choices=[('pending', 'Pending'), ('fired', 'Fired'), ('cancelled', 'Cancelled')], default='pending', max_length=10)),
                    ('fired_at', models.DateTimeField(null=True)),
                    ('due', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='reports.duereport')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['at', 'id'], name='due_notice_pending')],
                    'constraints': [models.UniqueConstraint(fields=('due', 'level'), name='due_level_once')],
                },
            ),
            migrations.CreateModel(
                name='DueStep',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField()),
                    ('verb', models.CharField(max_length=12)),
                    ('note', models.TextField(blank=True)),
                    ('alone_because', models.CharField(blank=True, help_text='Why no other person did it.', max_length=200)),
                    ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('due', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='reports.duereport')),
                    ('paper', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.duepaper')),
                ],
                options={
                    'indexes': [models.Index(fields=['due', 'id'], name='due_steps')],
                },
            ),
            migrations.AddIndex(
                model_name='duereport',
                index=models.Index(condition=models.Q(('state__in', ['to_prepare', 'draft', 'checked', 'signed'])), fields=['due_at', 'id'], name='due_open'),
            ),
            migrations.AddIndex(
                model_name='duereport',
                index=models.Index(fields=['scope', '-due_at'], name='due_by_scope'),
            ),
            migrations.AddIndex(
                model_name='duereport',
                index=models.Index(fields=['due_on', 'kind'], name='due_by_day'),
            ),
            migrations.AddIndex(
                model_name='duereport',
                index=models.Index(condition=models.Q(('asked__isnull', False)), fields=['asked'], name='due_asked'),
            ),
            migrations.AddConstraint(
                model_name='duereport',
                constraint=models.UniqueConstraint(fields=('kind', 'scope', 'starts_on'), name='due_once'),
            ),
            migrations.AddConstraint(
                model_name='duereport',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('prepared_at__isnull', True), ('prepared_by__isnull', True)), models.Q(('paper__isnull', False), ('prepared_at__isnull', False), ('prepared_by__isnull', False)), _connector='OR'), name='what_is_handed_in_has_a_paper'),
            ),
            migrations.AddConstraint(
                model_name='duereport',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['checked', 'signed', 'sent']), _negated=True), ('prepared_at__isnull', False), _connector='OR'), name='what_is_checked_was_handed_in'),
            ),
            migrations.AddConstraint(
                model_name='duereport',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', False), ('signed_by__isnull', False), ('state__in', ['signed', 'sent'])), models.Q(models.Q(('state__in', ['signed', 'sent']), _negated=True), ('signed_at__isnull', True), ('signed_by__isnull', True)), _connector='OR'), name='what_is_issued_was_signed'),
            ),
            migrations.AddConstraint(
                model_name='duereport',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('done_at__isnull', False), _connector='OR'), name='what_was_sent_is_done'),
            ),
            migrations.AddConstraint(
                model_name='duepaper',
                constraint=models.UniqueConstraint(fields=('due', 'version'), name='due_paper_version_once'),
            ),
            migrations.AddConstraint(
                model_name='duepaper',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('made__isnull', False), ('stored', ''), ('text', '')), models.Q(('made__isnull', True), models.Q(('stored', ''), ('text', ''), _negated=True)), _connector='OR'), name='due_paper_is_something'),
            ),
            migrations.AddConstraint(
                model_name='meetingdecision',
                constraint=models.UniqueConstraint(fields=('meeting', 'number'), name='decision_numbered_once'),
            ),
            migrations.AddConstraint(
                model_name='meetingdecision',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_on__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('settled_on__isnull', False)), _connector='OR'), name='what_is_settled_has_its_day'),
            ),
            migrations.AddConstraint(
                model_name='meetingdecision',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'dropped'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='what_is_dropped_says_why'),
            ),
        ]),
    ]
