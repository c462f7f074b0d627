"""A customer may want no text messages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0005_calendar_changes")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="no_texts",
            field=models.BooleanField(default=False, verbose_name="wants no text messages"),
        )
        for model in ("complainant", "historicalcomplainant")
    ]
