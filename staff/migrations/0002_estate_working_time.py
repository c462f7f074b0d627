import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="estate",
            name="lunch_ends",
            field=models.TimeField(blank=True, null=True, verbose_name="lunch break until"),
        ),
        migrations.AddField(
            model_name="estate",
            name="lunch_starts",
            field=models.TimeField(blank=True, null=True, verbose_name="lunch break from"),
        ),
        migrations.AddField(
            model_name="estate",
            name="staffed_on_days_off",
            field=models.BooleanField(
                default=True,
                help_text="Service hours run on weekends and holidays as on any day.",
                verbose_name="staffed on days off too",
            ),
        ),
        migrations.AddField(
            model_name="estate",
            name="weekdays",
            field=models.CharField(
                default="12345",
                help_text="1 is Monday, 7 is Sunday.",
                max_length=7,
                validators=[django.core.validators.RegexValidator("^1?2?3?4?5?6?7?$")],
                verbose_name="working days of the week",
            ),
        ),
        migrations.AddField(
            model_name="historicalestate",
            name="lunch_ends",
            field=models.TimeField(blank=True, null=True, verbose_name="lunch break until"),
        ),
        migrations.AddField(
            model_name="historicalestate",
            name="lunch_starts",
            field=models.TimeField(blank=True, null=True, verbose_name="lunch break from"),
        ),
        migrations.AddField(
            model_name="historicalestate",
            name="staffed_on_days_off",
            field=models.BooleanField(
                default=True,
                help_text="Service hours run on weekends and holidays as on any day.",
                verbose_name="staffed on days off too",
            ),
        ),
        migrations.AddField(
            model_name="historicalestate",
            name="weekdays",
            field=models.CharField(
                default="12345",
                help_text="1 is Monday, 7 is Sunday.",
                max_length=7,
                validators=[django.core.validators.RegexValidator("^1?2?3?4?5?6?7?$")],
                verbose_name="working days of the week",
            ),
        ),
        migrations.AddConstraint(
            model_name="estate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lunch_ends__isnull", True), ("lunch_starts__isnull", True)),
                    models.Q(
                        ("lunch_ends__lte", models.F("closes")),
                        ("lunch_starts__gte", models.F("opens")),
                        ("lunch_starts__lt", models.F("lunch_ends")),
                        models.Q(
                            ("lunch_ends", models.F("closes")),
                            ("lunch_starts", models.F("opens")),
                            _negated=True,
                        ),
                    ),
                    _connector="OR",
                ),
                name="estate_lunch_within_its_hours",
            ),
        ),
        migrations.AddConstraint(
            model_name="estate",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekdays", ""), _negated=True), name="estate_works_on_some_weekday"
            ),
        ),
    ]
