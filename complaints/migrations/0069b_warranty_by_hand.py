"""Marks of before were set by hand: a person's decision. Closed cases have no builder's steps to come."""

from django.db import migrations
from django.db.models import F


def forwards(apps, schema_editor):
    cases = apps.get_model("complaints", "Complaint").objects.filter(under_warranty=True, warranty=None)
    policy = apps.get_model("complaints", "PolicyVersion").objects.order_by("-number").first()
    rows = apps.get_model("complaints", "CaseWarranty").objects
    made = (
        rows.model(
            complaint_id=pk, covered=True, why="by_hand", policy=policy, opened_at=received_at,
            decided_at=received_at, state="untracked" if closed_at else "to_notify",
        )
        for pk, received_at, closed_at in cases.values_list("pk", F("received_at"), "closed_at").iterator()
    )  # fmt: skip
    rows.bulk_create(made, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0069_warranty")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
