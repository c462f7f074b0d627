import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0012_who_could_not_be_reached"),
    ]

    operations = [
        migrations.AddField(
            model_name="setaside",
            name="job",
            field=models.CharField(
                choices=[("levels", "Levels"), ("grade", "Grade")], default="levels", max_length=10
            ),
        ),
        migrations.AlterField(
            model_name="setaside",
            name="complaint",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.complaint",
            ),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.UniqueConstraint(fields=("complaint", "job"), name="set_aside_once_a_job"),
        ),
    ]
