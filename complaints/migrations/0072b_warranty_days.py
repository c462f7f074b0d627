"""Every open step of a warranty has its day; a dropped case drops its warranty; each row has a version.

The days of what stands open already count from now: nobody is late for what had none.
"""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

OPEN = {"undecided": 3, "to_notify": 1, "sent": 7, "done": 3}
WAITING = ("notified", "agreed", "refused")


def fill(apps, schema_editor):
    rows = apps.get_model("complaints", "CaseWarranty").objects.select_related("complaint")
    versions = apps.get_model("complaints", "HistoricalCaseWarranty").objects
    named = [field.attname for field in rows.model._meta.concrete_fields if field.name != "remind_at"]
    now = timezone.now()

    def version(row, kind, at):
        said = {name: getattr(row, name) for name in named}
        return versions.model(**said, history_type=kind, history_date=at)

    kept = set(versions.values_list("complaint_id", flat=True))
    first, later, changed = [], [], []
    for row in rows.iterator(chunk_size=1000):
        if row.pk not in kept:
            first.append(version(row, "+", row.decided_at or row.complaint.received_at))
        over = row.complaint.outcome in ("invalid", "withdrawn", "void") or row.complaint.lead_id
        if row.state not in (*OPEN, *WAITING):
            continue
        if over:
            row.state, row.due_at, row.remind_at = "dropped", None, None
        elif row.state in OPEN:
            row.due_at = row.remind_at = now + timedelta(days=OPEN[row.state])
        if row.state in (*WAITING, "sent"):
            row.late_from = row.due_at
        changed.append(row)
        later.append(version(row, "~", now))
    versions.bulk_create(first, batch_size=500)
    versions.bulk_create(later, batch_size=500)
    columns = ["state", "due_at", "remind_at", "late_from"]
    apps.get_model("complaints", "CaseWarranty").objects.bulk_update(changed, columns, batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0072_warranty_rounds")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
