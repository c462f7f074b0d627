"""Every made report has its last day; versions are counted by its first."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):

    dependencies = [
        ("reports", "0008b_papers_end_on"),
    ]

    operations = [
        migrations.AlterField(
            model_name="issuedreport",
            name="ends_on",
            field=models.DateField(help_text="The last day it covers.", verbose_name="to"),
        ),
        migrations.AddIndex(
            model_name="issuedreport",
            index=models.Index(fields=["-asked_at", "-id"], name="reports_last_made"),
        ),
        migrations.AddConstraint(
            model_name="issuedreport",
            constraint=models.UniqueConstraint(
                fields=("kind", "scope", "starts_on", "language", "version"), name="report_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="issuedreport",
            constraint=models.UniqueConstraint(
                condition=Q(state__in=["asked", "working"]),
                fields=("kind", "scope", "starts_on", "language"),
                name="report_made_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuedreport",
            constraint=models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="a_report_ends_after_it_starts"
            ),
        ),
    ]
