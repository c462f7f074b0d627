from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0016_further_tries"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="tried_at",
            field=models.DateTimeField(
                help_text="The first try: what it sends says the same since.", null=True
            ),
        ),
    ]
