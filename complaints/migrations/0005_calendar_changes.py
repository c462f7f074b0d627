import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0004_indexes_for_figures'),
        ('staff', '0002_estate_working_time'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('days', 'Holidays and make-up days'), ('hours', 'Working time')], max_length=10)),
                ('names', models.CharField(blank=True, help_text='The holidays it is about.', max_length=200)),
                ('made_at', models.DateTimeField()),
                ('upto', models.BigIntegerField(default=0)),
                ('next_look_at', models.DateTimeField(null=True)),
                ('estate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calendar_changes', to='staff.estate')),
                ('made_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CalendarMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old_due_at', models.DateTimeField()),
                ('new_due_at', models.DateTimeField()),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='complaints.calendarchange')),
                ('clock', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calendar_moves', to='complaints.clock')),
            ],
        ),
        migrations.AddIndex(
            model_name='calendarchange',
            index=models.Index(condition=models.Q(('next_look_at__isnull', False)), fields=['next_look_at'], name='calendar_change_waits'),
        ),
    ]
