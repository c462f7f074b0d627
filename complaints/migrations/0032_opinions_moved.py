from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0031_opinions_as_follow_ups"),
    ]

    operations = [
        migrations.RemoveField(
            model_name='historicalrevisit',
            name='new_opinion',
        ),
        migrations.RemoveField(
            model_name='historicalrevisit',
            name='signed_at',
        ),
        migrations.RemoveField(
            model_name='historicalrevisit',
            name='signed_by',
        ),
        migrations.RemoveField(
            model_name='revisit',
            name='new_opinion',
        ),
        migrations.RemoveField(
            model_name='revisit',
            name='signed_at',
        ),
        migrations.RemoveField(
            model_name='revisit',
            name='signed_by',
        ),
    ]
