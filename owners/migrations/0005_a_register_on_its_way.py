
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('owners', '0004_rows_in_their_order'),
        ('staff', '0003_ways_of_being_told'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
    ]
