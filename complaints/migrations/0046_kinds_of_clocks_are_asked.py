import complaints.policy
from django.db import migrations, models


class Migration(migrations.Migration):
    """What kinds there are is asked of the policy: another one changes no table and makes no migration."""

    dependencies = [("complaints", "0045_audit_rows_name_cases")]

    operations = [
        migrations.AlterField(
            model_name="clock",
            name="kind",
            field=models.CharField(choices=complaints.policy.clock_kinds, max_length=16),
        ),
        migrations.AlterField(
            model_name="complaint",
            name="next_due_kind",
            field=models.CharField(
                blank=True, choices=complaints.policy.clock_kinds, editable=False, max_length=16
            ),
        ),
    ]
