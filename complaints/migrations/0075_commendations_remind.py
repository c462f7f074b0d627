from django.db import migrations, models
from django.db.models import F


def remind_of_what_waits(apps, schema_editor):
    """What waits already is reminded of by the next sweep."""
    rows = apps.get_model("complaints", "Commendation").objects.using(schema_editor.connection.alias)
    rows.filter(state="proposed").update(remind_at=F("proposed_at"))
    rows.filter(state="approved").update(remind_at=F("approved_at"))


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
        migrations.RunPython(remind_of_what_waits, migrations.RunPython.noop),
    ]
