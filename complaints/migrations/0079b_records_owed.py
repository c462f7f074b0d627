# Records that wait for a signature, or for their scan, have their day too: by when they were begun or signed.

from datetime import timedelta

from django.db import migrations
from django.db.models import Exists, F, OuterRef

SIGN, SCAN = timedelta(days=7), timedelta(days=3)


def owed(apps, schema_editor):
    inquiries = apps.get_model("complaints", "Inquiry").objects
    files = apps.get_model("complaints", "Attachment").objects.filter(evidence=OuterRef("evidence"))
    begun = inquiries.filter(state__in=["draft", "read"], due_at__isnull=True)
    begun.update(due_at=F("begun_at") + SIGN, remind_at=F("begun_at") + SIGN)
    unscanned = inquiries.filter(~Exists(files), state="signed", due_at__isnull=True)
    unscanned.update(due_at=F("changed_at") + SCAN, remind_at=F("changed_at") + SCAN)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0079_records_wait")]

    operations = [migrations.RunPython(owed, migrations.RunPython.noop)]
