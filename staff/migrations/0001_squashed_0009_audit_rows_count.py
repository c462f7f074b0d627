"""A database that begins empty gets its tables as they stand after 0009, in one step."""

import datetime
import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
import staff.models
from django.conf import settings
from django.db import migrations, models

from config.framework.whole_schema import WholeSchema


class Migration(migrations.Migration):

    replaces = [('staff', '0001_initial'), ('staff', '0002_estate_working_time'), ('staff', '0003_ways_of_being_told'), ('staff', '0004_company'), ('staff', '0005_phones_cleaned'), ('staff', '0006_audit_rows'), ('staff', '0007_an_estate_can_end'), ('staff', '0008_a_second_person'), ('staff', '0009_audit_rows_count')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        WholeSchema([
            migrations.CreateModel(
                name='Region',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60, unique=True, verbose_name='name')),
                ],
            ),
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                    ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                    ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                    ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                    ('phone', models.CharField(blank=True, max_length=30, verbose_name='phone')),
                    ('language', models.CharField(blank=True, choices=[('zh-hans', '中文'), ('en', 'English')], help_text="Empty: the browser's language.", max_length=10, verbose_name='language')),
                    ('wecom_id', models.CharField(blank=True, max_length=64, verbose_name='WeCom account')),
                    ('channels', models.JSONField(blank=True, default=dict)),
                    ('quiet_from', models.TimeField(blank=True, null=True, verbose_name='quiet from')),
                    ('quiet_until', models.TimeField(blank=True, null=True, verbose_name='quiet until')),
                    ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                    ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ],
                options={
                    'verbose_name': 'user',
                    'verbose_name_plural': 'users',
                    'abstract': False,
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_until__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False), models.Q(('quiet_from', models.F('quiet_until')), _negated=True)), _connector='OR'), name='quiet_hours_begin_and_end')],
                },
                managers=[
                    ('objects', django.contrib.auth.models.UserManager()),
                ],
            ),
            migrations.CreateModel(
                name='Absence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('starts_at', models.DateTimeField(verbose_name='from')),
                    ('ends_at', models.DateTimeField(verbose_name='until')),
                    ('deputy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='deputy')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='absence_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(('deputy__isnull', True), models.Q(('deputy', models.F('user')), _negated=True), _connector='OR'), name='absence_deputy_is_another')],
                },
            ),
            migrations.CreateModel(
                name='AuditRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField()),
                    ('kind', models.CharField(choices=[('wrong_log_in', 'Wrong log-in'), ('locked', 'Log-in tried while locked'), ('wrong_code', 'Wrong code of an owner'), ('wrong_token', 'Wrong key of a program'), ('refused', 'Not allowed to see or do it'), ('export', 'Taken out as a file'), ('phones', 'Phones shown whole'), ('right_asked', 'Role waits for a second person'), ('right_alone', 'Role given without a second person'), ('right_agreed', 'Role agreed to by a second person'), ('right_sent_back', 'Role sent back or taken back'), ('listed', 'List read by a program')], max_length=20)),
                    ('about', models.CharField(blank=True, help_text="A page's name, or a sort of row and its key.", max_length=120)),
                    ('case', models.CharField(blank=True, help_text='The number of the case it is about.', max_length=20)),
                    ('filters', models.CharField(blank=True, help_text='What of many was asked for.', max_length=200)),
                    ('found', models.PositiveIntegerField(help_text='How many rows were handed out, all in all.', null=True)),
                    ('address', models.CharField(help_text='Where it was asked from.', max_length=45)),
                    ('times', models.PositiveIntegerField(default=1, help_text='How often within the minute.')),
                    ('bucket', models.CharField(help_text='Digest of what makes it the same within a minute.', max_length=64, null=True, unique=True)),
                    ('user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'indexes': [models.Index(fields=['-at', '-id'], name='audit_by_time'), models.Index(fields=['kind', '-at', '-id'], name='audit_by_kind'), models.Index(fields=['user', '-at', '-id'], name='audit_by_person'), models.Index(fields=['case', '-at', '-id'], name='audit_by_case')],
                },
            ),
            migrations.CreateModel(
                name='Company',
                fields=[
                    ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='there_is_one_company')],
                },
            ),
            migrations.CreateModel(
                name='Estate',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=6, unique=True, validators=[django.core.validators.RegexValidator('^[A-Z][A-Z0-9]{1,5}$')], verbose_name='code')),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                    ('time_zone', models.CharField(default='Asia/Shanghai', max_length=40, validators=[staff.models.valid_zone], verbose_name='time zone')),
                    ('service_phone', models.CharField(max_length=30, verbose_name='service phone')),
                    ('opens', models.TimeField(default=datetime.time(8, 30), verbose_name='service opens')),
                    ('closes', models.TimeField(default=datetime.time(17, 30), verbose_name='service closes')),
                    ('lunch_starts', models.TimeField(blank=True, null=True, verbose_name='lunch break from')),
                    ('lunch_ends', models.TimeField(blank=True, null=True, verbose_name='lunch break until')),
                    ('weekdays', models.CharField(default='12345', help_text='1 is Monday, 7 is Sunday.', max_length=7, validators=[django.core.validators.RegexValidator('^1?2?3?4?5?6?7?$')], verbose_name='working days of the week')),
                    ('staffed_on_days_off', models.BooleanField(default=True, help_text='Service hours run on weekends and holidays as on any day.', verbose_name='staffed on days off too')),
                    ('households', models.PositiveIntegerField(default=0, help_text='The base of complaints per 1,000 households.', verbose_name='households')),
                    ('robot_key', models.CharField(blank=True, max_length=64, validators=[django.core.validators.RegexValidator('^[\\w-]+$')], verbose_name='key of the group robot')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                    ('ended_how', models.CharField(blank=True, choices=[('handed_back', 'Handed back'), ('merged', 'Merged into another estate')], max_length=12, verbose_name='how it ended')),
                    ('ended_because', models.CharField(blank=True, max_length=200, verbose_name='why it ended')),
                    ('turn_to', models.CharField(blank=True, max_length=120, verbose_name='whom to turn to now')),
                    ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='staff.estate', verbose_name='merged into')),
                    ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='estates', to='staff.region', verbose_name='region')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_how', ''), ('merged_into__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_how', 'handed_back'), ('merged_into__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_how', 'merged'), ('merged_into__isnull', False)), _connector='OR'), name='estate_ended_in_one_way'), models.CheckConstraint(condition=models.Q(('opens__lt', models.F('closes'))), name='estate_opens_before_it_closes'), models.CheckConstraint(condition=models.Q(models.Q(('lunch_ends__isnull', True), ('lunch_starts__isnull', True)), models.Q(('lunch_ends__lte', models.F('closes')), ('lunch_starts__gte', models.F('opens')), ('lunch_starts__lt', models.F('lunch_ends')), models.Q(('lunch_ends', models.F('closes')), ('lunch_starts', models.F('opens')), _negated=True)), _connector='OR'), name='estate_lunch_within_its_hours'), models.CheckConstraint(condition=models.Q(('weekdays', ''), _negated=True), name='estate_works_on_some_weekday')],
                },
            ),
            migrations.CreateModel(
                name='Department',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                    ('name_en', models.CharField(blank=True, max_length=60, verbose_name='name in English')),
                    ('is_contractor', models.BooleanField(default=False, verbose_name='contractor')),
                    ('estate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='departments', to='staff.estate', verbose_name='estate')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('estate', 'name'), name='department_name_once'), models.UniqueConstraint(condition=models.Q(('estate__isnull', True)), fields=('name',), name='headquarters_department_name_once')],
                },
            ),
            migrations.CreateModel(
                name='CalendarDay',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('date', models.DateField(verbose_name='date')),
                    ('is_working', models.BooleanField(verbose_name='working day')),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                    ('estate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_days', to='staff.estate')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('estate', 'date'), name='calendar_day_once')],
                },
            ),
            migrations.CreateModel(
                name='HistoricalAbsence',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('starts_at', models.DateTimeField(verbose_name='from')),
                    ('ends_at', models.DateTimeField(verbose_name='until')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('deputy', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='deputy')),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ],
                options={
                    'verbose_name': 'historical absence',
                    'verbose_name_plural': 'historical absences',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalCalendarDay',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('date', models.DateField(verbose_name='date')),
                    ('is_working', models.BooleanField(verbose_name='working day')),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('estate', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.estate')),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical calendar day',
                    'verbose_name_plural': 'historical calendar days',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalCompany',
                fields=[
                    ('id', models.PositiveSmallIntegerField(db_index=True, default=1, editable=False)),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical company',
                    'verbose_name_plural': 'historical companys',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalDepartment',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                    ('name_en', models.CharField(blank=True, max_length=60, verbose_name='name in English')),
                    ('is_contractor', models.BooleanField(default=False, verbose_name='contractor')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('estate', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.estate', verbose_name='estate')),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical department',
                    'verbose_name_plural': 'historical departments',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalRegion',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('name', models.CharField(db_index=True, max_length=60, verbose_name='name')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical region',
                    'verbose_name_plural': 'historical regions',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalUser',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('username', models.CharField(db_index=True, error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                    ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                    ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                    ('language', models.CharField(blank=True, choices=[('zh-hans', '中文'), ('en', 'English')], help_text="Empty: the browser's language.", max_length=10, verbose_name='language')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical user',
                    'verbose_name_plural': 'historical users',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='Posting',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('role', models.CharField(choices=[('front_desk', 'Front desk'), ('duty_desk', 'Duty desk'), ('steward', 'Building steward'), ('handler', 'Handler'), ('department_head', 'Department head'), ('supervisor', 'Supervisor'), ('property_manager', 'Property manager'), ('general_manager', 'General manager'), ('auditor', 'Auditor'), ('administrator', 'Administrator')], max_length=20, verbose_name='role')),
                    ('starts_at', models.DateTimeField(verbose_name='from')),
                    ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                    ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='staff.department', verbose_name='department')),
                    ('estate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='staff.estate', verbose_name='estate')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='staff.region', verbose_name='region')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='posting_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(models.Q(('estate__isnull', True), ('region__isnull', True)), models.Q(('department__isnull', True), ('region__isnull', True)), models.Q(('department__isnull', True), ('estate__isnull', True)), _connector='OR'), name='posting_has_one_scope')],
                },
            ),
            migrations.CreateModel(
                name='HistoricalReview',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('role', models.CharField(blank=True, choices=[('front_desk', 'Front desk'), ('duty_desk', 'Duty desk'), ('steward', 'Building steward'), ('handler', 'Handler'), ('department_head', 'Department head'), ('supervisor', 'Supervisor'), ('property_manager', 'Property manager'), ('general_manager', 'General manager'), ('auditor', 'Auditor'), ('administrator', 'Administrator')], max_length=20, verbose_name='role')),
                    ('state', models.CharField(choices=[('waiting', 'Waiting for a second person'), ('unchecked', 'In force without an independent second person'), ('confirmed', 'Agreed to by a second person'), ('declined', 'Sent back'), ('withdrawn', 'Taken back')], default='waiting', max_length=12, verbose_name='state')),
                    ('asked_at', models.DateTimeField(verbose_name='asked at')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                    ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('absence', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.absence')),
                    ('asked_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                    ('decided_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                    ('department', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.department', verbose_name='department')),
                    ('estate', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.estate', verbose_name='estate')),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('stands_for', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='stands in for')),
                    ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('posting', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.posting', verbose_name='posting')),
                    ('region', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.region', verbose_name='region')),
                ],
                options={
                    'verbose_name': 'historical review',
                    'verbose_name_plural': 'historical reviews',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalPosting',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('role', models.CharField(choices=[('front_desk', 'Front desk'), ('duty_desk', 'Duty desk'), ('steward', 'Building steward'), ('handler', 'Handler'), ('department_head', 'Department head'), ('supervisor', 'Supervisor'), ('property_manager', 'Property manager'), ('general_manager', 'General manager'), ('auditor', 'Auditor'), ('administrator', 'Administrator')], max_length=20, verbose_name='role')),
                    ('starts_at', models.DateTimeField(verbose_name='from')),
                    ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('department', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.department', verbose_name='department')),
                    ('estate', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.estate', verbose_name='estate')),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('region', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.region', verbose_name='region')),
                ],
                options={
                    'verbose_name': 'historical posting',
                    'verbose_name_plural': 'historical postings',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalEstate',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('code', models.CharField(db_index=True, max_length=6, validators=[django.core.validators.RegexValidator('^[A-Z][A-Z0-9]{1,5}$')], verbose_name='code')),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                    ('time_zone', models.CharField(default='Asia/Shanghai', max_length=40, validators=[staff.models.valid_zone], verbose_name='time zone')),
                    ('service_phone', models.CharField(max_length=30, verbose_name='service phone')),
                    ('opens', models.TimeField(default=datetime.time(8, 30), verbose_name='service opens')),
                    ('closes', models.TimeField(default=datetime.time(17, 30), verbose_name='service closes')),
                    ('lunch_starts', models.TimeField(blank=True, null=True, verbose_name='lunch break from')),
                    ('lunch_ends', models.TimeField(blank=True, null=True, verbose_name='lunch break until')),
                    ('weekdays', models.CharField(default='12345', help_text='1 is Monday, 7 is Sunday.', max_length=7, validators=[django.core.validators.RegexValidator('^1?2?3?4?5?6?7?$')], verbose_name='working days of the week')),
                    ('staffed_on_days_off', models.BooleanField(default=True, help_text='Service hours run on weekends and holidays as on any day.', verbose_name='staffed on days off too')),
                    ('households', models.PositiveIntegerField(default=0, help_text='The base of complaints per 1,000 households.', verbose_name='households')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                    ('ended_how', models.CharField(blank=True, choices=[('handed_back', 'Handed back'), ('merged', 'Merged into another estate')], max_length=12, verbose_name='how it ended')),
                    ('ended_because', models.CharField(blank=True, max_length=200, verbose_name='why it ended')),
                    ('turn_to', models.CharField(blank=True, max_length=120, verbose_name='whom to turn to now')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('merged_into', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.estate', verbose_name='merged into')),
                    ('region', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.region', verbose_name='region')),
                ],
                options={
                    'verbose_name': 'historical estate',
                    'verbose_name_plural': 'historical estates',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='Review',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('role', models.CharField(blank=True, choices=[('front_desk', 'Front desk'), ('duty_desk', 'Duty desk'), ('steward', 'Building steward'), ('handler', 'Handler'), ('department_head', 'Department head'), ('supervisor', 'Supervisor'), ('property_manager', 'Property manager'), ('general_manager', 'General manager'), ('auditor', 'Auditor'), ('administrator', 'Administrator')], max_length=20, verbose_name='role')),
                    ('state', models.CharField(choices=[('waiting', 'Waiting for a second person'), ('unchecked', 'In force without an independent second person'), ('confirmed', 'Agreed to by a second person'), ('declined', 'Sent back'), ('withdrawn', 'Taken back')], default='waiting', max_length=12, verbose_name='state')),
                    ('asked_at', models.DateTimeField(verbose_name='asked at')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                    ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                    ('absence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reviews', to='staff.absence')),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                    ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                    ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='staff.department', verbose_name='department')),
                    ('estate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='staff.estate', verbose_name='estate')),
                    ('posting', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='review', to='staff.posting', verbose_name='posting')),
                    ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='staff.region', verbose_name='region')),
                    ('stands_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='stands in for')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ],
                options={
                    'indexes': [models.Index(fields=['state', '-asked_at', '-id'], name='review_by_state')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('posting__isnull', True), models.Q(('state__in', ('waiting', 'withdrawn')), _negated=True), _connector='OR'), name='review_that_waits_gives_nothing'), models.CheckConstraint(condition=models.Q(models.Q(('role', ''), ('stands_for__isnull', False)), models.Q(models.Q(('role', ''), _negated=True), ('stands_for__isnull', True)), _connector='OR'), name='review_of_a_role_or_a_deputy'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(models.Q(('decided_by', models.F('asked_by')), _negated=True), models.Q(('decided_by', models.F('user')), _negated=True)), ('state', 'withdrawn'), _connector='OR'), name='review_is_anothers')],
                },
            ),
        ]),
    ]
