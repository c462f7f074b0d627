import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Since when people are in danger; the words that ask for it; whom an estate calls then."""

    dependencies = [
        ('complaints', '0048_reply_words'),
        ('owners', '0008b_whose_number_rows'),
        ('staff', '0009_audit_rows_count'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DangerWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('zh', models.CharField(max_length=40, verbose_name='Chinese')),
                ('en', models.CharField(max_length=60, verbose_name='English')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'ordering': ['order', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EmergencyNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('lift', 'Lift firm, rescue'), ('control_room', 'Control room'), ('engineer', 'Duty engineer'), ('utility', 'Gas, water or power company'), ('other', 'Other help')], max_length=12, verbose_name='who')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='name or remark')),
                ('phone', models.CharField(max_length=30, verbose_name='phone')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalDangerWord',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, verbose_name='code')),
                ('zh', models.CharField(max_length=40, verbose_name='Chinese')),
                ('en', models.CharField(max_length=60, verbose_name='English')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical danger word',
                'verbose_name_plural': 'historical danger words',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalEmergencyNumber',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('kind', models.CharField(choices=[('lift', 'Lift firm, rescue'), ('control_room', 'Control room'), ('engineer', 'Duty engineer'), ('utility', 'Gas, water or power company'), ('other', 'Other help')], max_length=12, verbose_name='who')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='name or remark')),
                ('phone', models.CharField(max_length=30, verbose_name='phone')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical emergency number',
                'verbose_name_plural': 'historical emergency numbers',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name='complaint',
            name='danger_since',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('danger_since__isnull', False)), fields=['danger_since', 'id'], name='complaint_in_danger'),
        ),
        migrations.AddField(
            model_name='emergencynumber',
            name='estate',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='emergency_numbers', to='staff.estate', verbose_name='estate'),
        ),
        migrations.AddField(
            model_name='historicaldangerword',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalemergencynumber',
            name='estate',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.estate', verbose_name='estate'),
        ),
        migrations.AddField(
            model_name='historicalemergencynumber',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["user", "complaint", "created_at"], name="notification_by_case"),
        ),
    ]
