"""In the order of places whoever hides stands with the places of no register."""

import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0054b_step_cards")]

    operations = [
        migrations.RemoveIndex(
            model_name='complaint',
            name='complaint_open_by_place',
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(models.F('estate'), models.Case(models.When(identity_hidden=True, then=models.Value(0)), default=django.db.models.functions.comparison.Coalesce('unit', models.Value(0)), output_field=models.BigIntegerField()), models.F('id'), condition=models.Q(('status', 'closed'), _negated=True), name='complaint_open_by_place'),
        ),
    ]
