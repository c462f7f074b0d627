import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("complaints", "0002_search_by_bigrams"),
    ]

    operations = [
        migrations.DeleteModel("PortalLimit"),
        migrations.CreateModel(
            name="PortalLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("bucket", models.CharField(help_text="Keyed hash of the phone.", max_length=100, unique=True)),
                ("times", models.JSONField(default=list, help_text="Seconds since 1970, oldest first.")),
                ("touched_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PortalVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("complaint", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="complaints.complaint")),
                ("link", models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="complaints.receiptlink")),
            ],
        ),
    ]
