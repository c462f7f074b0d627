import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0059_figures_of_months")]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="day_note",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="files",
                to="complaints.daynote",
            ),
        ),
    ]
