"""A database that begins empty gets its tables as they stand after 0010, in one step."""

import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from config.framework.whole_schema import WholeSchema


#: Of owners/lookup.py; on SQLite a register is small and read whole.
INDEXES = {
    "owner_key_begins": "owners_owner (name_key varchar_pattern_ops)",
    "owner_given_key_begins": "owners_owner (substring(name_key, 2) text_pattern_ops)",
    "owner_long_keys": "owners_owner (estate_id) WHERE length(name_key) >= 4",
    "unit_code_begins": "owners_unit (code varchar_pattern_ops)",
    "unit_number_begins": "owners_unit (number varchar_pattern_ops)",
    "owner_by_sound": "owners_owner USING gin (array_to_tsvector(string_to_array(name_sounds, ' ')))"
    " WITH (fastupdate = on)",
}


def create(apps, schema_editor):
    # A home that was renumbered is found by the number in its versions.
    schema_editor.execute("CREATE INDEX unit_code_before ON owners_historicalunit (code)")
    if schema_editor.connection.vendor == "postgresql":
        for name, index in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON {index}")


class Migration(migrations.Migration):

    replaces = [('owners', '0001_initial'), ('owners', '0002_move_in_precision'), ('owners', '0003_find_as_typed'), ('owners', '0004_rows_in_their_order'), ('owners', '0005_a_register_on_its_way'), ('owners', '0006_names_by_key'), ('owners', '0007_names_and_phones_cleaned'), ('owners', '0008_whose_number'), ('owners', '0008b_whose_number_rows'), ('owners', '0009_names_by_sound'), ('owners', '0009b_names_by_sound_rows'), ('owners', '0010_handover')]

    initial = True

    dependencies = [
        ('staff', '0001_squashed_0010_training'),
    ]

    operations = [
        WholeSchema([
            migrations.CreateModel(
                name='Building',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=20, verbose_name='short name')),
                    ('name', models.CharField(max_length=40, verbose_name='name')),
                    ('phase', models.CharField(blank=True, max_length=40, verbose_name='phase')),
                    ('estate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='buildings', to='staff.estate', verbose_name='estate')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('estate', 'code'), name='building_code_once')],
                },
            ),
            migrations.CreateModel(
                name='EstateWarranty',
                fields=[
                    ('estate', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='warranty', serialize=False, to='staff.estate', verbose_name='estate')),
                    ('design_life', models.PositiveSmallIntegerField(default=50, verbose_name='design life, in years')),
                    ('officer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='warranty officer')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('design_life__gte', 1), ('design_life__lte', 200)), name='design_life_in_reason')],
                },
            ),
            migrations.CreateModel(
                name='HistoricalBuilder',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('part', models.CharField(blank=True, choices=[('roof', 'Roof, waterproofing'), ('wet_rooms', 'Bathroom and wet rooms, waterproofing'), ('outer_wall', 'Outer wall, seepage'), ('heating', 'Heating system'), ('cooling', 'Cooling system'), ('electric', 'Electric lines'), ('plumbing', 'Water and drain pipes'), ('installation', 'Installed equipment'), ('decoration', 'Fitting-out'), ('structure', 'Main structure'), ('foundation', 'Foundation'), ('infrastructure', 'Roads, pipes and works outside')], max_length=16, verbose_name='part')),
                    ('role', models.CharField(choices=[('builder', 'Builder'), ('developer', 'Developer')], default='builder', max_length=10, verbose_name='as')),
                    ('firm', models.CharField(max_length=100, verbose_name='firm')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('department', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.department', verbose_name='works with us as')),
                    ('estate', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.estate', verbose_name='estate')),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical builder',
                    'verbose_name_plural': 'historical builders',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalBuilding',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('code', models.CharField(max_length=20, verbose_name='short name')),
                    ('name', models.CharField(max_length=40, verbose_name='name')),
                    ('phase', models.CharField(blank=True, max_length=40, verbose_name='phase')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('estate', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.estate', verbose_name='estate')),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical building',
                    'verbose_name_plural': 'historical buildings',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalEstateWarranty',
                fields=[
                    ('design_life', models.PositiveSmallIntegerField(default=50, verbose_name='design life, in years')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('estate', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.estate', verbose_name='estate')),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('officer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='warranty officer')),
                ],
                options={
                    'verbose_name': 'historical estate warranty',
                    'verbose_name_plural': 'historical estate warrantys',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalOwner',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('person', 'Person'), ('firm', 'Firm')], default='person', max_length=10, verbose_name='kind')),
                    ('language', models.CharField(choices=[('zh-hans', '中文'), ('en', 'English')], default='zh-hans', max_length=10, verbose_name='language')),
                    ('preferred_contact', models.CharField(choices=[('phone', 'Phone'), ('sms', 'SMS'), ('email', 'E-mail'), ('visit', 'Visit')], default='phone', max_length=10, verbose_name='preferred contact')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('estate', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.estate', verbose_name='estate')),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical owner',
                    'verbose_name_plural': 'historical owners',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalUnit',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('home', 'Home'), ('shop', 'Shop'), ('parking', 'Parking space'), ('common', 'Common area')], default='home', max_length=10, verbose_name='kind')),
                    ('entrance', models.CharField(blank=True, max_length=10, verbose_name='entrance')),
                    ('number', models.CharField(max_length=30, verbose_name='number')),
                    ('code', models.CharField(max_length=60, verbose_name='short name')),
                    ('name', models.CharField(help_text='As people read it: 1号楼2单元101.', max_length=80, verbose_name='name')),
                    ('area', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name='area (m²)')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('building', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='owners.building', verbose_name='building')),
                    ('estate', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.estate', verbose_name='estate')),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical unit',
                    'verbose_name_plural': 'historical units',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='Owner',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=100, verbose_name='name')),
                    ('name_key', models.CharField(blank=True, default='', editable=False, max_length=200)),
                    ('name_sounds', models.CharField(blank=True, default='', editable=False, max_length=300)),
                    ('kind', models.CharField(choices=[('person', 'Person'), ('firm', 'Firm')], default='person', max_length=10, verbose_name='kind')),
                    ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                    ('language', models.CharField(choices=[('zh-hans', '中文'), ('en', 'English')], default='zh-hans', max_length=10, verbose_name='language')),
                    ('preferred_contact', models.CharField(choices=[('phone', 'Phone'), ('sms', 'SMS'), ('email', 'E-mail'), ('visit', 'Visit')], default='phone', max_length=10, verbose_name='preferred contact')),
                    ('remark', models.CharField(blank=True, max_length=200, verbose_name='remark')),
                    ('estate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='owners', to='staff.estate', verbose_name='estate')),
                ],
                options={
                    'indexes': [models.Index(fields=['estate', 'name'], name='owner_by_name')],
                },
            ),
            migrations.CreateModel(
                name='HistoricalPhone',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('is_own', models.BooleanField(default=True, verbose_name='surely his own')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('estate', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.estate', verbose_name='estate')),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='owners.owner', verbose_name='owner')),
                ],
                options={
                    'verbose_name': 'historical phone',
                    'verbose_name_plural': 'historical phones',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='Phone',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.CharField(help_text='Digits, and an extension behind a dash.', max_length=30, verbose_name='number')),
                    ('last4', models.CharField(editable=False, max_length=4)),
                    ('is_own', models.BooleanField(default=True, verbose_name='surely his own')),
                    ('beside', models.CharField(blank=True, max_length=20, verbose_name='written beside it')),
                    ('estate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.estate', verbose_name='estate')),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='phones', to='owners.owner', verbose_name='owner')),
                ],
                options={
                    'ordering': ['pk'],
                    'indexes': [models.Index(fields=['number'], name='phone_by_number'), models.Index(fields=['last4', 'estate'], name='phone_by_last4')],
                    'constraints': [models.UniqueConstraint(fields=('owner', 'number'), name='phone_once_per_owner')],
                },
            ),
            migrations.CreateModel(
                name='RegisterLoad',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ('language', models.CharField(choices=[('zh-hans', '中文'), ('en', 'English')], default='zh-hans', max_length=10, verbose_name='language')),
                    ('filename', models.CharField(max_length=200)),
                    ('stored', models.CharField(blank=True, max_length=200)),
                    ('state', models.CharField(choices=[('to_read', 'Waiting to be read'), ('reading', 'Being read'), ('read', 'Read'), ('to_load', 'Waiting to be loaded'), ('loading', 'Being loaded'), ('loaded', 'Loaded'), ('failed', 'Failed'), ('left', 'Put away')], default='to_read', max_length=10, verbose_name='state')),
                    ('skip_bad', models.BooleanField(default=False)),
                    ('named_estate', models.CharField(blank=True, help_text='The other estate the file names; the asker said it is of this one all the same.', max_length=60)),
                    ('done', models.PositiveIntegerField(default=0, help_text='Rows.')),
                    ('total', models.PositiveIntegerField(default=0, help_text='Rows.')),
                    ('reason', models.CharField(blank=True, max_length=300, verbose_name='why it failed')),
                    ('result', models.JSONField(default=dict)),
                    ('asked_at', models.DateTimeField(verbose_name='asked for')),
                    ('taken_at', models.DateTimeField(blank=True, null=True)),
                    ('seen_at', models.DateTimeField(blank=True, help_text='The last word of its worker.', null=True)),
                    ('changed_at', models.DateTimeField()),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                    ('estate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.estate', verbose_name='estate')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('state__in', ['to_read', 'reading', 'to_load', 'loading'])), fields=['asked_at'], name='register_in_line'), models.Index(fields=['by', 'estate', '-asked_at'], name='register_by_person')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['to_read', 'reading', 'read', 'to_load', 'loading'])), fields=('estate', 'by'), name='register_loaded_once_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('state', 'failed'), _negated=True), ('reason', '')), _connector='OR'), name='a_failed_load_says_why')],
                },
            ),
            migrations.CreateModel(
                name='Unit',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('home', 'Home'), ('shop', 'Shop'), ('parking', 'Parking space'), ('common', 'Common area')], default='home', max_length=10, verbose_name='kind')),
                    ('entrance', models.CharField(blank=True, max_length=10, verbose_name='entrance')),
                    ('number', models.CharField(max_length=30, verbose_name='number')),
                    ('code', models.CharField(max_length=60, verbose_name='short name')),
                    ('name', models.CharField(help_text='As people read it: 1号楼2单元101.', max_length=80, verbose_name='name')),
                    ('area', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name='area (m²)')),
                    ('building', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='units', to='owners.building', verbose_name='building')),
                    ('estate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='staff.estate', verbose_name='estate')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('estate', 'code'), name='unit_code_once')],
                },
            ),
            migrations.CreateModel(
                name='Occupancy',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('capacity', models.CharField(choices=[('owner_occupier', 'Owner-occupier'), ('investor', 'Investor'), ('tenant', 'Tenant'), ('family', 'Family'), ('merchant', 'Merchant'), ('prospective', 'Prospective owner')], max_length=20, verbose_name='capacity')),
                    ('starts_on', models.DateField(blank=True, null=True, verbose_name='from')),
                    ('starts_precision', models.CharField(choices=[('day', 'Day'), ('month', 'Month'), ('year', 'Year')], default='day', max_length=5, verbose_name='known to the')),
                    ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='occupancies', to='owners.owner', verbose_name='owner')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='occupancies', to='owners.unit', verbose_name='unit')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('owner', 'unit', 'capacity', 'starts_on'), name='occupancy_once'), models.UniqueConstraint(condition=models.Q(('starts_on__isnull', True)), fields=('owner', 'unit', 'capacity'), name='undated_occupancy_once'), models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('starts_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='occupancy_ends_after_it_starts')],
                },
            ),
            migrations.CreateModel(
                name='HistoricalOccupancy',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('capacity', models.CharField(choices=[('owner_occupier', 'Owner-occupier'), ('investor', 'Investor'), ('tenant', 'Tenant'), ('family', 'Family'), ('merchant', 'Merchant'), ('prospective', 'Prospective owner')], max_length=20, verbose_name='capacity')),
                    ('starts_on', models.DateField(blank=True, null=True, verbose_name='from')),
                    ('starts_precision', models.CharField(choices=[('day', 'Day'), ('month', 'Month'), ('year', 'Year')], default='day', max_length=5, verbose_name='known to the')),
                    ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='owners.owner', verbose_name='owner')),
                    ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='owners.unit', verbose_name='unit')),
                ],
                options={
                    'verbose_name': 'historical occupancy',
                    'verbose_name_plural': 'historical occupancys',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalHandOver',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('day', models.DateField(verbose_name='hand-over date')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('building', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='owners.building', verbose_name='building')),
                    ('estate', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.estate', verbose_name='estate')),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='owners.unit', verbose_name='place')),
                ],
                options={
                    'verbose_name': 'historical hand over',
                    'verbose_name_plural': 'historical hand overs',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HandOver',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('day', models.DateField(verbose_name='hand-over date')),
                    ('building', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='owners.building', verbose_name='building')),
                    ('estate', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='staff.estate', verbose_name='estate')),
                    ('unit', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='owners.unit', verbose_name='place')),
                ],
                options={
                    'indexes': [models.Index(fields=['estate', 'day'], name='handed_over_by_day')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('building__isnull', True), ('unit__isnull', True), _connector='OR'), name='handed_over_as_one_thing'), models.UniqueConstraint(condition=models.Q(('building__isnull', True), ('unit__isnull', True)), fields=('estate',), name='estate_handed_over_once'), models.UniqueConstraint(condition=models.Q(('building__isnull', False)), fields=('building',), name='building_handed_over_once'), models.UniqueConstraint(condition=models.Q(('unit__isnull', False)), fields=('unit',), name='unit_handed_over_once')],
                },
            ),
            migrations.CreateModel(
                name='Builder',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('part', models.CharField(blank=True, choices=[('roof', 'Roof, waterproofing'), ('wet_rooms', 'Bathroom and wet rooms, waterproofing'), ('outer_wall', 'Outer wall, seepage'), ('heating', 'Heating system'), ('cooling', 'Cooling system'), ('electric', 'Electric lines'), ('plumbing', 'Water and drain pipes'), ('installation', 'Installed equipment'), ('decoration', 'Fitting-out'), ('structure', 'Main structure'), ('foundation', 'Foundation'), ('infrastructure', 'Roads, pipes and works outside')], max_length=16, verbose_name='part')),
                    ('role', models.CharField(choices=[('builder', 'Builder'), ('developer', 'Developer')], default='builder', max_length=10, verbose_name='as')),
                    ('firm', models.CharField(max_length=100, verbose_name='firm')),
                    ('contact', models.CharField(blank=True, max_length=60, verbose_name='contact')),
                    ('phone', models.CharField(blank=True, max_length=30, verbose_name='phone')),
                    ('department', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.department', verbose_name='works with us as')),
                    ('estate', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='builders', to='staff.estate', verbose_name='estate')),
                ],
                options={
                    'ordering': ['part', 'role'],
                    'constraints': [models.UniqueConstraint(fields=('estate', 'part', 'role'), name='builder_of_a_part_once'), models.CheckConstraint(condition=models.Q(('firm', ''), _negated=True), name='a_builder_has_a_name')],
                },
            ),
        ]),
        migrations.RunPython(create, migrations.RunPython.noop),
    ]
