"""A made report is of any kind and of any days, no longer of a month alone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reports", "0006_report_calendar"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="issuedreport", name="report_version_once"),
        migrations.RemoveConstraint(model_name="issuedreport", name="report_made_once_at_a_time"),
        migrations.RenameField(model_name="issuedreport", old_name="month", new_name="starts_on"),
        migrations.AlterField(
            model_name="issuedreport",
            name="starts_on",
            field=models.DateField(help_text="The first day it covers.", verbose_name="from"),
        ),
        migrations.AlterField(
            model_name="issuedreport",
            name="kind",
            field=models.CharField(
                choices=[
                    ("daily", "Daily report"),
                    ("half_monthly", "Half-monthly report"),
                    ("monthly", "Monthly report"),
                    ("quarterly", "Quarterly report"),
                    ("annual", "Annual report"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="issuedreport",
            name="ends_on",
            field=models.DateField(help_text="The last day it covers.", null=True, verbose_name="to"),
        ),
    ]
