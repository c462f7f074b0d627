from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("complaints", "0011_owed_after_closing")]

    operations = [
        migrations.AddIndex(
            "event",
            models.Index(fields=["at"], name="event_unreached", condition=Q(kind="unreached")),
        ),
    ]
