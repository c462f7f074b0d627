from datetime import timedelta

from django.db import migrations
from django.db.models import F


def remind_of_what_waits(apps, schema_editor):
    """Withdrawals proposed before are reminded of two days after."""
    waiting = apps.get_model("complaints", "Evidence").objects.filter(state="to_withdraw")
    waiting.update(remind_at=F("proposed_at") + timedelta(days=2))


class Migration(migrations.Migration):
    dependencies = [("complaints", "0070_commendations")]
    operations = [migrations.RunPython(remind_of_what_waits, migrations.RunPython.noop)]
