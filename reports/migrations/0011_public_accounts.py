import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0059_figures_of_months'),
        ('reports', '0010_overrun_and_follow_up_sheets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='duereport',
            name='kind',
            field=models.CharField(choices=[('daily', 'Daily report'), ('half_monthly', 'Half-monthly report'), ('monthly', 'Monthly report'), ('quarterly', 'Quarterly report'), ('annual', 'Annual report'), ('department', "Department's monthly report"), ('department_year', "Department's annual report"), ('warranty', 'Construction quality warranty record'), ('input_half', "Estate's input to the half-monthly report"), ('input_month', "Estate's input to the monthly report"), ('public_list', 'Upheld complaints made public')], max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='issuedreport',
            name='kind',
            field=models.CharField(choices=[('daily', 'Daily report'), ('half_monthly', 'Half-monthly report'), ('monthly', 'Monthly report'), ('quarterly', 'Quarterly report'), ('annual', 'Annual report'), ('public_list', 'Upheld complaints made public')], max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='reportduty',
            name='kind',
            field=models.CharField(choices=[('daily', 'Daily report'), ('half_monthly', 'Half-monthly report'), ('monthly', 'Monthly report'), ('quarterly', 'Quarterly report'), ('annual', 'Annual report'), ('department', "Department's monthly report"), ('department_year', "Department's annual report"), ('warranty', 'Construction quality warranty record'), ('input_half', "Estate's input to the half-monthly report"), ('input_month', "Estate's input to the monthly report"), ('public_list', 'Upheld complaints made public')], max_length=20),
        ),
        migrations.CreateModel(
            name='PublicAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('account', models.CharField(blank=True, max_length=200, verbose_name='short account')),
                ('handling', models.CharField(blank=True, max_length=200, verbose_name='handling')),
                ('left_out_because', models.CharField(blank=True, max_length=200, verbose_name='why it is left out')),
                ('kept_at', models.DateTimeField()),
                ('complaint', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.complaint')),
                ('kept_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('complaint', 'number'), name='public_account_version_once'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('account', ''), _negated=True), ('left_out_because', '')), models.Q(('account', ''), models.Q(('left_out_because', ''), _negated=True)), _connector='OR'), name='a_public_account_says_something_or_why_not')],
            },
        ),
    ]
