"""Photos and papers that come with what is passed on to the desk."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0043_bigrams_in_one_pass'),
    ]

    operations = [
        migrations.AddField(
            model_name='attachment',
            name='relay',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='complaints.relay'),
        ),
    ]
