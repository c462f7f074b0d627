from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0015_personal_values_in_one_place"),
    ]

    operations = [
        migrations.AlterField(
            model_name="clock",
            name="kind",
            field=models.CharField(
                choices=[
                    ("deliver", "Deliver"),
                    ("accept", "Accept"),
                    ("judge", "Judgement"),
                    ("urgent_report", "Urgent report"),
                    ("initial_answer", "Initial answer"),
                    ("clear_answer", "Clear answer"),
                    ("resolve", "Resolve"),
                    ("reply", "Reply"),
                    ("apology", "Apology"),
                    ("media", "Answer to the media"),
                    ("external", "Answer to the authority"),
                    ("objection", "Objection"),
                    ("revisit", "Revisit"),
                    ("tries", "Further tries to revisit"),
                    ("bulletin", "Bulletin"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="complaint",
            name="next_due_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("deliver", "Deliver"),
                    ("accept", "Accept"),
                    ("judge", "Judgement"),
                    ("urgent_report", "Urgent report"),
                    ("initial_answer", "Initial answer"),
                    ("clear_answer", "Clear answer"),
                    ("resolve", "Resolve"),
                    ("reply", "Reply"),
                    ("apology", "Apology"),
                    ("media", "Answer to the media"),
                    ("external", "Answer to the authority"),
                    ("objection", "Objection"),
                    ("revisit", "Revisit"),
                    ("tries", "Further tries to revisit"),
                    ("bulletin", "Bulletin"),
                ],
                editable=False,
                max_length=16,
            ),
        ),
    ]
