"""Closed cases in the orders of the queue: a page of any is one walk along an index."""

import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0055_hidden_places_in_order'),
        ('owners', '0009b_names_by_sound_rows'),
        ('staff', '0009_audit_rows_count'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(models.F('estate'), models.Case(models.When(severity='major', then=models.Value(0)), models.When(severity='important', then=models.Value(1)), models.When(severity='minor', then=models.Value(2)), default=models.Value(3), output_field=models.IntegerField()), models.F('id'), condition=models.Q(('status', 'closed')), name='complaint_closed_by_severity'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(models.F('estate'), django.db.models.functions.comparison.Coalesce('category', models.Value(0)), models.F('id'), condition=models.Q(('status', 'closed')), name='complaint_closed_by_category'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(models.F('estate'), models.Case(models.When(identity_hidden=True, then=models.Value(0)), default=django.db.models.functions.comparison.Coalesce('unit', models.Value(0)), output_field=models.BigIntegerField()), models.F('id'), condition=models.Q(('status', 'closed')), name='complaint_closed_by_place'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(models.F('estate'), django.db.models.functions.comparison.Coalesce('handler', 'first_receiver'), models.F('id'), condition=models.Q(('status', 'closed')), name='complaint_closed_by_holder'),
        ),
    ]
