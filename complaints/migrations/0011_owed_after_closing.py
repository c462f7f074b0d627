from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("complaints", "0010_open_at_a_past_moment")]

    operations = [
        migrations.AddIndex(
            "complaint",
            models.Index(
                fields=["estate", "next_due_at", "id"],
                name="complaint_owed_by_due",
                condition=Q(status="closed", next_due_at__isnull=False),
            ),
        ),
    ]
