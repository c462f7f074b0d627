from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("owners", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicaloccupancy",
            name="starts_precision",
            field=models.CharField(
                choices=[("day", "Day"), ("month", "Month"), ("year", "Year")],
                default="day",
                max_length=5,
                verbose_name="known to the",
            ),
        ),
        migrations.AddField(
            model_name="occupancy",
            name="starts_precision",
            field=models.CharField(
                choices=[("day", "Day"), ("month", "Month"), ("year", "Year")],
                default="day",
                max_length=5,
                verbose_name="known to the",
            ),
        ),
    ]
