# Commendations, minutes, appraisals and surveys are papers of their own kinds: of no case, as posters are.

from django.db import migrations, models

OF_NO_CASE = ("ledger", "posters", "commended", "minutes", "appraisal", "survey")


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0014_measures_of_meetings"),
    ]

    operations = [
        migrations.AlterField(
            model_name='monthrollup',
            name='form',
            field=models.PositiveSmallIntegerField(default=2),
        ),
        migrations.AlterField(
            model_name='paper',
            name='kind',
            field=models.CharField(choices=[('receipt', 'Receipt'), ('case', 'Complaint handling sheet'), ('extension', 'Extension sheet'), ('revisit', 'Revisit sheet'), ('overrun', 'Overrun sheet'), ('follow_up', 'Follow-up sheet'), ('bulletin', 'Bulletin'), ('ledger', 'Complaint ledger'), ('posters', 'Posters'), ('commended', 'Commendation'), ('minutes', 'Minutes'), ('appraisal', 'Appraisal form'), ('survey', 'Satisfaction survey')], max_length=10),
        ),
        migrations.RemoveConstraint(model_name="paper", name="a_paper_is_of_a_case_or_of_none"),
        migrations.AlterField(
            model_name="paper",
            name="subject",
            field=models.BigIntegerField(
                help_text="The key of what it is about: extension, revisit, overrun, bulletin, commendation."
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=OF_NO_CASE, complaint__isnull=True)
                | models.Q(models.Q(kind__in=OF_NO_CASE, _negated=True), complaint__isnull=False),
                name="a_paper_is_of_a_case_or_of_none",
            ),
        ),
    ]
