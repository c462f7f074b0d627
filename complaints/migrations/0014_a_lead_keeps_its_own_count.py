"""A lead keeps its own count: what its members brought along is added where it is read."""

from django.db import migrations
from django.db.models import Sum


def take_apart(apps, schema_editor):
    complaint = apps.get_model("complaints", "Complaint")
    sums = complaint.objects.filter(lead__isnull=False).values("lead").annotate(n=Sum("headcount"))
    for lead, members in sums.values_list("lead", "n"):
        row = complaint.objects.only("headcount").get(pk=lead)
        complaint.objects.filter(pk=lead).update(headcount=max(1, row.headcount - members))


class Migration(migrations.Migration):
    dependencies = [("complaints", "0013_grades_set_aside")]

    operations = [migrations.RunPython(take_apart, migrations.RunPython.noop, elidable=True)]
