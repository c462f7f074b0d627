from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0011_public_accounts"),
    ]

    operations = [
        migrations.CreateModel(
            name="DueDigest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.CharField(max_length=30)),
                ("date", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("date", "scope"), name="one_due_digest_a_day")
                ],
            },
        ),
    ]
