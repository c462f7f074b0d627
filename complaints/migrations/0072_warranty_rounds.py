"""A warranty is dropped with its case, and is late from a day that stays."""

from django.db import migrations, models

STATES = [
    ("undecided", "To be decided"),
    ("not_covered", "Not under warranty"),
    ("to_notify", "Builder to be told"),
    ("notified", "Builder told"),
    ("agreed", "Visit agreed"),
    ("sent", "Builder at work"),
    ("done", "Done, to be signed by the owner"),
    ("refused", "Owner does not sign"),
    ("elsewhere", "Repaired by others"),
    ("signed", "Signed by the owner"),
    ("untracked", "Closed without the builder's steps"),
    ("dropped", "Dropped with the case"),
]


class Migration(migrations.Migration):
    dependencies = [("complaints", "0071_measures_of_meetings")]

    operations = [
        *(
            migrations.AddField(
                name, "late_from", models.DateTimeField(blank=True, editable=False, null=True)
            )
            for name in ("casewarranty", "historicalcasewarranty")
        ),
        *(
            migrations.AlterField(
                name,
                "state",
                models.CharField(choices=STATES, default="undecided", max_length=12, verbose_name="state"),
            )
            for name in ("casewarranty", "historicalcasewarranty")
        ),
        migrations.RemoveConstraint("casewarranty", "warranty_state_says_whether_covered"),
        migrations.AddConstraint(
            "casewarranty",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("covered__isnull", True), ("state", "undecided")),
                    models.Q(("covered", False), ("state", "not_covered")),
                    ("state", "dropped"),
                    models.Q(
                        models.Q(("state__in", ["undecided", "not_covered"]), _negated=True),
                        ("covered", True),
                        ("opened_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="warranty_state_says_whether_covered",
            ),
        ),
    ]
