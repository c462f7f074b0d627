# Records that wait for a signature, or for their scan, have their day too. It runs from now on: nobody was told
# of one before, and none is to be late at once.

from datetime import timedelta

from django.db import migrations
from django.db.models import Exists, OuterRef
from django.utils.timezone import now

SIGN, SCAN = timedelta(days=7), timedelta(days=3)


def owed(apps, schema_editor):
    at = now()
    inquiries = apps.get_model("complaints", "Inquiry").objects
    files = apps.get_model("complaints", "Attachment").objects.filter(evidence=OuterRef("evidence"))
    begun = inquiries.filter(state__in=["draft", "read"], due_at__isnull=True)
    begun.update(due_at=at + SIGN, remind_at=at + SIGN)
    unscanned = inquiries.filter(~Exists(files), state="signed", due_at__isnull=True)
    unscanned.update(due_at=at + SCAN, remind_at=at + SCAN)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0079_records_wait")]

    operations = [migrations.RunPython(owed, migrations.RunPython.noop)]
