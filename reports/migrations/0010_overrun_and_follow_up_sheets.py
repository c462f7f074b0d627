from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0009_quarter_meetings")]

    operations = [
        migrations.AlterField(
            model_name="paper",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "Receipt"),
                    ("case", "Complaint handling sheet"),
                    ("extension", "Extension sheet"),
                    ("revisit", "Revisit sheet"),
                    ("overrun", "Overrun sheet"),
                    ("follow_up", "Follow-up sheet"),
                    ("bulletin", "Bulletin"),
                    ("ledger", "Complaint ledger"),
                    ("posters", "Posters"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="paper",
            name="subject",
            field=models.BigIntegerField(
                help_text="The key of what it is about: extension, revisit, overrun, bulletin."
            ),
        ),
    ]
