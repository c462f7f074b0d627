"""What was made so far is of a month: it ends on the last day of it."""

from datetime import date, timedelta

from django.db import migrations


def end(apps, schema_editor):
    reports = apps.get_model("reports", "IssuedReport").objects
    for first in reports.order_by().values_list("starts_on", flat=True).distinct():
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        reports.filter(starts_on=first).update(ends_on=after - timedelta(days=1))


class Migration(migrations.Migration):

    dependencies = [
        ("reports", "0008_papers_of_all_kinds"),
    ]

    operations = [
        migrations.RunPython(end, migrations.RunPython.noop),
    ]
