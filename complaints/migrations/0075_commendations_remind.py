from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0074_visit_marks'),
    ]

    operations = [
        migrations.AddField(
            model_name='commendation',
            name='remind_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='commendation',
            index=models.Index(condition=models.Q(('remind_at__isnull', False)), fields=['remind_at'], name='commendation_remind'),
        ),
    ]
