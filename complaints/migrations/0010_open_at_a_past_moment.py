from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0009_cases_set_aside")]

    operations = [
        migrations.RemoveIndex("complaint", "complaint_by_closed"),
        migrations.AddIndex(
            "complaint",
            models.Index(fields=["estate", "closed_at", "received_at"], name="complaint_by_closed"),
        ),
    ]
