from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0011b_due_digests")]

    operations = [
        migrations.AddField(
            model_name="paper",
            name="done",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="Cases of the ledger that are in it by now."
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="total",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="Of so many; 0: not known, or no ledger."
            ),
        ),
        migrations.AlterField(
            model_name="paper",
            name="started_at",
            field=models.DateTimeField(
                blank=True, help_text="When its worker took it up, or last said how far it is.", null=True
            ),
        ),
    ]
